"""What the tests of the standard share."""

from __future__ import annotations

import pytest

from tests.world import World, make_world


@pytest.fixture
def world() -> World:
    """An organisation or two, a worker, and a root, fresh for each test."""
    return make_world()
