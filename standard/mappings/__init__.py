"""KlusCV and other formats, both ways, each with a report of what did not arrive.

The CV formats (`json_resume`, `hr_open`, `europass`) meet in a `career`, which nobody vouches for.
`open_badges` writes credentials for an organisation to sign, `open_platforms` the raw data of one.

Source: SPECIFICATION, "Mappings"; the tables are in `docs/mappings.md`.
"""

from standard.mappings.career import Award, Career, Job, Testimonial, career
from standard.mappings.europass import read_europass, write_europass
from standard.mappings.hr_open import read_career_profile, write_career_profile
from standard.mappings.json_resume import read_resume, write_resume
from standard.mappings.loss import Loss, Mapped, Reason
from standard.mappings.open_badges import (
    BadgeEnvelope,
    read_badge,
    write_achievement,
    write_badges,
    write_engagement,
)
from standard.mappings.open_platforms import write_platform_data
from standard.mappings.open_platforms_reading import PlatformData, read_platform_data

__all__ = [
    "Award",
    "BadgeEnvelope",
    "Career",
    "Job",
    "Loss",
    "Mapped",
    "PlatformData",
    "Reason",
    "Testimonial",
    "career",
    "read_badge",
    "read_career_profile",
    "read_europass",
    "read_platform_data",
    "read_resume",
    "write_achievement",
    "write_badges",
    "write_career_profile",
    "write_engagement",
    "write_europass",
    "write_platform_data",
    "write_resume",
]
