"""Presentations whose proof, holder or contents do not hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from standard import sd_jwt
from standard.model import Form
from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene, published_signer
from tests.world import NOW, RATING_HISTORY, WORK_HISTORY

presentation = Group("presentation")
broken = presentation.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)
unusable = presentation.invalid(CheckCode.PROOF, Reason.UNUSABLE_PROOF)
mismatch = presentation.invalid(CheckCode.PROOF, Reason.MISMATCH)
not_live = presentation.invalid(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISMATCH)


def presented(scene: Scene, copies: list[str] | None = None, **options: Any) -> Document:
    """A work history and, of another organisation, ratings."""
    if copies is None:
        copies = [
            scene.token(), scene.organisations[1].issue(RATING_HISTORY, Form.SD_JWT, scene.holder),
        ]  # fmt: skip
    return json.loads(scene.present(copies, **options))


def _changed(scene: Scene, change: Callable[[Document], object]) -> Document:
    document = presented(scene)
    change(document)
    return document


def _remark(scene: Scene, **changes: Any) -> Document:
    return {
        "id": scene.new_id(), "type": "OwnRemark", "about": "", "recordList": "engagement", "recordPlace": 0,
        "remarkKind": "reply", "remarkText": "De bus was te laat.", "language": "nl", **changes,
    }  # fmt: skip


@unusable
def without_proof(scene: Scene) -> Document:
    """Nobody signed the choice."""
    return _changed(scene, lambda each: each.pop("proof"))


@unusable
def with_two_proofs(scene: Scene) -> Document:
    """Two proofs, though the worker makes one."""
    return _changed(scene, lambda each: each.update({"proof": [each["proof"], each["proof"]]}))


@mismatch
def copy_taken_out(scene: Scene) -> Document:
    """One of the copies was removed after the worker signed."""
    return _changed(scene, lambda each: each["verifiableCredential"].pop())


@mismatch
def own_words_changed(scene: Scene) -> Document:
    """Other words than the worker's."""
    return _changed(scene, lambda each: each["ownWords"].update({"headline": "Chef-kok"}))


@mismatch
def disclosure_taken_out(scene: Scene) -> Document:
    """A line that the worker chose to show was hidden by somebody else."""

    def hide(document: Document) -> None:
        envelope = document["verifiableCredential"][0]
        envelope["id"] = envelope["id"].rstrip("~").rpartition("~")[0] + "~"

    return _changed(scene, hide)


@mismatch
def domain_removed(scene: Scene) -> Document:
    """An answer to one verifier made into a file for all."""
    document = presented(scene, challenge="n-0S6_WzA2Mj", domain="https://verifier.example")
    del document["proof"]["domain"], document["proof"]["challenge"]
    return document


@presentation.invalid(CheckCode.ISSUER_KEY, Reason.WRONG_PURPOSE)
def for_assertion(scene: Scene) -> Document:
    """A proof that the worker's key made for another purpose."""
    document = {name: value for name, value in presented(scene).items() if name != "proof"}
    return scene.sign(document, cryptosuite="ecdsa-rdfc-2019", signer=scene.worker)


@mismatch
def signed_by_another(scene: Scene) -> Document:
    """Signed by somebody else, with the worker as the holder."""
    document = {name: value for name, value in presented(scene).items() if name != "proof"}
    thief = published_signer("P-256", "stranger")
    return scene.sign(document, cryptosuite="ecdsa-rdfc-2019", signer=thief, purpose="authentication")


@presentation.invalid(CheckCode.HOLDER_BINDING, Reason.OTHER_HOLDER)
def of_somebody_elses_copies(scene: Scene) -> Document:
    """A stranger presents copies that are bound to the worker."""
    return presented(scene, signer=published_signer("P-256", "stranger"))


@presentation.invalid(CheckCode.HOLDER_BINDING, Reason.OTHER_HOLDER)
def with_one_copy_of_another_worker(scene: Scene) -> Document:
    """The worker's own work history, with somebody else's ratings."""
    other = published_signer("P-256", "another worker").public_key
    ratings = scene.organisations[1].issue(RATING_HISTORY, Form.SD_JWT, other)
    return presented(scene, [scene.token(), ratings])


@broken
def holder_missing(scene: Scene) -> Document:
    """No holder."""
    return _changed(scene, lambda each: each.pop("holder"))


@broken
def holder_not_a_key(scene: Scene) -> Document:
    """A holder whose key stands elsewhere."""
    return _changed(scene, lambda each: each.update({"holder": "did:web:worker.example"}))


@broken
def holder_of_another_kind(scene: Scene) -> Document:
    """A holder with an Ed25519 key, to which no copy can be bound."""
    other = published_signer("Ed25519", "worker").verification_method.partition("#")[0]
    return _changed(scene, lambda each: each.update({"holder": other}))


@broken
def without_copies(scene: Scene) -> Document:
    """The worker's own words and nothing that anybody else said."""
    return _changed(scene, lambda each: each.update({"verifiableCredential": []}))


@broken
def with_65_copies(scene: Scene) -> Document:
    """More copies than a verifier looks at."""
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2", "id": "data:application/dc+sd-jwt,eyJ~",
        "type": "EnvelopedVerifiableCredential",
    }  # fmt: skip
    return _changed(scene, lambda each: each.update({"verifiableCredential": [envelope] * 65}))


