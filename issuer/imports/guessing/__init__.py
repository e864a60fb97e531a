"""Guesses how an export is to be read, for an operator to confirm: nothing is read by a guess alone."""

from __future__ import annotations

from issuer.imports.guessing.categories import Proposal, propose
from issuer.imports.guessing.columns import Role, sounds_cancelled
from issuer.imports.guessing.draft import ColumnGuess, Draft, draft_of, guess, profile_document
from issuer.imports.guessing.sample import HEAD_BYTES, Sample, take_sample

__all__ = [
    "HEAD_BYTES",
    "ColumnGuess",
    "Draft",
    "Proposal",
    "Role",
    "Sample",
    "draft_of",
    "guess",
    "profile_document",
    "propose",
    "sounds_cancelled",
    "take_sample",
]
