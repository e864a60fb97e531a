"""What several rooms need."""

from hypothesis import settings

pytest_plugins = ["tests.databases", "tests.demonstration", "tests.key_stores"]

# A deadline on the wall clock fails wherever the machine is busy, and says nothing about the code.
settings.register_profile("kluscv", deadline=None)
settings.load_profile("kluscv")
