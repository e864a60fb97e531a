"""Takes what was handed in out of a request: a form with a file or text, JSON, or the bare file."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from standard.errors import JsonError
from standard.strict_json import loads
from verifier.intake import IntakeError, IntakeReason
from verifier.intake.limits import TEXT_LIMIT_BYTES

_MULTIPART = "multipart/form-data"
_PLAIN_FORM = "application/x-www-form-urlencoded"


async def submitted(request: Request) -> bytes:
    """Read the request's file or text, within the limit that the middleware set.

    Raises:
        IntakeError: nothing was handed in, or too much.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == _MULTIPART:
        async with request.form(max_files=4, max_fields=4, max_part_size=TEXT_LIMIT_BYTES) as form:
            return await _from_form(form)
    body = await request.body()
    # curl calls every file that it posts a plain form; only one with our field is one.
    if content_type == _PLAIN_FORM and body.startswith(b"text="):
        return await _from_form(await request.form(max_fields=4))
    return _text_of_json(body) if content_type == "application/json" else body


async def _from_form(form: FormData) -> bytes:
    """The first file that has content, else the text field: a page offers several inputs."""
    for value in form.getlist("file"):
        if isinstance(value, UploadFile) and value.size:
            return await value.read()
    text = form.get("text")
    if isinstance(text, str) and text.strip():
        return text.encode("utf-8", "surrogatepass")
    raise IntakeError(IntakeReason.EMPTY)


def _text_of_json(body: bytes) -> bytes:
    """Take `{"text": "…"}` apart; any other document is handed in as it stands."""
    try:
        document = loads(body, limit_bytes=TEXT_LIMIT_BYTES)
    except JsonError:
        return body  # the verification itself says what is wrong with it
    if isinstance(document, dict) and set(document) == {"text"} and isinstance(document["text"], str):
        return document["text"].encode()
    return body


Submission = Annotated[bytes, Depends(submitted)]
