"""JSON-LD with a closed vocabulary and bundled contexts, down to canonical N-Quads."""

from standard.jsonld.canonical import canonize, check_vocabulary, quads
from standard.jsonld.contexts import CREDENTIALS_V1, CREDENTIALS_V2, KLUSCV_V1, Contexts

__all__ = [
    "CREDENTIALS_V1",
    "CREDENTIALS_V2",
    "KLUSCV_V1",
    "Contexts",
    "canonize",
    "check_vocabulary",
    "quads",
]
