"""Named queries about people: cards, look-ups by name, facts for invitations, addresses, roles."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, any_, bindparam, func, or_, select, true, tuple_

from chassis.contract import Grant, Invalid
from chassis.store import Loader, UnitOfWork
from services.identity.contract import (
    AffiliationCard,
    AffiliationState,
    InvitationFacts,
    Me,
    Officer,
    PersonCard,
    PersonFacts,
    PersonState,
    Recipient,
    SchoolRole,
    Visibility,
)
from services.identity.domain import Person, Registration, roles_of, state_of
from services.identity.domain.affiliation import CURRENT
from services.identity.domain.contact import Standing
from services.identity.domain.partners import PartnerFacts, may_be_partners
from services.identity.domain.person import ANSWER_HOLDS, HIDDEN_AFTER, LAPSES_AFTER_REMINDER
from services.identity.reference import reference
from services.identity.store.schools import as_literal, ids, main_first
from services.identity.store.tables import affiliation, pair, person, role_grant, school

PAGE = 25
MOST_SUGGESTIONS = 10

MAIN = (
    select(affiliation.c.school_id, affiliation.c.state, affiliation.c.role)
    .where(affiliation.c.person_id == person.c.id, affiliation.c.state.in_(CURRENT))
    .order_by(*main_first)
    .limit(1)
    .lateral("main")
)
CARDS = (
    select(
        person.c.id,
        person.c.name,
        person.c.country,
        person.c.role_kind,
        person.c.email_confirmed_at,
        person.c.suspended,
        person.c.closed_at,
        person.c.registered_at,
        person.c.available,
        person.c.available_plus,
        person.c.profile_visibility,
        person.c.city_visibility,
        person.c.registered_at,
        person.c.seen_on,
        person.c.shows_last_seen,
        MAIN.c.state.label("main_state"),
        school.c.name.label("school_name"),
        school.c.city.label("school_city"),
        school.c.country.label("school_country"),
    )
    .select_from(person)
    .outerjoin(MAIN, true())
    .outerjoin(school, school.c.id == MAIN.c.school_id)
)
"""A person with the school that counts as the present one: validated before awaiting, the longest first."""

IS_MEMBER: ColumnElement[bool] = (
    person.c.closed_at.is_(None)
    & ~person.c.suspended
    & person.c.email_confirmed_at.is_not(None)
    & (person.c.role_kind != SchoolRole.COMPANY_STAFF)
    & (MAIN.c.state == AffiliationState.VALIDATED)
)
LISTED: ColumnElement[bool] = IS_MEMBER & (person.c.profile_visibility != Visibility.CONTACTS)
"""Members who may be found at all: their profile is not for their contacts only. (b.4)"""
lives_in = func.coalesce(school.c.country, person.c.country)

_PEOPLE = Loader(CARDS.where(person.c.id == any_(ids)))


# ---- cards


def card_of(row: RowMapping) -> PersonCard:
    """What any member may know; the city only where its owner shows it to members. (PV-02)"""
    shown = full_card_of(row)
    return without_city(shown) if row["city_visibility"] is Visibility.CONTACTS else shown


def full_card_of(row: RowMapping) -> PersonCard:
    """What a person's contacts may know."""
    state = _state(row)
    return PersonCard(
        id=row["id"],
        name=row["name"],
        country=row["school_country"] or row["country"],
        school=row["school_name"],
        city=row["school_city"],
        available=row["available"],
        available_plus=row["available_plus"],
        validated=state is PersonState.VALIDATED,
        closed=state is PersonState.CLOSED,
    )


def without_city(card: PersonCard) -> PersonCard:
    """The same for a reader who may not know the city."""
    return replace(card, city=None)


def public_card_of(row: RowMapping) -> PersonCard:
    """What a visitor may know: nothing but the id, unless the profile is public. (PV-01)"""
    card = card_of(row)
    if row["profile_visibility"] is not Visibility.PUBLIC or card.closed:
        return PersonCard(
            card.id, "", None, None, None, available=False, available_plus=False,
            validated=card.validated, closed=card.closed,
        )  # fmt: skip
    city = card.city if row["city_visibility"] is Visibility.PUBLIC else None
    return PersonCard(
        card.id, card.name, card.country, card.school, city,
        available=card.available, available_plus=card.available_plus, validated=card.validated,
    )  # fmt: skip


def cards(uow: UnitOfWork, person_ids: Iterable[UUID], *, public: bool = False) -> tuple[PersonCard, ...]:
    """People in the order asked for; unknown ones are left out."""
    wanted = tuple(dict.fromkeys(person_ids))
    found, show = uow.load(_PEOPLE, wanted), public_card_of if public else card_of
    return tuple(show(found[one][0]) for one in wanted if one in found)


