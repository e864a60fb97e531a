"""Text and JSON, and the limits that hold for whatever is handed in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifier.intake import (
    BusyError,
    ChildPool,
    IntakeError,
    IntakeReason,
    Kind,
    presentation_from,
    read_file,
)


def refusal(data: bytes, pool: ChildPool) -> IntakeReason:
    with pytest.raises(IntakeError) as caught:
        presentation_from(data, pool=pool)
    return caught.value.reason


@pytest.mark.parametrize("data", [b'{"a": 1}', b'\xef\xbb\xbf {"a": 1}\n'])
def test_json_is_recognised(pool, data):
    intake = presentation_from(data, pool=pool)
    assert (intake.kind, intake.document) == (Kind.JSON, b'{"a": 1}')


@pytest.mark.parametrize(
    "text", ["eyJh.eyJi.c~d~", "https://x.nl/v#123", "https://x.nl/v#1\nhttps://x.nl/v#2"]
)
def test_credential_text_and_links_are_passed_on(pool, text):
    assert presentation_from(f" {text}\n".encode(), pool=pool).document == text


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "empty"), (b" \r\n", "empty"), (b"\x00\x01", "unknown-kind")]
)
def test_nothing_and_binary_noise_are_refused(pool, data, reason):
    assert refusal(data, pool) == reason


@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=300))
def test_whatever_comes_in_only_an_intake_error_comes_out(data):
    try:
        presentation_from(b"\x01" + data, pool=ChildPool(size=1))
    except IntakeError:
        return


def test_a_text_beyond_its_limit_is_refused(pool):
    assert refusal(b"a" * 2_000_001, pool) is IntakeReason.TOO_LARGE


def test_a_file_of_200_megabytes_is_refused_without_reading_it(tmp_path: Path):
    large = tmp_path / "large.pdf"
    with large.open("wb") as stream:
        stream.write(b"%PDF-1.7\n")
        stream.truncate(200_000_000)
    code = (
        "import resource, sys, pathlib;"
        "from verifier.intake import read_file, IntakeError\n"
        "resource.setrlimit(resource.RLIMIT_AS, (150_000_000, 150_000_000))\n"
        "try: read_file(pathlib.Path(sys.argv[1]))\n"
        "except IntakeError as error: print(error.reason)\n"
    )
    command = [sys.executable, "-c", code, str(large)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "too-large"


def test_a_device_without_end_is_refused_at_the_limit():
    with pytest.raises(IntakeError) as caught:
        read_file(Path("/dev/zero"), limit_bytes=1000)
    assert caught.value.reason is IntakeReason.TOO_LARGE


def test_more_children_than_the_pool_allows_have_to_wait_and_then_leave(make_pdf):
    pool = ChildPool(size=1, wait_seconds=0.05)
    with pool.place(), pytest.raises(BusyError):
        presentation_from(make_pdf(), pool=pool)
