"""Every answer of a verification has words for people."""

from __future__ import annotations

import re
from importlib.resources import files

from standard.verification import Reason


def test_every_reason_of_the_standard_has_a_sentence() -> None:
    words = files("templates").joinpath("verifier", "words.html").read_text(encoding="utf-8")
    sentences = words.partition("{% set sentences = {")[2]
    assert set(re.findall(r"^  '([a-z-]+)':", sentences, re.MULTILINE)) >= {reason.value for reason in Reason}
