"""Disclosures that do not belong, stand twice, or say more than was signed."""

from __future__ import annotations

import json
from collections.abc import Callable

from standard import base64url, jws
from standard.sd_jwt import disclosure
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene

shown = Group("disclosure")
malformed = shown.invalid(CheckCode.PARSE, Reason.MALFORMED)
broken = shown.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
_SALT = "c2FsdCBvZiBhIHZlY3Rvcg"


def _with(scene: Scene, item: str, place: Callable[[Document, str], object]) -> str:
    """A token with this disclosure alone, whose digest was put somewhere in the payload."""
    return scene.token_with(lambda payload: place(payload, disclosure.digest(item)), disclosures=[item])


def _hidden(*, name: str | None, value: object) -> str:
    return jws.encode_json([_SALT, value] if name is None else [_SALT, name, value])


def _claim(payload: Document, digest: str) -> None:
    payload["_sd"] = [*payload.get("_sd", []), digest]


def _element(payload: Document, digest: str) -> None:
    payload["engagement"].append({"...": digest})


def _raw(scene: Scene, content: object) -> str:
    """A disclosure whose JSON is not what RFC 9901 says."""
    text = content if isinstance(content, str) else json.dumps(content)
    return _with(scene, base64url.encode(text.encode()), _claim)


@malformed
def unreferenced(scene: Scene) -> str:
    """A disclosure whose digest is nowhere in the payload."""
    extra = _hidden(name=None, value={"category": "Directeur"})
    return f"{scene.token()}{extra}~"


@malformed
def twice_in_the_text(scene: Scene) -> str:
    """The same disclosure twice."""
    text = scene.token()
    return f"{text}{text.split('~')[1]}~"


@malformed
def digest_twice_in_the_payload(scene: Scene) -> str:
    """One digest in two places: one line of work would be shown as two."""
    return scene.token_with(lambda payload: payload["engagement"].append(payload["engagement"][0]))


@malformed
def claim_in_an_array(scene: Scene) -> str:
    """The disclosure of a claim where an array element should stand."""
    return _with(scene, _hidden(name="name", value={}), _element)


@malformed
def element_in_an_object(scene: Scene) -> str:
    """The disclosure of an array element where a claim should stand."""
    return _with(scene, _hidden(name=None, value="x"), _claim)


@malformed
def claim_over_a_claim(scene: Scene) -> str:
    """A disclosure that would overwrite what is always shown."""
    return _with(scene, _hidden(name="issuerName", value="Gemeente Utrecht"), _claim)


@malformed
def claim_called_sd(scene: Scene) -> str:
    """A disclosed claim with a name that RFC 9901 reserves."""
    return _with(scene, _hidden(name="_sd", value=[]), _claim)


@malformed
def claim_called_dots(scene: Scene) -> str:
    """The other reserved name."""
    return _with(scene, _hidden(name="...", value="x"), _claim)


@malformed
def of_four(scene: Scene) -> str:
    """An array of four."""
    return _raw(scene, [_SALT, "name", {}, "more"])


@malformed
def of_one(scene: Scene) -> str:
    """A salt and nothing else."""
    return _raw(scene, [_SALT])


@malformed
def not_an_array(scene: Scene) -> str:
    """An object."""
    return _raw(scene, {"salt": _SALT})


@malformed
def salt_not_a_text(scene: Scene) -> str:
    """A salt that is a number."""
    return _raw(scene, [12345, "name", {}])


@malformed
def with_a_key_twice(scene: Scene) -> str:
    """A value in which a key stands twice."""
    return _raw(scene, f'["{_SALT}","name",{{"fullName":"A","fullName":"B","check":"bank"}}]')


@malformed
def with_a_fraction(scene: Scene) -> str:
    """A number that readers write differently."""
    return _raw(scene, f'["{_SALT}","name",1.5]')


@malformed
def padded(scene: Scene) -> str:
    """base64url with padding has another digest, or another spelling."""
    jwt, first, *others = scene.token().split("~")
    return "~".join([jwt, f"{first}=", *others])


@malformed
def digest_algorithm_unknown(scene: Scene) -> str:
    """`_sd_alg` names an algorithm that this verifier does not use for the digests."""
    return scene.token_with(lambda payload: payload.update({"_sd_alg": "md5"}))


@malformed
def digests_not_a_list(scene: Scene) -> str:
    """`_sd` is a text."""
    return scene.token_with(lambda payload: payload.update({"_sd": payload["_sd"][0]}))


@malformed
def digest_not_a_text(scene: Scene) -> str:
    """A digest that is a number."""
    return scene.token_with(lambda payload: payload["_sd"].append(7))


@malformed
def element_with_other_keys(scene: Scene) -> str:
    """A hidden array element that holds something besides its digest."""
    return scene.token_with(lambda payload: payload["engagement"][0].update({"category": "Directeur"}))


@broken
def dispute_hidden(scene: Scene) -> str:
    """The organisation's mark behind a digest of its own: it could be parted from its record."""
    mark = {"disputeStatus": "open", "disputedOn": "2026-11-20"}
    record = {
        "category": "Bediening", "gigCount": 1, "workedMinutes": 60, "clientCount": 1, "repeatClientCount": 0,
        "firstDate": "2026-01-01", "lastDate": "2026-01-01",
    }  # fmt: skip

    def hide(payload: Document, digest: str) -> None:
        payload["engagement"] = [{**record, "_sd": [digest]}]

    return _with(scene, _hidden(name="dispute", value=mark), hide)


@broken
def totals_hidden(scene: Scene) -> str:
    """The totals behind a digest, so that they could be left out."""
    item = _hidden(name="workTotals", value={})

    def hide(payload: Document, digest: str) -> None:
        del payload["workTotals"]
        _claim(payload, digest)

    return _with(scene, item, hide)


@broken
def status_hidden(scene: Scene) -> str:
    """The status behind a digest: the worker could leave out that it was withdrawn."""
    status = {"status_list": {"idx": 94_567, "uri": "https://klusdag.example/status/1/token"}}

    def hide(payload: Document, digest: str) -> None:
        del payload["status"]
        _claim(payload, digest)

    return _with(scene, _hidden(name="status", value=status), hide)


@broken
def name_with_more(scene: Scene) -> str:
    """A name with a date of birth."""
    value = {"fullName": "Fatima el Amrani", "check": "bank", "birthDate": "1990-01-01"}
    item = _hidden(name="name", value=value)
    return scene.token_with(
        lambda payload: payload.update({"_sd": [disclosure.digest(item)]}),
        disclosures=[item],
    )


@broken
def name_checked_in_an_unknown_way(scene: Scene) -> str:
    """A way of checking that the standard does not have."""
    item = _hidden(name="name", value={"fullName": "Fatima el Amrani", "check": "notary"})
    return scene.token_with(
        lambda payload: payload.update({"_sd": [disclosure.digest(item)]}), disclosures=[item]
    )


@broken
def line_not_an_object(scene: Scene) -> str:
    """A line of work that is a text."""
    return _with(scene, _hidden(name=None, value="Directeur"), _element)
