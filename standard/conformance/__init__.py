"""What in a platform's own output breaks the standard, by clause of SPECIFICATION.md.

`copies` judges credentials in any form; `published` what a platform keeps at its addresses: metadata,
DID document, status lists; `served` the standard's own documents that it serves. Everything comes in as
bytes and resolvers; nothing is fetched here.
"""

from standard.conformance.copies import check_copy
from standard.conformance.findings import Clause, Finding, Standing
from standard.conformance.published import (
    check_authorization_server,
    check_did_document,
    check_metadata,
    check_status_lists,
    check_suspension_list,
)
from standard.conformance.served import check_served_documents

__all__ = [
    "Clause",
    "Finding",
    "Standing",
    "check_authorization_server",
    "check_copy",
    "check_did_document",
    "check_metadata",
    "check_served_documents",
    "check_status_lists",
    "check_suspension_list",
]
