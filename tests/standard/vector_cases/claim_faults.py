"""Claims of credentials that are undefined, contradict each other, or are out of their time."""

from __future__ import annotations

from standard.verification import CheckCode, Reason
from tests.standard.vector_cases.registry import Group
from tests.standard.vector_cases.scene import Document, Scene
from tests.world import RATING_HISTORY

claims = Group("claims")
broken = claims.invalid(CheckCode.SCHEMA, Reason.BREAKS_DATA_MODEL)


def _subject(document: Document) -> Document:
    return document["credentialSubject"]


def _line(document: Document) -> Document:
    return _subject(document)["engagement"][0]


@broken
def term_undefined(scene: Scene) -> Document:
    """A member that no context defines, added after signing; lossy processors drop it."""
    return scene.changed(lambda each: _line(each).update({"recommended": "yes"}))


@broken
def term_of_another_node(scene: Scene) -> Document:
    """A defined term where the data model has no place for it."""
    return scene.changed(lambda each: _subject(each).update({"category": "Directeur"}))


@broken
def keyword_type(scene: Scene) -> Document:
    """An alias by its JSON-LD keyword, beside the plain member."""
    return scene.changed(lambda each: _line(each).update({"@type": "Rating"}))


@broken
def keyword_value(scene: Scene) -> Document:
    """A text as a JSON-LD value object, which canonicalises to what was signed."""
    return scene.changed(lambda each: _line(each).update({"category": {"@value": _line(each)["category"]}}))


@broken
def null_member(scene: Scene) -> Document:
    """A null, which RDF drops, so that no signature covers it."""
    return scene.changed(lambda each: each.update({"credentialStatus": None}))


@broken
def status_removed_with_proof_left(scene: Scene) -> Document:
    """An empty list instead of the status: RDF has nothing to sign there."""
    return scene.changed(lambda each: each.update({"supersedes": []}))


@broken
def integer_as_text(scene: Scene) -> Document:
    """A count that is a text."""
    return scene.signed_after(lambda each: _line(each).update({"gigCount": "148"}))


@broken
def negative_count(scene: Scene) -> Document:
    """Fewer than no gigs."""
    return scene.signed_after(lambda each: _line(each).update({"gigCount": -1}))


@broken
def more_repeat_clients_than_clients(scene: Scene) -> Document:
    """Thirty-one clients, of whom forty came back."""
    return scene.signed_after(lambda each: _line(each).update({"repeatClientCount": 40}))


@broken
def last_gig_before_the_first(scene: Scene) -> Document:
    """Work that ends before it begins."""
    return scene.signed_after(lambda each: _line(each).update({"lastDate": "2020-01-01"}))


@broken
def rating_outside_its_scale(scene: Scene) -> Document:
    """5.5 out of 5."""
    document = scene.unsigned(RATING_HISTORY)
    document["credentialSubject"]["rating"][0]["ratingValue"] = "5.5"
    return scene.sign(document)


@broken
def supersedes_itself(scene: Scene) -> Document:
    """A correction of itself."""
    return scene.signed_after(lambda each: each.update({"supersedes": [each["id"]]}))


@broken
def supersedes_one_twice(scene: Scene) -> Document:
    """A correction that names a copy twice."""
    earlier = scene.new_id()
    return scene.changed(lambda each: each.update({"supersedes": [earlier, earlier]}))


@broken
def dispute_of_an_unknown_status(scene: Scene) -> Document:
    """A mark that neither stands nor was looked into."""
    mark = {"id": scene.new_id(), "type": "Dispute", "disputeStatus": "closed", "disputedOn": "2026-11-20"}
    return scene.signed_after(lambda each: _line(each).update({"dispute": mark}))


@broken
def dispute_by_the_worker(scene: Scene) -> Document:
    """The mark is the organisation's; the worker's words stand in a remark."""
    mark = {
        "id": scene.new_id(), "type": "Dispute", "disputeStatus": "open", "disputedOn": "2026-11-20",
        "remarkText": "Het waren er meer.",
    }  # fmt: skip
    return scene.signed_after(lambda each: _line(each).update({"dispute": mark}))


@broken
def node_id_missing(scene: Scene) -> Document:
    """A line without its id is a blank node."""
    return scene.signed_after(lambda each: _line(each).pop("id"))


@broken
def name_in_the_open_form(scene: Scene) -> Document:
    """The worker's name has no place in a form that shows everything."""
    return scene.changed(lambda each: _subject(each).update({"name": "Fatima el Amrani"}))


@claims.invalid(CheckCode.VOCABULARY, Reason.UNDEFINED_TERM)
def term_undefined_in_the_proof(scene: Scene) -> Document:
    """A member of the proof that no context defines, and no signature covers."""
    return scene.changed(lambda each: each["proof"].update({"approvedBy": "Arbeidsinspectie"}))


@claims.invalid(CheckCode.VALIDITY_PERIOD, Reason.NOT_YET_VALID)
def not_yet_valid(scene: Scene) -> Document:
    """Valid from tomorrow."""
    return scene.signed_after(lambda each: each.update({"validFrom": "2026-11-23T00:00:00Z"}))


@claims.invalid(CheckCode.VALIDITY_PERIOD, Reason.EXPIRED)
def expired_this_second(scene: Scene) -> Document:
    """The end of validity is not part of it."""
    return scene.signed_after(lambda each: each.update({"validUntil": "2026-11-22T08:30:00Z"}))


@claims.invalid(CheckCode.VALIDITY_PERIOD, Reason.EXPIRED)
def expired_by_its_offset(scene: Scene) -> Document:
    """09:29 at +01:00 is past, though the digits look later than now."""
    return scene.signed_after(lambda each: each.update({"validUntil": "2026-11-22T09:29:00+01:00"}))


@claims.invalid(CheckCode.COMPLETENESS, Reason.MORE_THAN_TOTALS)
def more_lines_than_the_totals(scene: Scene) -> Document:
    """Two kinds of work, of a signed total of one."""
    return scene.signed_after(lambda each: _subject(each)["workTotals"].update({"occupationCount": 1}))


@claims.invalid(CheckCode.COMPLETENESS, Reason.MORE_THAN_TOTALS)
def more_gigs_than_the_totals(scene: Scene) -> Document:
    """The lines add up to more gigs than the total."""
    return scene.signed_after(lambda each: _subject(each)["workTotals"].update({"gigCount": 243}))
