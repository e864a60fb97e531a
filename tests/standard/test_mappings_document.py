from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from standard.mappings import (
    BadgeEnvelope,
    Loss,
    Reason,
    write_badges,
    write_career_profile,
    write_europass,
    write_platform_data,
    write_resume,
)
from tests.standard.mapping_laws import PRESENTATION
from tests.standard.signers import NOW, ORGANISATION, WORKER
from tests.standard.statements import RATING_HISTORY, WORK_HISTORY, new_id
from tests.standard.vectors import PROJECT

PAGE = (PROJECT / "docs" / "mappings.md").read_text(encoding="utf-8")
ENVELOPE = BadgeEnvelope(ORGANISATION, "Klusdag B.V.", WORKER, NOW, new_id)
CAREER = "A career: what the CV formats have in common"


def _sections(*titles: str) -> str:
    parts = dict(part.split("\n", 1) for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:])
    return "\n".join(parts[title] for title in titles)


@pytest.mark.parametrize(
    ("titles", "losses"),
    [
        ((CAREER, "JSON Resume"), write_resume(PRESENTATION).losses),
        (
            (CAREER, "HR Open LER-RS, the Trusted Career Profile"),
            write_career_profile(PRESENTATION, verifications={}).losses,
        ),
        ((CAREER, "Europass"), write_europass(PRESENTATION).losses),
        (("Open Badges 3.0",), write_badges(WORK_HISTORY, ENVELOPE).losses),
        (("Open Platforms",), write_platform_data([WORK_HISTORY, RATING_HISTORY]).losses),
    ],
    ids=["json-resume", "hr-open", "europass", "open-badges", "open-platforms"],
)
def test_the_page_tells_every_loss(titles: tuple[str, ...], losses: Iterable[Loss]) -> None:
    page = _sections(*titles)
    members = {re.sub(r"\[\d+\]$", "[]", loss.place.rpartition(".")[2]) for loss in losses}
    assert [member for member in sorted(members) if f"`{member}`" not in page] == []


def test_the_page_explains_every_reason() -> None:
    assert [reason for reason in Reason if f"| `{reason}` |" not in PAGE] == []


def test_the_page_names_every_function_of_the_room() -> None:
    from standard import mappings

    functions = [name for name in mappings.__all__ if name.startswith(("read_", "write_"))]
    assert [name for name in functions if f"`{name}`" not in PAGE] == []
