"""Among many people the best are looked for in another way, and found in the same order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from deploy.local.environment import elasticsearch_url
from services.identity.contract import Searcher
from services.search import asking
from services.search.contract import Sort
from services.search.domain.people import PeopleWanted
from services.search.store import elastic
from tests.journeys.europe import Europe
from tests.stack import eventually, stack

pytestmark = pytest.mark.stack

MOST_PAGES = 50
NOTHING_WAITS: Any = SimpleNamespace(load=lambda _loader, _ids: {})


@pytest.fixture
def index(running_stack: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stack's index, asked from here."""
    monkeypatch.setattr(elastic, "settings", lambda: SimpleNamespace(search_url=elasticsearch_url(stack())))
    elastic._reader.cache_clear()
    yield
    elastic._reader.cache_clear()


def walked(searcher: Searcher, wanted: PeopleWanted, many: int) -> list[UUID]:
    """Everybody found, page by page, where an index with more than `many` documents holds many."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asking, "MANY", many)
        search = asking.for_people(searcher, datetime.now(UTC).date(), "", wanted, Sort.BEST, partner=True)
        ids: list[UUID] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            found = asking.ask(NOTHING_WAITS, search, cursor, list, _itself)
            ids += found.shown
            cursor = found.next_cursor or ""
            if not cursor:
                break
        return ids


def _itself(one: UUID) -> UUID:
    return one


@pytest.mark.parametrize("wanted", [PeopleWanted(), PeopleWanted(countries=("PL",))])
def test_the_best_among_many_come_in_the_order_of_weighing_everybody(
    europe: Europe, index: None, wanted: PeopleWanted
) -> None:
    me = europe.teacher("ES")
    for number in range(50):
        subjects = ("music",) if number % 5 else ("history",)
        languages = ("pl", "en") if number % 4 else ("pl", "fr")
        europe.teacher("PL", subjects=subjects, languages=languages, age_from=9, age_to=11)
    searcher = Searcher(
        person_id=me.id, plus=False, available_plus=False, languages=("en",), subjects=("music",), keywords=(),
        age_from=9, age_to=11, blocked=(),
    )  # fmt: skip
    few, many = 10**9, -1

    def the_same() -> bool:
        weighed = walked(searcher, wanted, few)
        return len(weighed) >= 50 and walked(searcher, wanted, many) == weighed

    eventually(the_same, "the same order")
