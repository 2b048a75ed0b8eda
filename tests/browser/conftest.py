"""Desks for the people of a test; at the end nothing may have gone wrong in any of their browsers."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.chromium import Desk, Open, chromium
from tests.journeys.europe import Europe


@pytest.fixture(scope="session")
def europe(running_stack: None) -> Europe:
    return Europe()


@pytest.fixture
def desk(running_stack: None) -> Iterator[Open]:
    with chromium() as browser:
        desks: list[Desk] = []

        def sit_down(language: str = "en", **options: Any) -> Desk:
            desks.append(Desk(browser, language, **options))
            return desks[-1]

        yield sit_down
        for one in desks:
            one.had_no_mishap()
