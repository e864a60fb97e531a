"""What a vector is, and how a function becomes one: its name is the folder's, its docstring the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from standard.verification import CheckCode, CheckState, Reason
from tests.standard.vector_cases.scene import Document, Scene

Handed = Document | str | bytes
Make = Callable[[Scene], Handed]


@dataclass(frozen=True)
class Vector:
    """One case: its place, what it is about, what is handed over, and what a verifier says."""

    folder: str
    name: str
    about: str
    make: Make
    expected: Document


VECTORS: dict[str, Vector] = {}


@dataclass(frozen=True)
class Group:
    """The vectors of one form; `profile` is the procedure that judges them."""

    prefix: str
    profile: str = "kluscv"

    def valid(self, *notes: tuple[CheckCode, Reason]) -> Callable[[Make], Make]:
        """A vector that is valid, with answers that stand among the checks."""
        found = [_answer(code, CheckState.PASSED, reason) for code, reason in notes]
        return self._register("valid", {"outcome": "valid", "checks": found})

    def invalid(self, code: CheckCode, reason: Reason) -> Callable[[Make], Make]:
        """A vector of which this is the first check that fails."""
        answer = _answer(code, CheckState.FAILED, reason)
        return self._register("invalid", {"outcome": "invalid", "checks": [answer]})

    def open(self, code: CheckCode, reason: Reason) -> Callable[[Make], Make]:
        """A vector of which no check fails, and this is the first one that stays open."""
        answer = _answer(code, CheckState.INDETERMINATE, reason)
        return self._register("indeterminate", {"outcome": "indeterminate", "checks": [answer]})

    def unreadable(self, error: str) -> Callable[[Make], Make]:
        """A vector that is none of the forms: there is no outcome but an error."""
        return self._register("invalid", {"error": error})

    def refused(self, error: str) -> Callable[[Make], Make]:
        """A vector for the procedure of the VC-API, and the code of the first thing that is wrong."""
        return self._register("invalid", {"outcome": "invalid", "error": error})

    def _register(self, folder: str, expected: Document) -> Callable[[Make], Make]:
        def register(make: Make) -> Make:
            name = f"{self.prefix}-{make.__name__.replace('_', '-')}"
            if name in VECTORS:
                raise ValueError(f"two vectors are called {name}")

            def judged(scene: Scene) -> Handed:
                scene.profile = self.profile
                return make(scene)

            about = " ".join((make.__doc__ or "").split())
            VECTORS[name] = Vector(folder, name, about, judged, expected)
            return make

        return register


def _answer(code: CheckCode, state: CheckState, reason: Reason) -> dict[str, Any]:
    return {"number": code.number, "code": code.value, "state": state.value, "reason": reason.value}
