"""Searching for schools, projects and forum posts."""

from dataclasses import dataclass
from datetime import date, datetime
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
    yes_or_no,
)
from services.search.domain.people import (
    HIDDEN_AFTER,
    Words,
    almost_named,
    by_other_spellings,
    keywords,
    partner_rule,
)
from services.search.domain.requests import THE_SCORE

BY_SCORE: list[Any] = [THE_SCORE, {"id": "asc"}]


@dataclass(frozen=True, slots=True)
class SchoolsWanted:
    """The filters of a search for schools."""

    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def filters(self) -> list[Filter]:
        """Those in use, by name."""
        return [
            *any_of("countries", "country", self.countries),
            *any_of("regions", "region", self.regions),
            *any_of("levels", "level", self.levels),
        ]

    def facets(self) -> list[FacetOf]:
        """What is counted beside the results; regions once a country is chosen."""
        facets = [FacetOf("countries", "country"), FacetOf("levels", "level")]
        if self.countries:
            facets.append(FacetOf("regions", "region"))
        return facets


@dataclass(frozen=True, slots=True)
class ProjectsWanted:
    """The filters of a search for projects."""

    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    year: int | None = None
    states: tuple[str, ...] = ()

    def filters(self) -> list[Filter]:
        """Those in use, by name."""
        return [
            *any_of("countries", "countries", self.countries),
            *any_of("languages", "languages", self.languages),
            *any_of("subjects", "subjects", self.subjects),
            *ages(self.age_from, self.age_to),
            *any_of("year", "years", [str(self.year)] if self.year else []),
            *any_of("states", "state", self.states),
        ]

    def facets(self) -> list[FacetOf]:
        """What is counted beside the results. (PS-20)"""
        named = {"countries": "countries", "languages": "languages", "subjects": "subjects", "year": "years"}
        facets = [FacetOf(name, field) for name, field in named.items()]
        return [*facets, FacetOf("states", "state"), AGES]


@dataclass(frozen=True, slots=True)
class PostsWanted:
    """The filters of a search in the partner forums."""

    section: str = ""
    band: str = ""
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    plus: bool | None = None

    def filters(self) -> list[Filter]:
        """Those in use, by name."""
        return [
            *any_of("section", "section", [self.section] if self.section else []),
            *any_of("band", "band", [self.band] if self.band else []),
            *any_of("countries", "country", self.countries),
            *any_of("languages", "languages", self.languages),
            *any_of("subjects", "subjects", self.subjects),
            *ages(self.age_from, self.age_to),
            *yes_or_no("plus", self.plus),
        ]

    def facets(self) -> list[FacetOf]:
        """What is counted beside the results. (PS-15)"""
        named = {
            "section": "section",
            "band": "band",
            "countries": "country",
            "languages": "languages",
            "subjects": "subjects",
            "plus": "plus",
        }
        facets = [FacetOf(name, field) for name, field in named.items()]
        return [*facets, AGES]


@dataclass(frozen=True, slots=True)
class MeetingsWanted:
    """The filters of a search for meetings and professional development."""

    kinds: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    def filters(self) -> list[Filter]:
        """Those in use, by name."""
        return [
            *any_of("kinds", "kind", self.kinds),
            *any_of("modes", "mode", self.modes),
            *any_of("languages", "languages", self.languages),
            *any_of("countries", "country", self.countries),
        ]

    def facets(self) -> list[FacetOf]:
        """What is counted beside the results. (EV-19)"""
        named = {"kinds": "kind", "modes": "mode", "languages": "languages", "countries": "country"}
        return [FacetOf(name, field) for name, field in named.items()]


def to_come(now: datetime, *, past: bool) -> Clause:
    """Meetings that are not over yet, or only those that are."""
    end = {"lte": now.isoformat()} if past else {"gt": now.isoformat()}
    return {"filter": [{"range": {"ends_at": end}}]}


def meeting_order(*, words: bool, past: bool) -> list[Any]:
    """Best fit first where words were given; otherwise by date, the nearest first."""
    by_date = [{"starts_at": "desc" if past else "asc"}, {"id": "asc"}]
    return [THE_SCORE, *by_date] if words else by_date


def open_posts(searcher: Searcher, now: datetime) -> Clause:
    """Open posts of authors whom the reader may find as partners, and the reader's own. (PS-17 PS-25 b.4 b.5)"""
    own: Clause = {"term": {"author": str(searcher.person_id)}}
    seen: Clause = {"range": {"seen_on": {"gt": (now.date() - HIDDEN_AFTER).isoformat()}}}
    others: Clause = {"bool": {"filter": [seen, *partner_rule(searcher)]}}
    return {
        "filter": [
            {"range": {"expires_at": {"gt": now.isoformat()}}},
            {"bool": {"should": [own, others], "minimum_should_match": 1}},
        ],
        "must_not": [{"terms": {"author": [str(one) for one in searcher.blocked]}}],
    }


def by_school(words: Words, *, mistyped: bool = False) -> list[Clause]:
    """A school by name, place or number; every word, also begun. (ID-10 PS-09)"""
    if not words.romanised:
        return []
    ways: list[Clause] = [
        {"match": {"who": {"query": words.romanised, "operator": "and", "boost": 3}}},
        {"match": {"who.begin": {"query": words.romanised, "operator": "and"}}},
    ]
    if mistyped:
        ways.append(almost_named(words))
    return [{"dis_max": {"queries": [*ways, *by_other_spellings(words)], "tie_breaker": 0.1}}]


def by_text(words: Words, *, mistyped: bool = False) -> list[Clause]:
    """A title and a text by keyword, in any inflection; the title weighs most. (PS-15 PS-20)"""
    return keywords(words, ["title^3", "taught^2", "text"], mistyped=mistyped)


def alike(romanised: str, at_least: str) -> list[Clause]:
    """What shares the telling words of a text."""
    like = {
        "fields": ["title", "text"],
        "like": romanised,
        "min_term_freq": 1,
        "min_doc_freq": 1,
        "max_query_terms": 30,
        "minimum_should_match": at_least,
    }
    return [{"more_like_this": like}]


def project_order(sort: Sort) -> list[Any]:
    """Best fit first, or the newest."""
    newest = [{"approved_at": "desc"}, {"id": "asc"}]
    return newest if sort is Sort.NEWEST else [THE_SCORE, *newest]


def post_order(sort: Sort, *, words: bool) -> list[Any]:
    """Best fit first where words were given; otherwise pinned ones, then the newest."""
    newest = [{"pinned": "desc"}, {"renewed_at": "desc"}, {"id": "asc"}]
    return [THE_SCORE, *newest] if words and sort is Sort.BEST else newest


def school_years(starts_on: date | None, ends_on: date | None) -> list[str]:
    """The school years a project lies in, each by the year in which it begins. (PS-20)"""
    if starts_on is None:
        return []
    last = ends_on or starts_on

    def begins(day: date) -> int:
        return day.year if day.month >= 8 else day.year - 1

    return [str(year) for year in range(begins(starts_on), begins(last) + 1)]
