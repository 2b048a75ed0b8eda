"""Named queries about schools, affiliations and the people who work at them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, and_, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from chassis.contract import Actor, NotFound
from chassis.store import Loader, UnitOfWork
from services.identity.contract import (
    AffiliationCard,
    AffiliationState,
    HeadTeacher,
    SchoolCard,
    SchoolRole,
    SchoolView,
    SchoolYear,
    Visibility,
)
from services.identity.domain import Affiliation, Person, School
from services.identity.domain.affiliation import CURRENT
from services.identity.reference import reference
from services.identity.store.tables import Id, affiliation, person, school

MOST_FOUND = 25
_LIKE_ENOUGH, _NEARLY_EQUAL = 0.5, 0.6
_MOST_WORDS = 8

ids = bindparam("ids", type_=ARRAY(Id))
main_first = (
    (affiliation.c.state == AffiliationState.VALIDATED).desc(),
    affiliation.c.since,
    affiliation.c.requested_at,
    affiliation.c.id,
)
_CARD = (
    school.c.id,
    school.c.name,
    school.c.country,
    school.c.territory,
    school.c.region,
    school.c.city,
    school.c.organisation,
    school.c.regional_organisation,
    school.c.level,
    school.c.time_zone,
)
_AT = "at_"

_SCHOOLS = Loader(select(*_CARD).where(school.c.id == any_(ids)))
_histories = select(affiliation, *(column.label(_AT + column.name) for column in _CARD)).join(
    school, school.c.id == affiliation.c.school_id
)
_HISTORIES = Loader(
    _histories.where(affiliation.c.person_id == any_(ids)).order_by(*main_first), key="person_id"
)
_AFFILIATIONS = Loader(_histories.where(affiliation.c.id == any_(ids)))


def school_cards(uow: UnitOfWork, school_ids: Iterable[UUID]) -> tuple[SchoolCard, ...]:
    """Schools in the order asked for; unknown ones are left out."""
    wanted = tuple(school_ids)
    found = uow.load(_SCHOOLS, wanted)
    return tuple(_card(found[one][0]) for one in wanted if one in found)


def card_of(kept: School) -> SchoolCard:
    """A school as this unit of work has it."""
    return SchoolCard(**{column.name: getattr(kept, column.name) for column in _CARD})


def histories(uow: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, tuple[AffiliationCard, ...]]:
    """Everyone's whole school history, the main school first. (ID-27 ID-28)"""
    return {
        who: tuple(_affiliation_card(row) for row in rows)
        for who, rows in uow.load(_HISTORIES, person_ids).items()
    }


def history(uow: UnitOfWork, person_id: UUID) -> tuple[AffiliationCard, ...]:
    """One person's school history."""
    return histories(uow, [person_id]).get(person_id, ())


def affiliation_cards(uow: UnitOfWork, affiliation_ids: Iterable[UUID]) -> tuple[AffiliationCard, ...]:
    """Affiliations in the order asked for; unknown ones are left out."""
    wanted = tuple(affiliation_ids)
    found = uow.load(_AFFILIATIONS, wanted)
    return tuple(_affiliation_card(found[one][0]) for one in wanted if one in found)


def without_evidence(card: AffiliationCard) -> AffiliationCard:
    """The same for readers whom the papers do not concern."""
    return replace(card, evidence=None)


def affiliation_card_of(kept: Affiliation, at: School) -> AffiliationCard:
    """An affiliation as this unit of work has it."""
    return AffiliationCard(
        id=kept.id,
        person_id=kept.person_id,
        school=card_of(at),
        role=kept.role,
        state=kept.state,
        since=kept.since,
        until=kept.until,
        requested_at=kept.requested_at,
        evidence=str(kept.evidence) if kept.evidence else None,
    )


def own_affiliation(uow: UnitOfWork, person_id: UUID, affiliation_id: UUID) -> Affiliation:
    """A person's own affiliation, locked; raises `NotFound` for anybody else's."""
    found = uow.get(Affiliation, affiliation_id)
    if found.person_id != person_id:
        raise NotFound(what="Affiliation")
    return found


