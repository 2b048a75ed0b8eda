"""Plain rows for a stack without history of its own: demo data and tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert

from chassis.contract import Grant, plain
from chassis.store import Store
from chassis.store.tables import outbox
from chassis.wire import EVENTS
from services.identity import passwords
from services.identity.contract import (
    AffiliationState,
    ProfileChanged,
    SchoolLevel,
    SchoolRole,
    SchoolYearChanged,
    Visibility,
)
from services.identity.domain.contact import Standing, ordered
from services.identity.reference import reference
from services.identity.store import tables


@dataclass(frozen=True)
class SchoolSeed:
    """A school; its organisation follows from where it lies."""

    id: UUID
    name: str
    country: str
    city: str
    head_name: str
    head_email: str
    level: tuple[SchoolLevel, ...] = (SchoolLevel.LOWER_SECONDARY,)
    territory: str = ""
    region: str = ""
    community: str = ""
    official_number: str = ""


@dataclass(frozen=True)
class PersonSeed:
    """A person with a confirmed address; `affiliations` by id: school, role and state."""

    id: UUID
    name: str
    email: str
    country: str
    language: str = "en"
    role_kind: SchoolRole = SchoolRole.TEACHER
    affiliations: dict[UUID, tuple[UUID, SchoolRole, AffiliationState]] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    available: bool = True
    available_plus: bool = False
    profile_visibility: Visibility = Visibility.MEMBERS
    biography: str = ""
    project_idea: str = ""
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    vocational: bool = False


@dataclass(frozen=True)
class ContactSeed:
    """Two people who are contacts, or one of whom has asked."""

    id: UUID
    asked_by: UUID
    other: UUID
    accepted: bool = True
    message: str = ""


def seed(
    store: Store,
    *,
    at: datetime,
    password: str,
    schools: Iterable[SchoolSeed] = (),
    people: Iterable[PersonSeed] = (),
    contacts: Iterable[ContactSeed] = (),
) -> None:
    """Insert what is not there yet, all with the same password; only indices hear of it, nobody gets mail."""
    people = list(people)
    digest = passwords.digest_here(password)
    with store.engine.begin() as connection:
        new_schools = _insert(connection, tables.school, [_school(one, at) for one in schools])
        newcomers = _insert(connection, tables.person, [_person(one, digest, at) for one in people])
        _insert(connection, tables.affiliation, [row for one in people for row in _affiliations(one, at)])
        _insert(connection, tables.role_grant, [row for one in people for row in _grants(one)])
        _insert(connection, tables.pair, [_pair(one, at) for one in contacts])
        _announce(connection, [SchoolYearChanged(one, at) for one in new_schools], version=1)
        _announce(connection, [ProfileChanged(one, at) for one in newcomers], version=2)


def _insert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> list[UUID]:
    """The ids of those that were not there yet, where the table has an `id`."""
    if not rows:
        return []
    statement = insert(table).on_conflict_do_nothing()
    if "id" not in table.c:
        connection.execute(statement, rows)
        return []
    return list(connection.execute(statement.returning(table.c.id), rows).scalars())


def _announce(connection: Connection, events: Sequence[Any], *, version: int) -> None:
    """Have the relay tell it: there is somebody, or a school, that an index should know."""
    rows = [
        {
            "message_id": uuid.uuid7(),
            "exchange": EVENTS,
            "routing_key": event.name,
            "type": event.name,
            "aggregate": str(getattr(event, event.aggregate_field())),
            "version": version,
            "payload": plain(event),
        }
        for event in events
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def _school(one: SchoolSeed, at: datetime) -> dict[str, object]:
    responsible = reference().responsible_for(one.country, one.territory, one.region, one.community)
    return {
        "id": one.id,
        "name": one.name,
        "country": one.country,
        "city": one.city,
        "level": one.level,
        "territory": one.territory or None,
        "region": one.region or None,
        "community": one.community or None,
        "official_number": one.official_number,
        "organisation": responsible.organisation,
        "regional_organisation": responsible.regional_organisation,
        "time_zone": responsible.time_zone,
        "head_name": one.head_name,
        "head_email": one.head_email,
        "registered_at": at,
        "version": 1,
    }


def _person(one: PersonSeed, digest: str, at: datetime) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "password_hash": digest,
        "country": one.country,
        "role_kind": one.role_kind,
        "language": one.language,
        "time_zone": reference().time_zone_of(one.country),
        "registered_at": at,
        "conduct_accepted_at": at,
        "email_confirmed_at": at,
        "biography": one.biography,
        "project_idea": one.project_idea,
        "subjects": one.subjects,
        "languages": one.languages,
        "keywords": one.keywords,
        "age_from": one.age_from,
        "age_to": one.age_to,
        "vocational": one.vocational,
        "available": one.available,
        "available_plus": one.available_plus,
        "availability_at": at,
        "profile_visibility": one.profile_visibility,
        "email_visibility": Visibility.CONTACTS,
        "city_visibility": Visibility.MEMBERS,
        "version": 2,
    }


def _affiliations(one: PersonSeed, at: datetime) -> list[dict[str, object]]:
    return [
        {
            "id": affiliation_id,
            "person_id": one.id,
            "school_id": school_id,
            "role": role,
            "state": state,
            "since": at.date(),
            "requested_at": at,
            "decided_at": None if state is AffiliationState.AWAITING else at,
            "version": 1,
        }
        for affiliation_id, (school_id, role, state) in one.affiliations.items()
    ]


def _grants(one: PersonSeed) -> list[dict[str, object]]:
    return [
        {"person_id": one.id, "role": grant.role, "organisation": grant.organisation or ""}
        for grant in one.grants
    ]


def _pair(one: ContactSeed, at: datetime) -> dict[str, object]:
    low, high = ordered(one.asked_by, one.other)
    return {
        "id": one.id,
        "low_id": low,
        "high_id": high,
        "standing": Standing.ACCEPTED if one.accepted else Standing.ASKED,
        "asked_by": one.asked_by,
        "message": one.message,
        "since": at,
        "version": 1,
    }
