"""Where projects are kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.store import Loader, Moment, choice, document, new_registry
from services.projects.contract import FoundingSchool, Partner, PlaceState, ProjectState, Sheet
from services.projects.domain import OPEN_PLACES, PENDING, PUBLIC, Place, Project

registry = new_registry()
metadata = registry.metadata
_id = Uuid()
PAGE = 20

project = Table(
    "project",
    metadata,
    Column("id", _id, primary_key=True),
    Column("founder_id", _id, nullable=False, index=True),
    Column("co_founder_id", _id, index=True),
    Column("state", choice(ProjectState), nullable=False),
    Column("sheet", document(Sheet), nullable=False),
    Column("founding_school_id", _id),
    Column("founding_schools", document(tuple[FoundingSchool, ...]), nullable=False),
    Column("school_ids", ARRAY(_id), nullable=False, server_default="{}"),
    Column("partners", document(tuple[Partner, ...]), nullable=False, server_default=text("'[]'::jsonb")),
    Column("partner_ids", ARRAY(_id), nullable=False, server_default="{}"),
    Column("outline_of", _id),
    Column("created_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
    Column("changed_at", Moment),
    Column("submitted_at", Moment),
    Column("approved_at", Moment),
    Column("started_at", Moment),
    Column("starts_at", Moment),
    Column("closed_at", Moment),
    Column("permanent_partnership", Boolean, nullable=False),
    Column("approval_sequence", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
)
Index(
    "ix_project_gallery",
    project.c.approved_at.desc(),
    project.c.id,
    postgresql_where=text("approved_at IS NOT NULL"),
)
Index("ix_project_school_ids", project.c.school_ids, postgresql_using="gin")
Index("ix_project_partner_ids", project.c.partner_ids, postgresql_using="gin")
Index("ix_project_to_start", project.c.starts_at, postgresql_where=text("state = 'approved'"))

registry.map_imperatively(
    Project,
    project,
    version_id_col=project.c.version,
    version_id_generator=False,
    properties={
        "school_ids": project.c.school_ids,
        "partner_ids": project.c.partner_ids,
        "starts_at": project.c.starts_at,
    },
)

place = Table(
    "place",
    metadata,
    Column("id", _id, primary_key=True),
    Column("project_id", _id, ForeignKey("project.id"), nullable=False, index=True),
    Column("person_id", _id, nullable=False, index=True),
    Column("state", choice(PlaceState), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("message", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", _id),
    Column("lapses_at", Moment),
    Column("version", BigInteger, nullable=False),
)
Index(
    "uq_place_open",
    place.c.project_id,
    place.c.person_id,
    unique=True,
    postgresql_where=text("state IN ('asked', 'offered')"),
)
Index("ix_place_lapses_at", place.c.lapses_at, postgresql_where=text("state = 'offered'"))

registry.map_imperatively(Place, place, version_id_col=place.c.version, version_id_generator=False)

BY_ID = Loader(select(project).where(project.c.id == any_(bindparam("ids", type_=ARRAY(_id)))))


def of_person(person_id: UUID, cursor: tuple[Any, UUID] | None) -> Select[Any]:
    """Projects a person founded or was asked to found with, once it was submitted; latest change first."""
    mine = or_(
        project.c.founder_id == person_id,
        (project.c.co_founder_id == person_id) & project.c.submitted_at.is_not(None),
        _joined_by(person_id),
    )
    return _page(select(project).where(mine), project.c.saved_at, cursor)


def approved(cursor: tuple[Any, UUID] | None) -> Select[Any]:
    """Approved projects, newest first."""
    return _page(select(project).where(project.c.approved_at.is_not(None)), project.c.approved_at, cursor)


def approved_of_person(person_id: UUID) -> Select[Any]:
    mine = or_(project.c.founder_id == person_id, project.c.co_founder_id == person_id, _joined_by(person_id))
    return select(project).where(mine, _is(PUBLIC)).order_by(project.c.approved_at.desc()).limit(PAGE)


def approved_of_school(school_id: UUID) -> Select[Any]:
    here = project.c.school_ids.contains([school_id])
    return select(project).where(here, _is(PUBLIC)).order_by(project.c.approved_at.desc()).limit(PAGE)


def open_of_person(person_id: UUID) -> Select[Any]:
    """What counts towards the friendly warning at ten parallel projects. (PR-35)"""
    mine = or_(project.c.founder_id == person_id, project.c.co_founder_id == person_id)
    return (
        select(project.c.id)
        .where(mine, _is((*PENDING, ProjectState.APPROVED, ProjectState.ACTIVE)))
        .limit(50)
    )


def due_to_start(now: Any) -> Select[Any]:
    """One approved project whose start date has come."""
    return (
        select(project.c.id)
        .where(project.c.state == ProjectState.APPROVED, project.c.starts_at <= now)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def versions(after: UUID | None, most: int) -> Select[Any]:
    """Which projects an index must hold and how new, in the order of ids."""
    statement = select(project.c.id, project.c.version).where(_is(PUBLIC)).order_by(project.c.id).limit(most)
    return statement.where(project.c.id > after) if after else statement


_ids = bindparam("ids", type_=ARRAY(_id))


def _memberships(person_id: Any, at: Any) -> Select[Any]:
    columns = cast(project.c.id, Text), cast(person_id, Text), at
    return select(*columns).where(project.c.approved_at.is_not(None), person_id == any_(_ids))


FOUNDED = union_all(
    _memberships(project.c.founder_id, project.c.approved_at),
    _memberships(project.c.co_founder_id, project.c.approved_at),
)
"""Who of these people founded approved projects: project, person, since when."""

_who = func.unnest(_ids).table_valued(column("id", _id), name="who").render_derived()
_partner = (
    func.jsonb_to_recordset(project.c.partners)
    .table_valued(column("person_id", _id), column("joined_at", Moment), name="partner")
    .render_derived(with_types=True)
)
_theirs = (
    select(project.c.id, _partner.c.joined_at)
    .select_from(project.join(_partner, true()))
    .where(
        project.c.partner_ids.contains(array([_who.c.id])),
        _partner.c.person_id == _who.c.id,
        project.c.approved_at.is_not(None),
    )
    .correlate(_who)
    .offset(0)
    .lateral("theirs")
)
JOINED = select(cast(_theirs.c.id, Text), cast(_who.c.id, Text), _theirs.c.joined_at).select_from(
    _who.join(_theirs, true())
)
"""Who of them joined one; looked for one by one (so the offset), since PostgreSQL would read all projects for many."""


def counts(person_ids: Sequence[UUID]) -> Select[Any]:
    """In how many approved projects each of these people is or was."""
    members = func.array_cat(
        func.array_remove(array([project.c.founder_id, project.c.co_founder_id]), None),
        project.c.partner_ids,
        type_=ARRAY(_id),
    )
    each = select(func.unnest(members).label("person_id")).where(
        project.c.approved_at.is_not(None),
        or_(
            project.c.founder_id.in_(person_ids),
            project.c.co_founder_id.in_(person_ids),
            project.c.partner_ids.overlap(list(person_ids)),
        ),
    )
    of = each.subquery()
    return (
        select(of.c.person_id, func.count().label("projects"))
        .where(of.c.person_id.in_(person_ids))
        .group_by(of.c.person_id)
    )


def open_places_of(project_id: UUID) -> Select[Any]:
    """Open requests and invitations of a project, the oldest first."""
    return (
        select(place, project.c.sheet)
        .join(project, project.c.id == place.c.project_id)
        .where(place.c.project_id == project_id, place.c.state.in_(OPEN_PLACES))
        .order_by(place.c.asked_at, place.c.id)
    )


def places_of_person(person_id: UUID) -> Select[Any]:
    """Where somebody has asked or was invited, the latest first."""
    return (
        select(place, project.c.sheet)
        .join(project, project.c.id == place.c.project_id)
        .where(place.c.person_id == person_id)
        .order_by(place.c.asked_at.desc(), place.c.id)
        .limit(PAGE)
    )


def open_place(project_id: UUID, person_id: UUID) -> Select[Any]:
    """The open request or invitation of one person for one project."""
    p = place.c
    return select(p.id).where(p.project_id == project_id, p.person_id == person_id, p.state.in_(OPEN_PLACES))


def place_by_id(place_id: UUID) -> Select[Any]:
    return select(place).where(place.c.id == place_id)


def due_to_lapse(now: Any) -> Select[Any]:
    """One invitation whose time is over."""
    p = place.c
    return (
        select(p.id)
        .where(p.state == PlaceState.OFFERED, p.lapses_at <= now)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _joined_by(person_id: UUID) -> Any:
    return project.c.partner_ids.contains([person_id])


def _is(states: Sequence[ProjectState]) -> Any:
    return project.c.state.in_(states)


def _page(statement: Select[Any], column: Any, cursor: tuple[Any, UUID] | None) -> Select[Any]:
    if cursor:
        at, last = cursor
        statement = statement.where(or_(column < at, (column == at) & (project.c.id < last)))
    return statement.order_by(column.desc(), project.c.id.desc()).limit(PAGE + 1)
