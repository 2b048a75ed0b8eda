"""Journeys run against the running stack, in the words of the domain."""

import pytest

from tests.journeys.europe import Europe


@pytest.fixture(scope="session")
def europe(running_stack: None) -> Europe:
    """Europe, where every journey meets people of its own."""
    return Europe()
