"""Asking a result what it found, and the things that most verifications are about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from standard.model import Form
from standard.trust import TrustedKey, TrustedOrganisation, TrustList
from standard.verification import (
    Check,
    CheckCode,
    CheckState,
    VerificationResult,
)
from tests.world import (
    RATING_HISTORY,
    WORK_HISTORY,
    World,
)

STATEMENTS = (WORK_HISTORY, RATING_HISTORY)


def found(result: VerificationResult, code: CheckCode, subject: str | None = None) -> Check:
    """The one check of a code that matters most: what failed before what is open, before what passed."""
    order = [CheckState.FAILED, CheckState.INDETERMINATE, CheckState.PASSED, CheckState.NOT_APPLICABLE]
    checks = [check for check in result.checks if check.code is code and subject in (None, check.subject)]
    return min(checks, key=lambda check: order.index(check.state))


def troubles(result: VerificationResult) -> set[tuple[str, str, str]]:
    """Everything that did not pass, as code, state and reason."""
    fine = (CheckState.PASSED, CheckState.NOT_APPLICABLE)
    return {(c.code.value, c.state.value, str(c.reason)) for c in result.checks if c.state not in fine}


def listed(world: World, change: Callable[[TrustedOrganisation], TrustedOrganisation]) -> TrustList:
    """The world's trust list with its first organisation changed."""
    first, *others = world.trust_list().organisations
    return replace(world.trust_list(), organisations=(change(first), *others))


def with_keys(change: Callable[[TrustedKey], TrustedKey]) -> Callable[[TrustedOrganisation], Any]:
    return lambda organisation: replace(organisation, keys=tuple(change(key) for key in organisation.keys))


def paper(world: World) -> list[str]:
    """One compact copy of each organisation."""
    return [each.issue(WORK_HISTORY, Form.COMPACT, world.holder) for each in world.organisations]


def presented(world: World, **changes: Any) -> str:
    first, second = world.organisations
    copies = [
        first.issue(WORK_HISTORY, Form.SD_JWT, world.holder),
        second.issue(RATING_HISTORY, Form.SD_JWT, world.holder),
    ]
    return world.present(copies, **changes)
