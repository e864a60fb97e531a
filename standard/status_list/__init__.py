"""Status lists: which copies were withdrawn, published twice over the same bits.

Every list is fetched whole and has at least 131,072 entries, so that the organisation does not learn
who is checked.
"""

from standard.status_list.bits import (
    MINIMUM_ENTRIES,
    Status,
    new_bits,
    set_bit,
    set_status,
    set_statuses,
    single_bits,
    status_bit,
    status_value,
)
from standard.status_list.bitstring import bitstring_credential, read_bitstring_credential
from standard.status_list.reading import StatusList
from standard.status_list.reference import (
    Purpose,
    StatusEntry,
    StatusReference,
    credential_status,
    entry,
    message_entry,
    read_entries,
    read_entry,
    read_token_entry,
    token_entry,
)
from standard.status_list.token import read_token_status_list, token_status_list

__all__ = [
    "MINIMUM_ENTRIES",
    "Purpose",
    "Status",
    "StatusEntry",
    "StatusList",
    "StatusReference",
    "bitstring_credential",
    "credential_status",
    "entry",
    "message_entry",
    "new_bits",
    "read_bitstring_credential",
    "read_entries",
    "read_entry",
    "read_token_entry",
    "read_token_status_list",
    "set_bit",
    "set_status",
    "set_statuses",
    "single_bits",
    "status_bit",
    "status_value",
    "token_entry",
    "token_status_list",
]
