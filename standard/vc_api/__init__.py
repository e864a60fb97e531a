"""The W3C VC-API for credentials of any kind: issue, derive, verify; messages and rules, no HTTP.

KlusCV's own types are never issued here, and verified here only by this standard's own procedure.
"""

from standard.vc_api.answers import Answer
from standard.vc_api.endpoints import derive, issue, verify_credential, verify_presentation
from standard.vc_api.status_update import StatusUpdate, read_status_update
from standard.vc_api.verdict import Profile

__all__ = [
    "Answer",
    "Profile",
    "StatusUpdate",
    "derive",
    "issue",
    "read_status_update",
    "verify_credential",
    "verify_presentation",
]
