"""The history of the verifier's tables."""
