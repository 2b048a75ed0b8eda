"""People and schools as an index, or a page of search results, wants them.

A document's version is the sum of the versions of all it is made of: each only grows and nothing is ever taken
away, so the sum rises with every change and with nothing else.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, RowMapping, Select, any_, cast, func, select, true

from chassis.contract import NotFound
from chassis.store import Loader, UnitOfWork
from services.identity.contract import (
    AffiliationState,
    DocumentVersion,
    FoundPeople,
    FoundPerson,
    Match,
    PersonDocument,
    SchoolDocument,
    SchoolYear,
    Searcher,
    TermsTogether,
)
from services.identity.domain.matching import Wishes, match
from services.identity.domain.person import last_seen
from services.identity.domain.school_year import months_of, together
from services.identity.reference import reference
from services.identity.store import people
from services.identity.store.people import CARDS, LISTED, MAIN
from services.identity.store.schools import ids, years_of
from services.identity.store.tables import affiliation, person, school

PAGE = 500
KEPT_COMPARISONS = 4_096
"""Pairs of countries, or of schools with years of their own, whose terms are kept side by side."""

_of = affiliation.c.person_id == person.c.id
_validated = affiliation.c.state == AffiliationState.VALIDATED
_history = (
    select(
        func.coalesce(func.sum(affiliation.c.version + school.c.version), 0).label("versions"),
        func.array_agg(school.c.name).filter(_validated).label("schools"),
    )
    .join(school, school.c.id == affiliation.c.school_id)
    .where(_of)
    .lateral("history")
)
_version = (person.c.version + person.c.seen_days + cast(_history.c.versions, Integer)).label(
    "document_version"
)
_WISHES = (
    person.c.subjects, person.c.languages, person.c.keywords, person.c.age_from, person.c.age_to,
)  # fmt: skip
_AT_SCHOOL = MAIN.c.role.label("main_role"), school.c.level.label("main_level")
"""Of the present school, which for whoever is listed is a validated one."""
_documents = CARDS.add_columns(
    *_WISHES,
    person.c.language,
    person.c.biography,
    person.c.project_idea,
    person.c.vocational,
    person.c.changed_at,
    LISTED.label("listed"),
    _history.c.schools,
    *_AT_SCHOOL,
    school.c.region.label("main_region"),
    _version,
).outerjoin(_history, true())
_DOCUMENTS = Loader(_documents.where(person.c.id == any_(ids)))
_FOUND = Loader(
    CARDS.add_columns(
        *_WISHES,
        person.c.project_idea,
        person.c.vocational,
        LISTED.label("listed"),
        *_AT_SCHOOL,
        school.c.years.label("main_years"),
    ).where(person.c.id == any_(ids))
)
"""What a list of results shows."""
_SCHOOLS = Loader(select(school).where(school.c.id == any_(ids)))


# ---- for the index


def person_documents(uow: UnitOfWork, person_ids: Iterable[UUID]) -> tuple[PersonDocument, ...]:
    """People as they are now; of those whom nobody may find, only that."""
    return tuple(_document(row) for (row,) in uow.load(_DOCUMENTS, person_ids).values())


def _document(row: RowMapping) -> PersonDocument:
    if not row["listed"]:
        return PersonDocument(row["id"], row["document_version"], listed=False)
    card = people.card_of(row)
    return PersonDocument(
        id=row["id"],
        version=row["document_version"],
        listed=True,
        name=row["name"],
        language=row["language"],
        country=card.country or "",
        plus=reference().is_plus(row["school_country"]),
        region=row["main_region"],
        city=card.city,
        schools=tuple(row["schools"] or ()),
        role=row["main_role"] or "",
        level=row["main_level"] or (),
        biography=row["biography"],
        project_idea=row["project_idea"],
        keywords=row["keywords"],
        subjects=row["subjects"],
        languages=row["languages"],
        age_from=row["age_from"],
        age_to=row["age_to"],
        vocational=row["vocational"],
        available=row["available"],
        available_plus=row["available_plus"],
        registered_at=row["registered_at"],
        changed_at=row["changed_at"] or row["registered_at"],
        seen_on=row["seen_on"] or row["registered_at"].date(),
        shows_last_seen=row["shows_last_seen"],
    )


def person_versions(uow: UnitOfWork, after: UUID | None) -> tuple[DocumentVersion, ...]:
    """Whom the index must hold, in the order of ids."""
    statement = _documents.with_only_columns(person.c.id, _version).where(LISTED)
    return _versions(uow, statement.order_by(person.c.id), person.c.id, after)


def school_documents(uow: UnitOfWork, school_ids: Iterable[UUID]) -> tuple[SchoolDocument, ...]:
    """Schools as they are now."""
    names = ("id", "version", "name", "legal_name", "country", "region", "city", "official_number", "level")
    return tuple(
        SchoolDocument(**{name: row[name] for name in names})
        for (row,) in uow.load(_SCHOOLS, school_ids).values()
    )


def school_versions(uow: UnitOfWork, after: UUID | None) -> tuple[DocumentVersion, ...]:
    """Schools the index must hold, in the order of ids."""
    statement = select(school.c.id, school.c.version.label("document_version")).order_by(school.c.id)
    return _versions(uow, statement, school.c.id, after)


def _versions(
    uow: UnitOfWork, statement: Select[Any], column: Any, after: UUID | None
) -> tuple[DocumentVersion, ...]:
    if after is not None:
        statement = statement.where(column > after)
    rows = uow.rows(statement.limit(PAGE))
    return tuple(DocumentVersion(row["id"], row["document_version"]) for row in rows)


# ---- for those who search


def searcher(uow: UnitOfWork, reader: UUID) -> Searcher | None:
    """The reader as a search must know them."""
    rows = uow.load(_FOUND, [reader]).get(reader)
    return _searcher(rows[0], people.blocks_of(uow, reader)) if rows else None


def _searcher(row: RowMapping, blocked: Iterable[UUID]) -> Searcher:
    return Searcher(
        person_id=row["id"],
        plus=reference().is_plus(row["school_country"]),
        available_plus=row["available_plus"],
        languages=row["languages"],
        subjects=row["subjects"],
        keywords=row["keywords"],
        age_from=row["age_from"],
        age_to=row["age_to"],
        blocked=tuple(sorted(blocked)),
    )


def found(uow: UnitOfWork, reader: UUID, person_ids: Iterable[UUID], *, partner: bool) -> FoundPeople:
    """Whom of these the reader may find, with what the list shows and why they would fit. (PS-06 PS-08 PS-21)"""
    own, blocked, rows = people.findable_rows(uow, reader, person_ids, partner=partner, rows=_FOUND)
    if own is None:
        raise NotFound(what="Person")
    return FoundPeople(tuple(_found(uow, row, own) for row in rows), _searcher(own, blocked))


def _found(uow: UnitOfWork, row: RowMapping, own: RowMapping) -> FoundPerson:
    return FoundPerson(
        card=people.card_of(row),
        project_idea=row["project_idea"],
        subjects=row["subjects"],
        languages=row["languages"],
        age_from=row["age_from"],
        age_to=row["age_to"],
        vocational=row["vocational"],
        keywords=row["keywords"],
        role=row["main_role"] or row["role_kind"],
        level=row["main_level"] or (),
        last_seen=last_seen(row["seen_on"], shown=row["shows_last_seen"], today=uow.now.date()),
        match=_match(uow, own, row) if own["id"] != row["id"] else None,
    )


def _match(uow: UnitOfWork, own: RowMapping, other: RowMapping) -> Match:
    terms = _together(uow, own, other)
    return match(_wishes(own), _wishes(other), _months_of(terms.both_teach) if terms else ())


def _wishes(row: RowMapping) -> Wishes:
    return Wishes(row["age_from"], row["age_to"], row["languages"], row["subjects"], row["keywords"])


def _together(uow: UnitOfWork, own: RowMapping, other: RowMapping) -> TermsTogether | None:
    if own["school_country"] is None or other["school_country"] is None:
        return None
    return _terms(
        own["school_country"],
        own["main_years"] or (),
        other["school_country"],
        other["main_years"] or (),
        uow.now.date(),
    )


_months_of = lru_cache(KEPT_COMPARISONS)(months_of)


@lru_cache(KEPT_COMPARISONS)
def _terms(
    own: str,
    own_entered: tuple[SchoolYear, ...],
    other: str,
    other_entered: tuple[SchoolYear, ...],
    today: date,
) -> TermsTogether:
    """Two schools' terms on a day: the same for all schools of two countries that have entered none of their own."""
    own_years, own_usual = years_of(own, own_entered, today)
    other_years, other_usual = years_of(other, other_entered, today)
    return together(own_years, other_years, today, own_usual=own_usual, other_usual=other_usual)


def match_and_terms(uow: UnitOfWork, reader: UUID, other: UUID) -> tuple[Match | None, TermsTogether | None]:
    """Why somebody would fit the reader, and their schools' terms side by side; None for what is not known."""
    documents = uow.load(_FOUND, [reader, other])
    if reader not in documents or other not in documents or reader == other:
        return None, None
    own, theirs = documents[reader][0], documents[other][0]
    return _match(uow, own, theirs), _together(uow, own, theirs)
