"""From what a reader holds (a PDF, a photo, a file, pasted text, a scanned link) to what is verified."""

from verifier.intake.child import ChildLimits, ChildPool
from verifier.intake.errors import BusyError, IntakeError, IntakeReason
from verifier.intake.limits import UPLOAD_LIMIT_BYTES, read_file, read_stream
from verifier.intake.presentation import ON_PAPER, Intake, Integrity, Kind, presentation_from

__all__ = [
    "ON_PAPER",
    "UPLOAD_LIMIT_BYTES",
    "BusyError",
    "ChildLimits",
    "ChildPool",
    "Intake",
    "IntakeError",
    "IntakeReason",
    "Integrity",
    "Kind",
    "presentation_from",
    "read_file",
    "read_stream",
]
