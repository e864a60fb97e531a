"""From an export to statements: read and preview, then commit or discard.

Reading stages the good records and keeps the refused rows; nothing is stated before the commit. The
commit lays the records over what earlier exports said and sums every touched worker up again. A statement
that says the same as before is left alone, so importing a file twice changes nothing.

Both go in short transactions, so that claims go on meanwhile: see docs/adr/0013-imports-in-blocks.md.
"""

from __future__ import annotations

from issuer.batch.attempts import Order
from issuer.batch.committing import begin, commit, discard
from issuer.batch.reading import preview

__all__ = ["Order", "begin", "commit", "discard", "preview"]
