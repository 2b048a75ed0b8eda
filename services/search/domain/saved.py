"""Searches people keep: how many, how often they are looked at again, and what counts as new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.contract import NotFound
from services.search.contract import NewMatches, Scope, TooManySaved, Wanted

MOST_SAVED = 20
LOOKS_EVERY = timedelta(hours=1)
MOST_KNOWN = 1_000
"""Matches looked through in one look; a search with more is too broad for news."""


@dataclass(eq=False)
class SavedSearch:
    """A search that its owner wants to come back to. (PS-11)"""

    id: UUID
    person_id: UUID
    name: str
    scope: Scope
    wanted: Wanted
    alerts: bool
    saved_at: datetime
    looked_at: datetime
    next_look_at: datetime
    primed: bool = False
    """Whether what there was when it was kept is known; before, nothing is news."""
    news: int = 0
    version: int = 0

    def must_belong_to(self, person_id: UUID) -> None:
        """Raises `NotFound` for anybody else's."""
        if self.person_id != person_id:
            raise NotFound(what="SavedSearch")

    def change(self, name: str, scope: Scope, wanted: Wanted, alerts: bool, at: datetime) -> None:
        """Another name, other filters: what they find from now on is news."""
        self.name, self.scope, self.wanted, self.alerts = name, scope, wanted, alerts
        self.primed, self.news, self.looked_at, self.next_look_at = False, 0, at, at
        self.version += 1

    def look(self, at: datetime) -> None:
        """The owner has seen what is there."""
        self.news, self.looked_at = 0, at
        self.version += 1

    def found(self, news: int, at: datetime) -> NewMatches | None:
        """So many matches are new; told when the owner wants to be. The first look only learns what is there."""
        self.next_look_at = at + LOOKS_EVERY
        if not self.primed:
            self.primed = True
            return None
        if not news:
            return None
        self.news += news
        return NewMatches(self.id, self.person_id, news, at) if self.alerts else None


def room_for_another(kept: int) -> None:
    """Raises `TooManySaved` when the person keeps as many as can be kept."""
    if kept >= MOST_SAVED:
        raise TooManySaved(most=MOST_SAVED)


def unknown(found: Iterable[UUID], known: Iterable[UUID]) -> list[UUID]:
    """Those found for the first time, in order."""
    before = set(known)
    return [one for one in found if one not in before]
