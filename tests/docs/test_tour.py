"""The tour quotes the code as it is."""

import re

import pytest

from deploy.stack import CHECKOUT

TOUR = (CHECKOUT / "docs" / "tour.md").read_text()
STOPS = re.findall(r"\(`([\w/.]+\.py)`\):\n\n```python\n(.*?)```", TOUR, flags=re.DOTALL)


def test_the_tour_has_its_stops() -> None:
    assert len(STOPS) == 10


@pytest.mark.parametrize(("file", "quote"), STOPS)
def test_each_quote_stands_in_its_file(file: str, quote: str) -> None:
    assert quote.rstrip("\n") in (CHECKOUT / file).read_text()


@pytest.mark.parametrize("page", ["README.md", "chassis/README.md", "docs/tour.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    path = CHECKOUT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target
