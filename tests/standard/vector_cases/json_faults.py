"""Texts that two JSON readers read differently, or that one of them should not survive."""

from __future__ import annotations

import json

from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Scene

json_level = Group("json")
malformed = json_level.invalid(CheckCode.PARSE, Reason.MALFORMED)


def _text(scene: Scene, old: str, new: str) -> str:
    text = json.dumps(scene.credential(), ensure_ascii=False)
    if old not in text:
        raise ValueError(f"the credential has no {old}")
    return text.replace(old, new, 1)


@malformed
def duplicate_key(scene: Scene) -> str:
    """A count stands twice; some readers take the first one, some the last, and one was signed."""
    return _text(scene, '"gigCount": 148', '"gigCount": 9148, "gigCount": 148')


@malformed
def duplicate_key_escaped(scene: Scene) -> str:
    """The same name twice, once written with an escape."""
    return _text(scene, '"gigCount": 148', '"gig\\u0043ount": 9148, "gigCount": 148')


@malformed
def duplicate_proof(scene: Scene) -> str:
    """Two members `proof`, of which the first is nonsense."""
    return _text(scene, '"proof":', '"proof": {}, "proof":')


@malformed
def nan(scene: Scene) -> str:
    """NaN is no JSON, though many readers take it."""
    return _text(scene, '"gigCount": 148', '"gigCount": NaN')


@malformed
def infinity(scene: Scene) -> str:
    """Infinity is no JSON, though many readers take it."""
    return _text(scene, '"gigCount": 148', '"gigCount": -Infinity')


@malformed
def fraction(scene: Scene) -> str:
    """148.0 has the value that was signed, and other libraries write it otherwise."""
    return _text(scene, '"gigCount": 148', '"gigCount": 148.0')


@malformed
def exponent(scene: Scene) -> str:
    """1.48e2 has the value that was signed."""
    return _text(scene, '"gigCount": 148', '"gigCount": 1.48e2')


@malformed
def integer_of_two_to_the_53(scene: Scene) -> str:
    """From 2^53 on neighbours become equal in readers that use doubles."""
    return _text(scene, '"gigCount": 148', '"gigCount": 9007199254740992')


@malformed
def integer_of_thousands_of_digits(scene: Scene) -> str:
    """Converting it takes a naive reader quadratic time."""
    return _text(scene, '"gigCount": 148', f'"gigCount": {"7" * 4_000}')


@malformed
def lone_surrogate(scene: Scene) -> str:
    """Half of a surrogate pair is no text, and cannot be written as UTF-8."""
    return _text(scene, "Klusdag B.V.", "Klusdag \\ud83d")


@json_level.unreadable("json")
def nested_too_deeply(scene: Scene) -> str:
    """Five thousand brackets inside a member exhaust a reader that recurses."""
    return _text(scene, '"gigCount": 148', f'"gigCount": {"[" * 5_000}')


@malformed
def nested_65_levels(scene: Scene) -> str:
    """One level more than the limit, and otherwise well-formed."""
    return _text(scene, '"gigCount": 148', f'"gigCount": {"[" * 65}{"]" * 65}')


@json_level.unreadable("json")
def trailing_comma(scene: Scene) -> str:
    """A comma before the closing bracket."""
    return _text(scene, '"gigCount": 148,', '"gigCount": 148,,')


@json_level.unreadable("json")
def comment(scene: Scene) -> str:
    """Comments are no JSON."""
    return _text(scene, '"gigCount": 148', '"gigCount": 148 /* more */')


@json_level.unreadable("json")
def control_character(scene: Scene) -> str:
    """A line break inside a text must be escaped."""
    return _text(scene, "Klusdag B.V.", "Klusdag\nB.V.")


@json_level.unreadable("json")
def something_after_it(scene: Scene) -> str:
    """A second document after the first: which of the two counts?"""
    return json.dumps(scene.credential()) + "{}"


@json_level.unreadable("json")
def cut_off(scene: Scene) -> str:
    """Half of a file."""
    text = json.dumps(scene.credential())
    return text[: len(text) // 2]


@json_level.unreadable("unreadable")
def byte_order_mark(scene: Scene) -> bytes:
    """UTF-8 with a byte-order mark, which some readers drop and some take for a character."""
    return b"\xef\xbb\xbf" + json.dumps(scene.credential()).encode()


@json_level.unreadable("unreadable")
def utf_16(scene: Scene) -> bytes:
    """Another encoding than UTF-8."""
    return json.dumps(scene.credential()).encode("utf-16")


@json_level.unreadable("unreadable")
def latin_1(scene: Scene) -> bytes:
    """Bytes that are no UTF-8."""
    return _text(scene, "Klusdag B.V.", "Caf\u00e9 B.V.").encode("latin-1")


@json_level.unreadable("unreadable")
def overlong_utf_8(scene: Scene) -> bytes:
    """A character in more bytes than it needs, by which filters are passed."""
    return json.dumps(scene.credential()).encode().replace(b"Klusdag", b"\xc1\x8blusdag", 1)


@json_level.unreadable("unreadable")
def array(scene: Scene) -> str:
    """A credential in a list is no credential."""
    return json.dumps([scene.credential()])


@json_level.unreadable("unreadable")
def neither_credential_nor_presentation(scene: Scene) -> str:
    """An object of another kind."""
    return json.dumps({"type": "TrustList", "organisation": []})
