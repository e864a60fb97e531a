"""Making a KlusCV: only what was chosen, in the worker's order, signed by the worker.

Nothing is hidden by a template: what is not chosen is not in the bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standard import claims, compact, proofs, sd_jwt
from standard.credentials import check_presentation
from standard.dids import did_of
from standard.jsonld.contexts import CREDENTIALS_V2, KLUSCV_V1
from standard.keys import Signer
from standard.model import (
    DisclosedPresentation,
    DisclosedStatement,
    Form,
    OwnRemark,
    OwnWords,
    RecordList,
    WorkHistory,
)
from wallet.errors import EmptySelectionError
from wallet.held import HeldCredential
from wallet.paper import reduced_copy
from wallet.selection import Chosen, Part, Selection

CRYPTOSUITE = "ecdsa-rdfc-2019"
_NAME = "name"
_PARTS = frozenset(Part)


@dataclass(frozen=True, slots=True)
class KlusCV:
    """What is handed over: the signed presentation, what it shows, and the same lines for paper."""

    presentation_json: bytes
    disclosed: DisclosedPresentation
    qr_texts: tuple[str, ...]


def compose(
    held: Sequence[HeldCredential],
    selection: Selection,
    *,
    signer: Signer,
    now: datetime,
    new_id: Callable[[], str],
    checker_url: str,
) -> KlusCV:
    """Make the presentation of a selection.

    Args:
        held: what the worker keeps; only what the selection names is used.
        signer: the key that the copies are bound to.
        new_id: gives a fresh `urn:uuid:…`.
        checker_url: the checker that the QR code points a reader to.

    Raises:
        EmptySelectionError: nothing is chosen.
    """
    shown = list(_reduced(held, selection))
    if not shown:
        raise EmptySelectionError("nothing is chosen")
    texts, remarks = [text for text, _ in shown], _remarks(shown, selection)
    document = _document(texts, remarks, selection, signer, new_id)
    signed = proofs.add_proof(
        document, cryptosuite=CRYPTOSUITE, signer=signer, created=now, purpose="authentication"
    )
    check_presentation(signed)
    disclosed = DisclosedPresentation(
        holder=did_of(signer.verification_method),
        created=now.replace(microsecond=0),
        language=selection.language,
        own_words=_own_words(selection),
        statements=_statements(texts),
        own_remarks=remarks,
    )
    presentation = json.dumps(signed, ensure_ascii=False, indent=1).encode()
    return KlusCV(presentation, disclosed, qr_texts(held, selection, checker_url=checker_url))


def preview(held: Sequence[HeldCredential], selection: Selection) -> DisclosedPresentation:
    """What a reader would see of a selection, without signing anything; it may be empty."""
    shown = list(_reduced(held, selection))
    return DisclosedPresentation(
        holder=None,
        created=None,
        language=selection.language,
        own_words=_own_words(selection),
        statements=_statements([text for text, _ in shown]),
        own_remarks=_remarks(shown, selection),
    )


def qr_texts(held: Sequence[HeldCredential], selection: Selection, *, checker_url: str) -> tuple[str, ...]:
    """The chosen lines for paper, as the texts of one or more QR codes; none when no line is chosen."""
    copies = [
        reduced
        for credential, chosen in _chosen(held, selection)
        for copy in credential.of_form(Form.COMPACT)
        if (reduced := reduced_copy(copy.text, credential, chosen, show_name=selection.show_name))
    ]
    return tuple(compact.qr_text(compact.qr_payload(copies), checker_url=checker_url)) if copies else ()


def _chosen(held: Sequence[HeldCredential], selection: Selection) -> Iterator[tuple[HeldCredential, Chosen]]:
    by_id = {each.id: each for each in held}
    for chosen in selection.organisations:
        if chosen.held_id in by_id and not chosen.is_empty:
            yield by_id[chosen.held_id], chosen


def _reduced(held: Sequence[HeldCredential], selection: Selection) -> Iterator[tuple[str, Chosen]]:
    """Reduce each chosen SD-JWT; a statement of which nothing is chosen stays behind altogether."""
    for credential, chosen in _chosen(held, selection):
        for copy, statement in zip(credential.sd_jwts, credential.statements, strict=True):
            is_history = isinstance(statement.content, WorkHistory)
            parts = (Part.ENGAGEMENT, Part.ACHIEVEMENT) if is_history else (Part.RATING, Part.REVIEW)
            if any(chosen.places.get(part) for part in parts):
                yield copy.reduced(_keep(chosen, show_name=selection.show_name)), chosen


def _keep(chosen: Chosen, *, show_name: bool) -> Callable[[tuple[str | int, ...], Any], bool]:
    def keep(path: tuple[str | int, ...], _value: Any) -> bool:
        match path:
            case (str(name),) if name == _NAME:
                return show_name
            case (str(part), int(place)) if part in _PARTS:
                return chosen.shows(Part(part), place)
            case _:
                # What this wallet does not know, the worker cannot have chosen.
                return False

    return keep


def _remarks(shown: Sequence[tuple[str, Chosen]], selection: Selection) -> tuple[OwnRemark, ...]:
    """The worker's words about what is shown, each by its place among what the reduced copy shows."""
    return tuple(
        OwnRemark(statement.copy_id, RecordList(part), place, said.kind, said.text, selection.language)
        for text, chosen in shown
        for statement in _statements([text])
        for part in _record_lists(statement)
        for place, own_place in enumerate(sorted(chosen.places.get(part, ())))
        if (said := chosen.remarks.get((part, own_place)))
    )


def _record_lists(statement: DisclosedStatement) -> tuple[Part, ...]:
    return (Part.ENGAGEMENT,) if isinstance(statement.content, WorkHistory) else (Part.RATING, Part.REVIEW)


def _statements(texts: Sequence[str]) -> tuple[DisclosedStatement, ...]:
    return tuple(sd_jwt.to_disclosed_statement(sd_jwt.parse(text)) for text in texts)


def _own_words(selection: Selection) -> OwnWords | None:
    headline, text = selection.headline.strip(), selection.own_text.strip()
    return OwnWords(headline, text, selection.language) if headline or text else None


def _document(
    texts: Sequence[str],
    remarks: Sequence[OwnRemark],
    selection: Selection,
    signer: Signer,
    new_id: Callable[[], str],
) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2, KLUSCV_V1],
        "id": new_id(),
        "type": ["VerifiablePresentation", "KlusCVPresentation"],
        "holder": did_of(signer.verification_method),
        "pageLanguage": selection.language,
    }
    words = _own_words(selection)
    if words is not None:
        document["ownWords"] = _own_words_claims(words, new_id())
    if remarks:
        document["ownRemark"] = [claims.remark_claims(remark, new_id=new_id) for remark in remarks]
    document["verifiableCredential"] = [_enveloped(text) for text in texts]
    return document


def _own_words_claims(words: OwnWords, node_id: str) -> Mapping[str, Any]:
    stated = {"headline": words.headline, "ownText": words.text}
    shown = {name: value for name, value in stated.items() if value}
    return {"id": node_id, "type": "OwnWords", **shown, "language": words.language}


def _enveloped(text: str) -> Mapping[str, str]:
    return {
        "@context": CREDENTIALS_V2,
        "id": f"data:application/dc+sd-jwt,{text}",
        "type": "EnvelopedVerifiableCredential",
    }