def person_and_affiliation(uow: UnitOfWork, affiliation_id: UUID) -> tuple[Person, Affiliation]:
    """An affiliation with its person, locked in the order everybody locks them; raises `NotFound`."""
    found = uow.rows(select(affiliation.c.person_id).where(affiliation.c.id == affiliation_id))
    if not found:
        raise NotFound(what="Affiliation")
    return uow.get(Person, found[0]["person_id"]), uow.get(Affiliation, affiliation_id)


def is_at(uow: UnitOfWork, person_id: UUID, school_id: UUID) -> bool:
    """Whether the person is at that school, or waits to be confirmed there."""
    statement = select(affiliation.c.id).where(
        affiliation.c.person_id == person_id,
        affiliation.c.school_id == school_id,
        affiliation.c.state.in_(CURRENT),
    )
    return uow.session.scalar(statement) is not None


def current(cards: Iterable[AffiliationCard]) -> tuple[AffiliationCard, ...]:
    """Those neither refused nor ended."""
    return tuple(card for card in cards if card.state in CURRENT)


def words_in(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether every word is in one of the folded columns, in any order, whatever the case and accents."""
    return and_(*(or_(*(_holds(column, word) for column in columns)) for word in text.split()[:_MOST_WORDS]))


def _holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return column.like(func.folded(f"%{as_literal(word)}%"))


def as_literal(text: str) -> str:
    """The text with nothing in it that LIKE would take for a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def find(uow: UnitOfWork, country: str, text: str) -> tuple[SchoolCard, ...]:
    """Schools of a country by part of the name, city or number, also mistyped; the likeliest first. (ID-10)"""
    likeness = func.word_similarity(func.folded(text), school.c.search)
    exact = words_in(text, school.c.search)
    found = uow.rows(
        select(*_CARD)
        .where(school.c.country == country, or_(exact, likeness >= _LIKE_ENOUGH, _mistyped(text)))
        .order_by(exact.desc(), likeness.desc(), school.c.name, school.c.id)
        .limit(MOST_FOUND)
    )
    return tuple(_card(row) for row in found)


def _mistyped(text: str) -> ColumnElement[bool]:
    """Whether every word is nearly one of the school's."""
    words = text.split()[:_MOST_WORDS]
    return and_(*(func.word_similarity(func.folded(word), school.c.search) >= _LIKE_ENOUGH for word in words))


def hold_place(uow: UnitOfWork, country: str, city: str) -> None:
    """Until the end, nobody else registers a school in this place: two at once would both see no duplicate."""
    place = func.hashtext(func.folded(f"school {country} {city}"))
    uow.session.execute(select(func.pg_advisory_xact_lock(place)))


def lookalikes(uow: UnitOfWork, country: str, city: str, name: str) -> list[UUID]:
    """Schools with nearly the same name in the same place. (ID-10)"""
    likeness = func.similarity(_bare(school.c.name), _bare(name))
    statement: Select[*tuple[Any, ...]] = (
        select(school.c.id)
        .where(
            school.c.country == country,
            func.folded(school.c.city) == func.folded(city),
            likeness >= _NEARLY_EQUAL,
        )
        .order_by(likeness.desc())
        .limit(MOST_FOUND)
    )
    return list(uow.session.scalars(statement))


def _bare(name: ColumnElement[str] | str) -> ColumnElement[str]:
    """I.E.S. and IES are the same word."""
    return func.regexp_replace(func.folded(name), "[^[:alnum:][:space:]]", "", "g")


def answers_for(actor: Actor, card: SchoolCard) -> bool:
    """Whether this person is an officer of the organisation, or of the region, that answers for the school."""
    own = actor.organisations("officer", "lead", "regional")
    return card.organisation in own or card.regional_organisation in own


def works_at(uow: UnitOfWork, person_id: UUID, school_id: UUID) -> bool:
    """Whether this person is a validated member of the school."""
    return any(
        card.school.id == school_id and card.state is AffiliationState.VALIDATED
        for card in history(uow, person_id)
    )


def view(uow: UnitOfWork, school_id: UUID, reader: Actor | None) -> SchoolView:
    """A school's page; who consents there is for its members and its officers only. (ID-12)"""
    works_here = reader is not None and works_at(uow, reader.id, school_id)
    members = _members(uow, school_id, reader)
    kept = uow.get(School, school_id, lock=False)
    card = card_of(kept)
    years, usual = years_of(kept.country, kept.years, uow.now.date())
    responsible = works_here or (reader is not None and answers_for(reader, card))
    return SchoolView(
        card=card,
        legal_name=kept.legal_name,
        address=kept.address,
        website=kept.website,
        official_number=kept.official_number,
        abroad=kept.abroad,
        head_name=kept.head_name if responsible else None,
        head_email=kept.head_email if responsible else None,
        members=members,
        version=kept.version,
        actions=(
            *(("edit_head_teacher",) if responsible else ()),
            *(("set_school_year",) if works_here else ()),
            *(("join_school",) if reader else ()),
        ),
        years=years,
        years_usual=usual,
    )


def years_of(
    country: str, entered: tuple[SchoolYear, ...], today: date
) -> tuple[tuple[SchoolYear, ...], bool]:
    """A school's years, and whether they are only the usual ones of its country. (PS-22)

    What the school has entered goes before the usual year it overlaps.
    """
    present = [year for year in entered if year.last >= today]
    usual = [
        year
        for year in reference().usual_years_of(country, today)
        if all(year.last < one.first or one.last < year.first for one in present)
    ]
    return tuple(sorted([*present, *usual], key=lambda one: one.first)), not present


def _members(uow: UnitOfWork, school_id: UUID, reader: Actor | None) -> tuple[UUID, ...]:
    """Validated members whose profile this reader may find."""
    shown = [Visibility.PUBLIC] if reader is None else [Visibility.PUBLIC, Visibility.MEMBERS]
    statement = (
        select(person.c.id)
        .join(affiliation, affiliation.c.person_id == person.c.id)
        .where(
            affiliation.c.school_id == school_id,
            affiliation.c.state == AffiliationState.VALIDATED,
            person.c.closed_at.is_(None),
            ~person.c.suspended,
            or_(person.c.profile_visibility.in_(shown), person.c.id == (reader.id if reader else None)),
        )
        .order_by(person.c.search, person.c.id)
        .limit(500)
    )
    return tuple(row["id"] for row in uow.rows(statement))


_account = (
    select(affiliation.c.school_id, person.c.id, person.c.language)
    .ext(distinct_on(affiliation.c.school_id))
    .join(person, person.c.id == affiliation.c.person_id)
    .where(
        affiliation.c.role == SchoolRole.HEAD_TEACHER,
        affiliation.c.state == AffiliationState.VALIDATED,
        person.c.closed_at.is_(None),
        ~person.c.suspended,
    )
    .order_by(affiliation.c.school_id, affiliation.c.since)
    .subquery("account")
)
_HEAD_TEACHERS = Loader(
    select(
        school.c.id,
        school.c.name,
        school.c.head_name,
        school.c.head_email,
        school.c.organisation,
        _account.c.id.label("account_id"),
        _account.c.language,
    )
    .outerjoin(_account, _account.c.school_id == school.c.id)
    .where(school.c.id == any_(ids))
)


def head_teachers(uow: UnitOfWork, school_ids: Iterable[UUID]) -> tuple[HeadTeacher, ...]:
    """Where consent requests go: always the registered address, in the head's own language if known. (AP-15)"""
    found = uow.load(_HEAD_TEACHERS, school_ids)
    return tuple(
        HeadTeacher(
            school_id=row["id"],
            school_name=row["name"],
            name=row["head_name"],
            email=row["head_email"],
            language=row["language"] or reference().organisations[row["organisation"]].languages[0],
            account_id=row["account_id"],
        )
        for (row,) in found.values()
    )


def _card(row: Any, prefix: str = "") -> SchoolCard:
    return SchoolCard(**{column.name: row[prefix + column.name] for column in _CARD})


def _affiliation_card(row: Any) -> AffiliationCard:
    return AffiliationCard(
        id=row["id"],
        person_id=row["person_id"],
        school=_card(row, _AT),
        role=row["role"],
        state=row["state"],
        since=row["since"],
        until=row["until"],
        requested_at=row["requested_at"],
        evidence=str(row["evidence"]) if row["evidence"] else None,
    )
