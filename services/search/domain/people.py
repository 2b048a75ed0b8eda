"""Searching for people: who may be found at all, by which words, in which order."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.identity.contract import Searcher
from services.search.contract import Sort
from services.search.domain.filters import (
    AGES,
    Clause,
    FacetOf,
    Filter,
    ages,
    any_of,
    as_one,
    overlaps,
    yes_or_no,
)
from services.search.domain.requests import THE_SCORE

HIDDEN_AFTER = timedelta(days=365)
RECENTLY = timedelta(days=30)
FACETS = (
    FacetOf("countries", "country"),
    FacetOf("languages", "languages"),
    FacetOf("subjects", "subjects"),
    FacetOf("levels", "level"),
    FacetOf("roles", "role"),
    FacetOf("vocational", "vocational"),
    FacetOf("plus", "plus"),
    FacetOf("first_time", "first_time"),
    AGES,
)
ORDERS: dict[Sort, list[Any]] = {
    Sort.BEST: [THE_SCORE, {"seen_on": "desc"}, {"id": "asc"}],
    Sort.ACTIVE: [{"seen_on": "desc"}, {"id": "asc"}],
    Sort.NEWEST: [{"registered_at": "desc"}, {"id": "asc"}],
}


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed: as it is, in Latin letters, as bare consonants, and without the endings of long words."""

    text: str = ""
    romanised: str = ""
    skeleton: str = ""
    stumps: str = ""


@dataclass(frozen=True, slots=True)
class PeopleWanted:
    """The filters of a search for people."""

    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    vocational: bool | None = None
    available: bool | None = None
    plus: bool | None = None
    recently_active: bool = False
    first_time: bool = False

    def filters(self, today: date) -> list[Filter]:
        """Those in use, by name."""
        recent = {"range": {"active_on": {"gte": (today - RECENTLY).isoformat()}}}
        return [
            *any_of("countries", "country", self.countries),
            *any_of("languages", "languages", self.languages),
            *any_of("subjects", "subjects", self.subjects),
            *any_of("levels", "level", self.levels),
            *any_of("roles", "role", self.roles),
            *any_of("regions", "region", self.regions),
            *ages(self.age_from, self.age_to),
            *yes_or_no("vocational", self.vocational),
            *yes_or_no("available", self.available),
            *yes_or_no("plus", self.plus),
            *([Filter("recently_active", recent)] if self.recently_active else []),
            *yes_or_no("first_time", self.first_time or None),
        ]

    def facets(self, today: date) -> list[FacetOf]:
        """What is counted beside the results; regions once a country is chosen. (PS-05)"""
        more = [FacetOf("recently_active", "active_on", since=today - RECENTLY)]
        if self.countries:
            more.append(FacetOf("regions", "region"))
        return [*FACETS, *more]


def protected(searcher: Searcher, today: date, *, partner: bool) -> Clause:
    """Who may be found at all: nobody blocked either way, nobody away for a year; as a partner only who is
    available, as the Plus rule has it. Never left out of a search. (b.4 b.5 PS-06 PS-08)
    """
    must: list[Clause] = [{"range": {"seen_on": {"gt": (today - HIDDEN_AFTER).isoformat()}}}]
    if partner:
        must += partner_rule(searcher)
    nobody = [str(one) for one in (searcher.person_id, *searcher.blocked)]
    return {"filter": [as_one(must)], "must_not": [{"terms": {"id": nobody}}]}


def partner_rule(searcher: Searcher) -> list[Clause]:
    """Availability and Plus, from the searcher's side. (PS-06 PS-08)"""
    must: list[Clause] = [{"term": {"available": True}}]
    if not searcher.available_plus:
        must.append({"term": {"plus": False}})
    if searcher.plus:
        must.append({"bool": {"should": [{"term": {"plus": True}}, {"term": {"available_plus": True}}]}})
    return must


