"""One world for the whole matrix."""

import pytest

from tests.journeys.europe import Europe
from tests.matrix.world import World, make_world


@pytest.fixture(scope="session")
def world(running_stack: None) -> World:
    return make_world(Europe())
