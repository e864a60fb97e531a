"""The whole procedure: read, ask for evidence, check, and put the answers in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from standard.model import DisclosedPresentation, DisclosedStatement
from standard.resolution import Resolver
from standard.verification.completeness import check_completeness, check_overlap
from standard.verification.copies import ReadCopy
from standard.verification.corrections import check_corrections
from standard.verification.evidence import Evidence
from standard.verification.holder import check_holder, check_names
from standard.verification.policy import VerificationPolicy
from standard.verification.reading import Reading
from standard.verification.reasons import Reason
from standard.verification.recognition import recognise
from standard.verification.remarks import check_disputes, check_remarks
from standard.verification.result import (
    PRESENTATION,
    Check,
    CheckCode,
    CheckState,
    VerificationResult,
    failed,
    in_order,
    indeterminate,
    not_applicable,
    passed,
)
from standard.verification.signatures import check_signatures
from standard.verification.standing import check_succession, check_trust, check_validity_period
from standard.verification.withdrawal import check_status

_BELIEVED: Final = frozenset({CheckCode.PROOF, CheckCode.ISSUER_KEY, CheckCode.HOLDER_BINDING})
_OF_EVERY_COPY: Final = tuple(code for code in CheckCode if code.number <= CheckCode.COMPLETENESS.number)


def verify(data: bytes | str, *, policy: VerificationPolicy, resolver: Resolver) -> VerificationResult:
    """Verify whatever a worker handed over.

    1. Read it: checks 1 to 3, and for a presentation the worker's own signature.
    2. For every copy: checks 4 to 10.
    3. For the whole: is the holder here, do the names agree, is anything said twice, corrected
       or disputed, can it have been copied.

    Args:
        data: a presentation or a credential as JSON, an SD-JWT, compact copies, or QR texts.
        policy: what the verifier demands.
        resolver: finds DID documents, status lists and the trust list; it is never trusted.

    Raises:
        UnreadableError: the data is nothing that this standard knows.

    Source: SPECIFICATION, "Verification".
    """
    reading = recognise(data)
    evidence = Evidence(policy, resolver)
    copies = [_check_copy(copy, reading, evidence, policy) for copy in reading.copies]
    shown = tuple(copy.shown for copy in copies if copy.shown is not None)
    checks = [*reading.checks, *_check_whole(reading, shown, policy), *check_succession(evidence)]
    checks += (check for copy in copies for check in copy.checks)
    believed = [copy.shown for copy in copies if copy.shown is not None and copy.is_believed]
    checks += check_corrections(shown, believed)
    return VerificationResult(
        checks=in_order(checks),
        presentation=_disclosed(reading, shown),
        demonstration=evidence.authority.demonstrates(statement.issuer for statement in shown),
    )


def disclose(data: bytes | str) -> DisclosedPresentation:
    """What was handed over, as far as it is readable, and without believing any of it.

    Raises:
        UnreadableError: the data is nothing that this standard knows.
    """
    reading = recognise(data)
    return _disclosed(reading, tuple(read.copy.shown for read in reading.copies if read.copy))


@dataclass(frozen=True, slots=True)
class _CheckedCopy:
    checks: tuple[Check, ...]
    shown: DisclosedStatement | None

    @property
    def is_believed(self) -> bool:
        """Whether the stated issuer signed it, for the holder."""
        return all(check.state is CheckState.PASSED for check in self.checks if check.code in _BELIEVED)


def _check_copy(
    read: ReadCopy, reading: Reading, evidence: Evidence, policy: VerificationPolicy
) -> _CheckedCopy:
    if read.copy is None:
        return _CheckedCopy((*read.checks, *_not_reached(read)), None)
    signed = check_signatures(read.copy, evidence)
    copy = signed.copy
    checks = (
        *read.checks,
        *signed.checks,
        check_validity_period(copy.id, copy.not_before, copy.not_after, policy.now),
        check_status(copy, evidence, policy),
        check_trust(signed, evidence),
        check_holder(copy, reading.holder_thumbprint or b""),
        check_completeness(copy.shown),
    )
    return _CheckedCopy(checks, copy.shown)


def _not_reached(read: ReadCopy) -> Iterator[Check]:
    """The checks that an unreadable copy leaves open."""
    made = {check.code for check in read.checks}
    for code in _OF_EVERY_COPY:
        if code not in made:
            yield indeterminate(code, Reason.NOT_REACHED, read.subject)


def _check_whole(
    reading: Reading, shown: tuple[DisclosedStatement, ...], policy: VerificationPolicy
) -> Iterator[Check]:
    subjects = [copy.subject for copy in reading.copies]
    if len(set(subjects)) < len(subjects):
        # Whoever adds up what is shown would count it twice.
        yield failed(CheckCode.SCHEMA, Reason.REPEATED_COPY, PRESENTATION)
    if reading.created is not None or reading.not_after is not None:
        yield check_validity_period(PRESENTATION, reading.created, reading.not_after, policy.now)
    yield reading.check_live(policy)
    yield from check_names(shown)
    yield from check_overlap(shown)
    yield from check_disputes(shown)
    yield from check_remarks(reading.own_remarks, shown)
    if reading.is_paper:
        yield passed(CheckCode.PAPER_COPY, Reason.CAN_BE_COPIED, PRESENTATION)
    else:
        yield not_applicable(CheckCode.PAPER_COPY, Reason.NOT_ON_PAPER, PRESENTATION)


def _disclosed(reading: Reading, shown: tuple[DisclosedStatement, ...]) -> DisclosedPresentation:
    return DisclosedPresentation(
        holder=reading.holder,
        created=reading.created,
        language=reading.language,
        own_words=reading.own_words,
        own_remarks=reading.own_remarks,
        statements=shown,
    )
