"""The compact form: statements small enough for a QR code, of which every line can be shown alone.

`paper` joins what an organisation states, `cose` is the signed copy, `qr_payload` puts several copies
together and `qr_text` makes the texts of the codes. `docs/compact-form.md` describes the encoding.
"""

from standard.compact.copy import CompactCopy, ShownLine, to_disclosed_statement
from standard.compact.cose import issue, parse, reduce
from standard.compact.paper import LineSource, line_sources, paper_statement
from standard.compact.qr_payload import qr_payload, read_qr_payload
from standard.compact.qr_text import missing_codes, payload_from_qr_texts, qr_text

__all__ = [
    "CompactCopy",
    "LineSource",
    "ShownLine",
    "issue",
    "line_sources",
    "missing_codes",
    "paper_statement",
    "parse",
    "payload_from_qr_texts",
    "qr_payload",
    "qr_text",
    "read_qr_payload",
    "reduce",
    "to_disclosed_statement",
]
