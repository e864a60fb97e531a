"""Key bindings that answer another request, or are not by the worker."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from standard import base64url, sd_jwt
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Scene, published_signer, sign_jwt
from tests.world import NOW

binding = Group("key-binding")
not_live = binding.invalid(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISMATCH)


def _bound(scene: Scene, **changes: Any) -> str:
    """A live answer with another key-binding payload or header."""
    scene.ask()
    text = scene.token()
    choices: dict[str, Any] = {"header": {}, "signer": scene.worker, "over": text, **changes}
    claims = {
        "iat": int(NOW.timestamp()), "aud": scene.domain, "nonce": scene.challenge,
        "sd_hash": _hash(choices.pop("over")),
    }  # fmt: skip
    header = {"alg": "ES256", "typ": "kb+jwt", **choices.pop("header")}
    signer = choices.pop("signer")
    return text + sign_jwt(header, {**claims, **choices}, signer)


def _hash(text: str) -> str:
    return base64url.encode(sha256(text.encode()).digest())


@binding.invalid(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISSING)
def missing(scene: Scene) -> str:
    """A live request answered with a file."""
    scene.ask()
    return scene.token()


@not_live
def for_another_audience(scene: Scene) -> str:
    """Made for another verifier, and passed on."""
    return _bound(scene, aud="https://other.example")


@not_live
def with_another_nonce(scene: Scene) -> str:
    """An answer to an earlier request."""
    return _bound(scene, nonce="earlier")


@not_live
def over_other_disclosures(scene: Scene) -> str:
    """`sd_hash` covers another choice of disclosures."""
    return _bound(scene, over=sd_jwt.reduce(scene.token(), lambda *_: False))


@not_live
def of_another_type(scene: Scene) -> str:
    """The right claims in a JWT of another type."""
    return _bound(scene, header={"typ": "JWT"})


@not_live
def by_another_key(scene: Scene) -> str:
    """Bound by somebody who is not the worker."""
    return _bound(scene, signer=published_signer("P-256", "stranger"))


@not_live
def too_old(scene: Scene) -> str:
    """Seven minutes old: five are allowed, and one of skew."""
    return _bound(scene, iat=int((NOW - timedelta(minutes=7)).timestamp()))


@not_live
def from_the_future(scene: Scene) -> str:
    """Two minutes ahead of the verifier's clock."""
    return _bound(scene, iat=int((NOW + timedelta(minutes=2)).timestamp()))


@not_live
def without_a_time(scene: Scene) -> str:
    """No `iat` in the key binding."""
    return _bound(scene, iat=None)


@not_live
def on_a_file_by_another_key(scene: Scene) -> str:
    """Nobody asked for a key binding; but one that is there must hold."""
    text = _bound(scene, signer=published_signer("P-256", "stranger"))
    scene.challenge = scene.domain = None
    return text