@broken
def envelope_without_context(scene: Scene) -> Document:
    """An enveloped credential needs its context."""
    return _changed(scene, lambda each: each["verifiableCredential"][0].pop("@context"))


@broken
def envelope_with_another_type(scene: Scene) -> Document:
    """An enveloped credential that claims to be more."""
    types = ["EnvelopedVerifiableCredential", "WorkHistoryCredential"]
    return _changed(scene, lambda each: each["verifiableCredential"][0].update({"type": types}))


@broken
def envelope_without_data_address(scene: Scene) -> Document:
    """A credential that would have to be fetched."""
    address = "https://klusdag.example/copies/1"
    return _changed(scene, lambda each: each["verifiableCredential"][0].update({"id": address}))


@broken
def type_missing(scene: Scene) -> Document:
    """A presentation of no known kind."""
    return _changed(scene, lambda each: each.update({"type": ["VerifiablePresentation"]}))


@broken
def term_undefined(scene: Scene) -> Document:
    """A member that no context defines."""
    return _changed(scene, lambda each: each.update({"recommendation": "Neem haar aan"}))


@presentation.invalid(CheckCode.VOCABULARY, Reason.UNDEFINED_TERM)
def term_undefined_in_the_proof(scene: Scene) -> Document:
    """A member of the proof that no signature covers."""
    return _changed(scene, lambda each: each["proof"].update({"approvedBy": "Gemeente"}))


@presentation.invalid(CheckCode.PARSE, Reason.MALFORMED)
def with_an_unsigned_envelope(scene: Scene) -> Document:
    """An enveloped token without a signature."""
    jwt, _, disclosures = scene.token().partition("~")
    return presented(scene, [f"{jwt.rpartition('.')[0]}.~{disclosures}x~"])


@presentation.invalid(CheckCode.SCHEMA, Reason.REPEATED_COPY)
def with_the_same_copy_twice(scene: Scene) -> Document:
    """One copy shown in two parts, which would count its work twice."""
    text = scene.token()
    return presented(scene, [text, sd_jwt.reduce(text, lambda path, _: path[0] == "engagement")])


@presentation.invalid(CheckCode.SCHEMA, Reason.MISPLACED_REMARK)
def with_a_remark_about_nothing(scene: Scene) -> Document:
    """A remark about a copy that is not here."""
    return presented(scene, ownRemark=[_remark(scene, about=scene.new_id())])


@presentation.invalid(CheckCode.SCHEMA, Reason.MISPLACED_REMARK)
def with_a_remark_behind_the_last_record(scene: Scene) -> Document:
    """A remark about the third of two lines."""
    copy_id = scene.new_id()
    copies = [scene.token(copy_id=copy_id)]
    return presented(scene, copies, ownRemark=[_remark(scene, about=copy_id, recordPlace=2)])


@presentation.invalid(CheckCode.SCHEMA, Reason.MISPLACED_REMARK)
def with_two_remarks_about_one_record(scene: Scene) -> Document:
    """Two remarks about the same line."""
    copy_id = scene.new_id()
    remarks = [_remark(scene, about=copy_id), _remark(scene, about=copy_id, remarkKind="dispute")]
    return presented(scene, [scene.token(copy_id=copy_id)], ownRemark=remarks)


@presentation.invalid(CheckCode.VALIDITY_PERIOD, Reason.NOT_YET_VALID)
def signed_tomorrow(scene: Scene) -> Document:
    """The worker's proof is a day ahead of the verifier's clock."""
    document = presented(scene)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    return scene.sign(
        unsigned, cryptosuite="ecdsa-rdfc-2019", signer=scene.worker, purpose="authentication",
        created=NOW + timedelta(days=1),
    )  # fmt: skip


@presentation.invalid(CheckCode.HOLDER_BINDING, Reason.LIVE_PROOF_MISSING)
def file_instead_of_an_answer(scene: Scene) -> Document:
    """A live request answered with a file."""
    scene.ask()
    return presented(scene)


@not_live
def answer_to_another_request(scene: Scene) -> Document:
    """Another challenge."""
    scene.ask()
    return presented(scene, challenge="an earlier one", domain=scene.domain)


@not_live
def answer_to_another_verifier(scene: Scene) -> Document:
    """Another domain."""
    scene.ask()
    return presented(scene, challenge=scene.challenge, domain="https://other.example")


@not_live
def answer_without_a_domain(scene: Scene) -> Document:
    """The right challenge, for no verifier in particular."""
    scene.ask()
    return presented(scene, challenge=scene.challenge)


@presentation.invalid(CheckCode.STATUS, Reason.SUPERSEDED)
def with_a_corrected_copy(scene: Scene) -> Document:
    """A copy beside the one that corrects it, signed by the same organisation."""
    copy_id = scene.new_id()
    earlier = scene.token(copy_id=copy_id)
    later = scene.organisation.issue(WORK_HISTORY, Form.SD_JWT, scene.holder, supersedes=(copy_id,))
    return presented(scene, [earlier, later])
