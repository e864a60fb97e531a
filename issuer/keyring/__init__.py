"""The keys of organisations: where they are, and what becomes of them in time."""
