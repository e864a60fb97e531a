"""Six invented organisations and their exports, the same byte for byte for the same seed."""

from __future__ import annotations

from pathlib import Path
from random import Random

from issuer.samples.exports import export
from issuer.samples.histories import gigs
from issuer.samples.organisations import FATIMA, PLANS, TODAY
from issuer.samples.plan import SampleOrganisation

__all__ = ["FATIMA", "SAMPLES", "TODAY", "SampleOrganisation", "generate"]

SAMPLES: tuple[SampleOrganisation, ...] = tuple(plan.organisation for plan in PLANS)


def generate(folder: Path, *, seed: int) -> None:
    """Write the export of every sample organisation into a folder, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for plan in PLANS:
        slug = plan.organisation.slug
        random = Random(f"{seed}/{slug}")  # noqa: S311 - invented data, nothing secret
        folder.joinpath(plan.organisation.file_name).write_bytes(export(slug, gigs(plan, random), random))