def full_card(uow: UnitOfWork, person_id: UUID) -> PersonCard | None:
    """One person with everything; who asks hides what the reader may not see."""
    found = uow.load(_PEOPLE, [person_id])
    return full_card_of(found[person_id][0]) if found else None


def is_open(uow: UnitOfWork, person_id: UUID) -> bool:
    """Whether there is such a person with an account in use."""
    found = uow.load(_PEOPLE, [person_id])
    return person_id in found and _state(found[person_id][0]) not in (
        PersonState.CLOSED,
        PersonState.SUSPENDED,
        PersonState.PRE_REGISTERED,
    )


def not_blocked(reader: UUID, other: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Neither has blocked the other. (CO-11)"""
    return ~(
        select(pair.c.id)
        .where(
            tuple_(pair.c.low_id, pair.c.high_id)
            == tuple_(func.least(other, reader), func.greatest(other, reader)),
            pair.c.blocked_by_low | pair.c.blocked_by_high,
        )
        .exists()
    )


_FINDABLE = Loader(CARDS.add_columns(LISTED.label("listed")).where(person.c.id == any_(ids)))


def findable_rows(
    uow: UnitOfWork,
    reader: UUID,
    person_ids: Iterable[UUID],
    *,
    partner: bool,
    rows: Loader = _FINDABLE,
) -> tuple[RowMapping | None, frozenset[UUID], list[RowMapping]]:
    """The reader, everybody blocked either way, and whom of these the reader may find at this moment, in the order asked
    for. (b.4 b.5 PV-06)

    `rows` brings the people with whether they are `listed`, and whatever else is wanted of them.
    """
    wanted = tuple(dict.fromkeys(person_ids))
    found = {one: row for one, (row,) in uow.load(rows, {reader, *wanted}).items()}
    if reader not in found:
        return None, frozenset(), []
    blocked, searcher = blocks_of(uow, reader), _partner_facts(found[reader])
    forgotten = uow.now - HIDDEN_AFTER

    def may_be_found(row: RowMapping) -> bool:
        if row["id"] == reader:
            return True
        here = row["seen_on"] > forgotten.date() if row["seen_on"] else row["registered_at"] > forgotten
        known = row["listed"] and here and row["id"] not in blocked
        return known and (not partner or may_be_partners(searcher, _partner_facts(row)))

    return found[reader], blocked, [found[one] for one in wanted if one in found and may_be_found(found[one])]


def findable(
    uow: UnitOfWork, reader: UUID, person_ids: Collection[UUID], *, partner: bool
) -> tuple[PersonCard, ...]:
    """The same as cards."""
    if not person_ids:
        return ()
    _reader, _blocked, rows = findable_rows(uow, reader, person_ids, partner=partner)
    return tuple(map(card_of, rows))


def blocks_of(uow: UnitOfWork, reader: UUID) -> frozenset[UUID]:
    """Everybody whom the reader has blocked, or who has blocked the reader. (CO-11)"""
    return frozenset(row["other"] for row in uow.load(_BLOCKS, [reader]).get(reader, ()))


def _blocks_seen_from(own: ColumnElement[UUID], other: ColumnElement[UUID]) -> Select[*tuple[Any, ...]]:
    return select(own.label("reader"), other.label("other")).where(
        own == any_(ids), pair.c.blocked_by_low | pair.c.blocked_by_high
    )


_BLOCKS = Loader(
    _blocks_seen_from(pair.c.low_id, pair.c.high_id).union_all(
        _blocks_seen_from(pair.c.high_id, pair.c.low_id)
    ),  # type: ignore[arg-type]
    key="reader",
)


def _partner_facts(row: RowMapping) -> PartnerFacts:
    return PartnerFacts(
        available=row["available"],
        available_plus=row["available_plus"],
        plus=reference().is_plus(row["school_country"]),
    )


def id_from(cursor: str) -> UUID:
    """The last row a reader has seen; raises `Invalid` for what is no cursor of ours."""
    try:
        return UUID(cursor)
    except ValueError:
        raise Invalid(fields={"cursor": "not_a_cursor"}) from None


def next_cursor(rows: Any) -> str | None:
    """Where the next page begins, if there is one: one row more than a page was read."""
    return str(rows[PAGE - 1]["id"]) if len(rows) > PAGE else None


def keywords_like(uow: UnitOfWork, beginning: str) -> tuple[str, ...]:
    """Keywords in use that begin like this, the most used first; those of hidden profiles are not told. (ID-37)"""
    used = (
        select(func.jsonb_array_elements_text(person.c.keywords).label("keyword"))
        .where(person.c.closed_at.is_(None), person.c.profile_visibility != Visibility.CONTACTS)
        .subquery()
    )
    statement = (
        select(func.min(used.c.keyword).label("keyword"))
        .where(func.folded(used.c.keyword).like(func.folded(f"{as_literal(beginning)}%")))
        .group_by(func.folded(used.c.keyword))
        .order_by(func.count().desc(), func.min(used.c.keyword))
        .limit(MOST_SUGGESTIONS)
    )
    return tuple(row["keyword"] for row in uow.rows(statement))


# ---- credentials and addresses

_CREDENTIALS = select(
    person.c.id, person.c.name, person.c.email, person.c.password_hash, person.c.email_confirmed_at,
    person.c.suspended, person.c.closed_at,
)  # fmt: skip
_BY_EMAIL = _CREDENTIALS.where(func.lower(person.c.email) == func.lower(bindparam("email")))
_BY_ID = _CREDENTIALS.where(person.c.id == bindparam("id"))


def credentials(
    uow: UnitOfWork, *, email: str | None = None, person_id: UUID | None = None
) -> RowMapping | None:
    """What is needed to check a password, by address (whatever its case) or by id; open accounts only."""
    found = uow.rows(_BY_EMAIL, email=email) if email else uow.rows(_BY_ID, id=person_id)
    return next((row for row in found if row["closed_at"] is None and not row["suspended"]), None)


def owner_of_address(uow: UnitOfWork, email: str) -> UUID | None:
    """Whose address it is, closed accounts included. Nobody else can take it until the end of the transaction."""
    uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(func.lower(email)))))
    return uow.session.scalar(select(person.c.id).where(func.lower(person.c.email) == func.lower(email)))


_RECIPIENTS = Loader(
    select(person.c.id, person.c.name, person.c.email, person.c.language, person.c.time_zone).where(
        person.c.id == any_(ids),
        person.c.closed_at.is_(None),
        ~person.c.suspended,
        person.c.email_confirmed_at.is_not(None),
    )
)


def recipients(uow: UnitOfWork, person_ids: Iterable[UUID]) -> tuple[Recipient, ...]:
    """Where people are written to: open accounts with a confirmed address."""
    return tuple(
        Recipient(row["id"], row["name"], row["email"], row["language"], row["time_zone"])
        for (row,) in uow.load(_RECIPIENTS, person_ids).values()
    )


# ---- roles

_GRANTS = Loader(
    select(role_grant.c.person_id, role_grant.c.role, role_grant.c.organisation)
    .where(role_grant.c.person_id == any_(ids))
    .order_by(role_grant.c.role, role_grant.c.organisation),
    key="person_id",
)


def held(uow: UnitOfWork, person_id: UUID) -> tuple[Grant, ...]:
    """Roles given to a person by name, whatever follows from the school."""
    rows = uow.load(_GRANTS, [person_id]).get(person_id, [])
    return tuple(Grant(row["role"], row["organisation"] or None) for row in rows)


def grants(uow: UnitOfWork, person_id: UUID, affiliations: tuple[AffiliationCard, ...]) -> tuple[Grant, ...]:
    """Every role a person holds at this moment; none for somebody unknown."""
    found = uow.load(_PEOPLE, [person_id]).get(person_id)
    return roles_of(registration_of(found[0]), affiliations, held(uow, person_id)) if found else ()


def officers(uow: UnitOfWork, organisations: Iterable[str]) -> tuple[Officer, ...]:
    """Who may act for these organisations now, and where they themselves work. (AP-22)"""
    schools = (
        select(func.array_agg(affiliation.c.school_id))
        .where(affiliation.c.person_id == person.c.id, affiliation.c.state == AffiliationState.VALIDATED)
        .scalar_subquery()
    )
    statement = (
        select(
            person.c.id, person.c.name, role_grant.c.role, role_grant.c.organisation, schools.label("schools")
        )
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .where(
            role_grant.c.organisation.in_(tuple(organisations)),
            person.c.closed_at.is_(None),
            ~person.c.suspended,
            person.c.email_confirmed_at.is_not(None),
        )
        .order_by(role_grant.c.organisation, person.c.search, person.c.id)
    )
    return tuple(
        Officer(row["id"], row["name"], row["role"], row["organisation"], tuple(row["schools"] or ()))
        for row in uow.rows(statement)
    )


# ---- invitations


def invitation_facts(uow: UnitOfWork, inviter: UUID, invitees: tuple[UUID, ...]) -> InvitationFacts:
    """The facts of rule b.5 in two queries, however many people; without ids, for all accepted contacts."""
    pairs = {row["other"]: row for row in uow.rows(_pairs_of(inviter, invitees))}
    wanted = invitees or tuple(pairs)
    people = {row["id"]: row for (row,) in uow.load(_PEOPLE, [inviter, *wanted]).values()}
    known = [one for one in dict.fromkeys(wanted) if one in people and one != inviter]
    return InvitationFacts(
        inviter=_facts(people[inviter], None) if inviter in people else _nobody(inviter),
        invitees=tuple(_facts(people[one], pairs.get(one)) for one in known),
    )


def _pairs_of(inviter: UUID, invitees: tuple[UUID, ...]) -> Select[*tuple[Any, ...]]:
    other = func.coalesce(func.nullif(pair.c.low_id, inviter), pair.c.high_id)
    statement: Select[*tuple[Any, ...]] = select(
        other.label("other"),
        (pair.c.standing == Standing.ACCEPTED).label("contact"),
        (pair.c.blocked_by_low | pair.c.blocked_by_high).label("blocked"),
    ).where(or_(pair.c.low_id == inviter, pair.c.high_id == inviter))
    if invitees:
        return statement.where(other.in_(invitees))
    return statement.where(pair.c.standing == Standing.ACCEPTED).order_by(pair.c.since.desc(), pair.c.id)


def _facts(row: RowMapping, standing: RowMapping | None) -> PersonFacts:
    state = _state(row)
    return PersonFacts(
        person_id=row["id"],
        contact=bool(standing and standing["contact"]),
        available=row["available"],
        available_plus=row["available_plus"],
        plus=reference().is_plus(row["school_country"]),
        validated=state is PersonState.VALIDATED,
        closed=state in (PersonState.CLOSED, PersonState.SUSPENDED),
        blocked=bool(standing and standing["blocked"]),
        country=row["school_country"] or row["country"],
        registered_at=row["registered_at"],
    )


def _nobody(person_id: UUID) -> PersonFacts:
    return PersonFacts(
        person_id, contact=False, available=False, available_plus=False, plus=False,
        validated=False, closed=True, blocked=False, country=None,
    )  # fmt: skip


# ---- oneself


def me(someone: Person, affiliations: tuple[AffiliationCard, ...], given: tuple[Grant, ...]) -> Me:
    """Everything a person keeps about themselves, as this unit of work has it. (ID-26)"""
    main = next((one for one in affiliations if one.state in CURRENT), None)
    return Me(
        id=someone.id,
        version=someone.version,
        state=state_of(someone.registration, [one.state for one in affiliations]),
        name=someone.name,
        email=someone.email,
        email_confirmed=someone.email_confirmed_at is not None,
        country=someone.country,
        language=someone.language,
        time_zone=someone.time_zone,
        role_kind=someone.role_kind,
        biography=someone.biography,
        project_idea=someone.project_idea,
        subjects=someone.subjects,
        languages=someone.languages,
        age_from=someone.age_from,
        age_to=someone.age_to,
        vocational=someone.vocational,
        keywords=someone.keywords,
        links=someone.links,
        available=someone.available,
        available_plus=someone.available_plus,
        availability_at=someone.availability_at,
        is_plus=reference().is_plus(main.school.country if main else None),
        profile_visibility=someone.profile_visibility,
        email_visibility=someone.email_visibility,
        city_visibility=someone.city_visibility,
        affiliations=affiliations,
        roles=roles_of(someone.registration, affiliations, given),
        shows_last_seen=someone.shows_last_seen,
        availability_lapses_on=someone.availability_lapses_on,
    )


def registration_of(row: RowMapping) -> Registration:
    """What state and roles are derived from."""
    return Registration(
        row["role_kind"],
        row["email_confirmed_at"] is not None,
        row["suspended"],
        row["closed_at"] is not None,
    )


def _state(row: RowMapping) -> PersonState:
    return state_of(registration_of(row), [row["main_state"]] if row["main_state"] else [])


def availability_due(uow: UnitOfWork) -> UUID | None:
    """One person whose answer is a year old, or was reminded of a month ago; taken by one replica. (ID-25)

    Two looks, each by an index of its own: together they would read everybody who has answered.
    """
    reminded, answered = person.c.availability_reminded_at, person.c.availability_at
    return uow.session.scalar(
        _longest_since(answered, uow.now - ANSWER_HOLDS).where(reminded.is_(None))
    ) or uow.session.scalar(_longest_since(reminded, uow.now - LAPSES_AFTER_REMINDER))


def _longest_since(moment: ColumnElement[datetime], past: datetime) -> Select[UUID]:
    return (
        select(person.c.id)
        .where(person.c.available, person.c.closed_at.is_(None), moment <= past)
        .order_by(moment)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
