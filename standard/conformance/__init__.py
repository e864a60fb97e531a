"""What in a platform's own output breaks the standard, by clause of SPECIFICATION.md.

`copies` judges credentials in any form; `published` what a platform keeps at its addresses: metadata,
DID document, status lists. Everything comes in as bytes and resolvers; nothing is fetched here.
"""

from standard.conformance.copies import check_copy
from standard.conformance.findings import Clause, Finding, Standing
from standard.conformance.published import check_did_document, check_metadata, check_status_lists

__all__ = [
    "Clause",
    "Finding",
    "Standing",
    "check_copy",
    "check_did_document",
    "check_metadata",
    "check_status_lists",
]
