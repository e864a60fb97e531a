from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standard.errors import DataModelError
from standard.jsonld import canonize
from standard.jsonld.contexts import CREDENTIALS_V2, Contexts, load
from standard.mappings import (
    BadgeEnvelope,
    Loss,
    Reason,
    read_badge,
    write_achievement,
    write_badges,
    write_engagement,
)
from standard.model import Achievement, Engagement, WorkHistory
from tests.standard.mapping_laws import is_lost, leaves, names_nothing
from tests.standard.signers import NOW, ORGANISATION, WORKER
from tests.standard.statements import DISHWASHER, WORK_HISTORY, new_id, work_histories
from tests.standard.vectors import PROJECT

ENVELOPE = BadgeEnvelope(
    issuer=ORGANISATION, organisation_name="Klusdag B.V.", subject=WORKER, issued=NOW, new_id=new_id
)


@given(work_histories)
def test_work_and_achievements_come_back_but_for_dispute_marks(history: WorkHistory) -> None:
    badges = write_badges(history, ENVELOPE).value
    read = [read_badge(badge, language="und") for badge in badges]
    engagements = (replace(each, dispute=None) for each in history.engagements)
    assert tuple(one.value for one in read) == (*engagements, *history.achievements)
    assert all(one.losses == () for one in read)


@given(work_histories)
def test_the_report_names_all_that_no_badge_says_and_nothing_else(history: WorkHistory) -> None:
    losses = write_badges(history, ENVELOPE).losses
    assert names_nothing(history, losses) == []
    carried = ("engagements", "achievements")
    for place, _ in leaves(history):
        assert is_lost(place, losses) != (place.startswith(carried) and ".dispute." not in place)


@pytest.mark.parametrize("value", ["9" * 5000, "-1", "1.5", "٣", 7, None], ids=str)
def test_a_count_that_is_none_is_named(value: object) -> None:
    badge = write_engagement(WORK_HISTORY.engagements[0], ENVELOPE)
    badge["credentialSubject"]["result"][0]["value"] = value
    read = read_badge(badge, language="nl")
    assert isinstance(read.value, Engagement) and read.value.gig_count == 0
    assert Loss("credentialSubject.result[0]", Reason.MALFORMED) in read.losses


def test_work_that_contradicts_itself_is_refused() -> None:
    badge = write_engagement(WORK_HISTORY.engagements[0], ENVELOPE)
    badge["credentialSubject"]["activityEndDate"] = "1999-01-01T00:00:00Z"
    with pytest.raises(DataModelError, match="contradict"):
        read_badge(badge, language="nl")


def test_an_occupation_becomes_an_alignment_with_esco() -> None:
    badge = write_engagement(WORK_HISTORY.engagements[0], ENVELOPE)
    (alignment,) = badge["credentialSubject"]["achievement"]["alignment"]
    assert (alignment["targetFramework"], alignment["targetUrl"]) == ("ESCO", DISHWASHER)


def test_a_badge_of_someone_else_is_an_achievement_and_the_rest_is_named() -> None:
    read = read_badge(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "AchievementCredential"],
            "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "School"},
            "validFrom": "2024-05-06T10:30:00Z",
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
                    "type": ["Achievement"],
                    "name": "Heftruck",
                    "description": "Veilig rijden",
                    "criteria": {"narrative": "Examen"},
                    "tag": ["logistiek"],
                },
            },
        },
        language="nl",
    )
    assert read.value == Achievement("Heftruck", "nl", read.value.awarded_on)  # type: ignore[union-attr]
    assert read.losses == (
        Loss("validFrom", Reason.PRECISION),
        Loss("credentialSubject.achievement.description", Reason.NOT_READ),
        Loss("credentialSubject.achievement.tag", Reason.NOT_READ),
    )


@pytest.mark.parametrize(
    "fault",
    [
        {"type": ["VerifiableCredential"]},
        {
            "credentialSubject": {"achievement": {"name": "Heftruck"}},
            "awardedDate": None,
            "validFrom": "2024",
        },
        {"credentialSubject": {}},
    ],
    ids=["another-type", "no-date", "no-achievement"],
)
def test_what_is_no_badge_is_refused(fault: dict[str, Any]) -> None:
    badge = write_achievement(WORK_HISTORY.achievements[0], ENVELOPE)
    with pytest.raises(DataModelError):
        read_badge({**badge, **fault}, language="nl")


@given(st.dictionaries(st.text(max_size=5), st.none() | st.text() | st.integers()))
def test_a_spoilt_badge_is_read_or_refused_with_our_own_error(spoilt: dict[str, Any]) -> None:
    badge = write_engagement(WORK_HISTORY.engagements[0], ENVELOPE)
    for member in ("credentialSubject", "type", "validFrom"):
        try:
            read_badge({**badge, member: spoilt}, language="nl")
        except DataModelError as error:
            assert error.code == "data-model"


@pytest.fixture(scope="module")
def published_contexts() -> Contexts:
    """The contexts that 1EdTech publishes, from the npm package that ships them."""
    package = PROJECT / "node_modules" / "@digitalcredentials" / "open-badges-context"
    node = shutil.which("node")
    if node is None or not package.is_dir():
        pytest.skip("needs node and the npm packages of package.json")
    script = (
        "const o = require(process.argv[1]); console.log(JSON.stringify(o.contexts.get(process.argv[2])))"
    )
    address = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
    finished = subprocess.run(
        [node, "-e", script, str(package), address], capture_output=True, encoding="utf-8", check=True
    )
    return Contexts({CREDENTIALS_V2: load(CREDENTIALS_V2), address: json.loads(finished.stdout)})


@pytest.mark.independent
@pytest.mark.parametrize(
    "badge",
    [
        write_achievement(WORK_HISTORY.achievements[0], ENVELOPE),
        write_engagement(WORK_HISTORY.engagements[0], ENVELOPE),
        write_engagement(replace(WORK_HISTORY.engagements[0], occupation=None), ENVELOPE),
    ],
    ids=["achievement", "work", "work-without-occupation"],
)
def test_every_term_is_defined_by_the_published_context(
    badge: dict[str, Any], published_contexts: Contexts
) -> None:
    # Canonicalisation refuses terms and types that the contexts do not define.
    quads = canonize(badge, contexts=published_contexts).decode()
    assert "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Achievement" in quads
    assert badge["credentialSubject"]["achievement"]["name"] in quads