def by_name(words: Words, *, mistyped: bool = False) -> list[Clause]:
    """Somebody by name, school or place: every word, also begun; the exact name first. (PS-01 PS-09)"""
    if not words.romanised:
        return []
    ways: list[Clause] = [
        {"match": {"who": {"query": words.romanised, "operator": "and", "boost": 3}}},
        {"match": {"who.begin": {"query": words.romanised, "operator": "and"}}},
        {"match": {"name": {"query": words.romanised, "operator": "and", "boost": 4}}},
    ]
    if mistyped:
        ways.append(almost_named(words))
    return [{"dis_max": {"queries": [*ways, *by_other_spellings(words)], "tie_breaker": 0.1}}]


def almost_named(words: Words) -> Clause:
    """A name written almost like this: one letter off in four, two in eight. (PS-09)"""
    fuzzy = {"fuzziness": "AUTO:4,8", "prefix_length": 1, "max_expansions": 40, "boost": 0.5}
    return {"match": {"who": {"query": words.romanised, "operator": "and", **fuzzy}}}


def by_other_spellings(words: Words) -> list[Clause]:
    """Names by their consonants, and in another case of the language. (PS-09)"""
    ways: list[Clause] = []
    if words.skeleton:
        ways.append({"match": {"bones": {"query": words.skeleton, "operator": "and", "boost": 0.8}}})
    if words.stumps:
        ways.append({"match": {"who.begin": {"query": words.stumps, "operator": "and", "boost": 0.2}}})
    return ways


def begun(words: Words) -> list[Clause]:
    """A name that begins like this, for completing what is typed."""
    return [{"match": {"who.begin": {"query": words.romanised, "operator": "and"}}}]


ENOUGH = "2<75%"
"""Of one or two words all, of more three in four."""


def by_keywords(words: Words, *, mistyped: bool = False) -> list[Clause]:
    """Project idea, interests, biography and posts by keyword, in any inflection; interests weigh most. (PS-03)"""
    begun = {"interests.begin": {"query": words.romanised, "operator": "and", "boost": 0.5}}
    fields = ["interests^4", "idea^2", "taught^2", "about"]
    return keywords(words, fields, {"match": begun}, mistyped=mistyped)


def keywords(words: Words, fields: list[str], *others: Clause, mistyped: bool) -> list[Clause]:
    """These fields as typed, and what was said in any inflection, or by one of the other clauses; `mistyped`: also
    what is written almost so.
    """
    if not words.romanised:
        return []
    plain = {
        "query": words.romanised,
        "fields": fields,
        "minimum_should_match": ENOUGH,
        "tie_breaker": 0.3,
    }
    almost = plain | {"fuzziness": "AUTO:5,9", "prefix_length": 2, "max_expansions": 20, "boost": 0.3}
    inflected = {
        "query": words.text,
        "fields": ["said.*"],
        "minimum_should_match": ENOUGH,
        "tie_breaker": 0.1,
        "boost": 1.5,
    }
    matches = [{"multi_match": one} for one in (plain, inflected, *([almost] if mistyped else []))]
    return [{"dis_max": {"queries": [*matches, *others], "tie_breaker": 0.2}}]


def fitting(searcher: Searcher) -> list[Clause]:
    """What makes somebody fit the searcher, for the order only: shared ages, languages, subjects. (PS-21)

    In quarters, so that what they add up to is the same number here and in the index.
    """
    shared: list[Clause] = []
    if searcher.age_from and searcher.age_to:
        shared.append(_worth(overlaps(searcher.age_from, searcher.age_to), 1.25))
    if searcher.languages:
        shared.append(_worth({"terms": {"languages": list(searcher.languages)}}, 1.25))
    if searcher.subjects:
        shared.append(_worth({"terms": {"subjects": list(searcher.subjects)}}, 0.75))
    return shared


def _worth(clause: Clause, points: float) -> Clause:
    return {"constant_score": {"filter": clause, "boost": points}}
