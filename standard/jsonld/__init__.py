"""JSON-LD with a closed vocabulary and bundled contexts, down to canonical N-Quads."""

from standard.jsonld.canonical import canonize
from standard.jsonld.contexts import CREDENTIALS_V2, KLUSCV_V1, Contexts
from standard.jsonld.vocabulary import check_vocabulary

__all__ = ["CREDENTIALS_V2", "KLUSCV_V1", "Contexts", "canonize", "check_vocabulary"]
