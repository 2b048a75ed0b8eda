"""Faults are injected into the real stack; afterwards everything must be well again."""

from collections.abc import Iterator

import pytest

from tests.journeys.europe import Europe
from tests.resilience.checker import all_well, check_everything


@pytest.fixture(scope="session")
def europe(running_stack: None) -> Europe:
    return Europe()


@pytest.fixture(autouse=True)
def everything_holds_afterwards(running_stack: None) -> Iterator[None]:
    """The common checker after each scenario."""
    all_well()
    yield
    check_everything()
