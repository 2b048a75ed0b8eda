"""Filters of a search: the clause each becomes, and how its values are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

Clause = dict[str, Any]

YOUNGEST, OLDEST = 3, 19
BANDS = {"up_to_6": (3, 6), "7_11": (7, 11), "12_15": (12, 15), "16_19": (16, 19)}
"""The pupils' age bands, in years. (c.5)"""
MOST_VALUES = 50


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter in use."""

    name: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class FacetOf:
    """How a filter's values are counted: each value of an index field, or whether a day of it is `since` one."""

    name: str
    index_field: str
    since: date | None = None

    def aggregation(self) -> Clause:
        """The aggregation that counts the values."""
        if self.since is None:
            return {"terms": {"field": self.index_field, "size": MOST_VALUES}}
        ranges = [{"key": "true", "from": self.since.isoformat()}]
        return {"date_range": {"field": self.index_field, "ranges": ranges}}


def as_one(clauses: list[Clause]) -> Clause:
    """All of these, as a single clause: Elasticsearch keeps what fits it as a set, where it would put several clauses
    together anew in every search.
    """
    return {"bool": {"should": [{"bool": {"filter": clauses}}]}}


def every_year(age_from: int | None, age_to: int | None) -> list[str]:
    """Pupils' ages as an index keeps them: each year of them; an end left open is the youngest or oldest of all."""
    first, last = max(age_from or YOUNGEST, YOUNGEST), min(age_to or OLDEST, OLDEST)
    return [str(age) for age in range(first, last + 1)]


def overlaps(age_from: int | None, age_to: int | None) -> Clause:
    """Pupils' ages that have a year in common. (PS-04)"""
    return {"terms": {"ages": every_year(age_from, age_to)}}


def any_of(name: str, field_name: str, values: Iterable[str]) -> list[Filter]:
    """The filter for one of several values; none when nothing was chosen."""
    chosen = [str(value) for value in values]
    return [Filter(name, {"terms": {field_name: chosen}})] if chosen else []


def yes_or_no(name: str, value: bool | None) -> list[Filter]:
    """The filter for a yes-or-no field; none when it does not matter."""
    return [] if value is None else [Filter(name, {"term": {name: value}})]


def ages(age_from: int | None, age_to: int | None) -> list[Filter]:
    """The filter for pupils' ages."""
    return [Filter("ages", overlaps(age_from, age_to))] if age_from or age_to else []


AGES = FacetOf("ages", "bands")
"""How many teach each age band."""


def others_than(filters: list[Filter], name: str) -> list[Filter]:
    """All filters but the one of that name: a facet counts as if its own filter were not set. (PS-05)"""
    return [one for one in filters if one.name != name]
