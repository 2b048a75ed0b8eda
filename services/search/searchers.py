"""Whoever searches, as identity told with their last page of results.

A memory of the process, so that a search need not ask who searches before it asks the index. It decides nothing: with
each page identity looks at everybody shown and tells how the searcher is at that moment.
"""

from uuid import UUID

from cachetools import LRUCache

from services.identity.contract import Searcher

_remembered: LRUCache[UUID, Searcher] = LRUCache(10_000)


def remembered(person_id: UUID) -> Searcher | None:
    """The searcher as told last; None when that was too many searchers ago, or another process was told."""
    return _remembered.get(person_id)


def remember(searcher: Searcher) -> None:
    """Keep what was told, instead of what was told of whoever has not searched for the longest time."""
    _remembered[searcher.person_id] = searcher
