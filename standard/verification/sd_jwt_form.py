"""Reading the SD-JWT form: the checks that need no key."""

from __future__ import annotations

from functools import partial
from hashlib import sha256

from standard import sd_jwt
from standard.errors import DataModelError, SdJwtError
from standard.sd_jwt import SdJwt
from standard.verification.copies import ASSERTION, Copy, ReadCopy, Signature
from standard.verification.holder import holder_thumbprint
from standard.verification.reasons import Reason
from standard.verification.result import CheckCode, failed, passed


def read_sd_jwt(text: str) -> tuple[ReadCopy, SdJwt | None]:
    """Read one SD-JWT VC; the parsed SD-JWT comes along for its key binding.

    1. It can be parsed, and every disclosure has its place.
    2. Its envelope follows the profile, and its claims the data model.
    3. The data model is closed, so that there is no claim outside the vocabulary.
    """
    subject = sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    try:
        parsed = sd_jwt.parse(text)
    except SdJwtError as error:
        check = failed(CheckCode.PARSE, Reason.MALFORMED, subject, error=str(error))
        return ReadCopy(subject, (check,), None), None
    read = passed(CheckCode.PARSE, Reason.READ, subject)
    try:
        copy = _copy(parsed)
    except (SdJwtError, DataModelError) as error:
        broken = failed(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL, subject, error=str(error))
        return ReadCopy(subject, (read, broken), None), parsed
    checks = (
        passed(CheckCode.PARSE, Reason.READ, copy.id),
        passed(CheckCode.SCHEMA, Reason.CONFORMS, copy.id),
        passed(CheckCode.VOCABULARY, Reason.DEFINED_TERMS, copy.id),
    )
    return ReadCopy(copy.id, checks, copy), parsed


def _copy(parsed: SdJwt) -> Copy:
    facts = sd_jwt.read_facts(parsed)
    signature = Signature(
        method=facts.key,
        thumbprint=None,
        purpose=ASSERTION,
        verify=partial(sd_jwt.verify_signature, parsed),
        chain=facts.chain,
    )
    return Copy(
        shown=sd_jwt.to_disclosed_statement(parsed, facts),
        types=frozenset({facts.type}),
        signatures=(signature,),
        issued=facts.issued,
        not_before=max(facts.issued, facts.not_before or facts.issued),
        not_after=facts.expires,
        statuses=() if facts.status is None else (facts.status,),
        holder=holder_thumbprint(facts.holder),
    )
