"""Where projects are kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    Select,
    Table,
    Uuid,
    any_,
    bindparam,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import Loader, Moment, choice, document, new_registry
from services.projects.contract import FoundingSchool, ProjectState, Sheet
from services.projects.domain import PENDING, PUBLIC, Project

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
Index("ix_project_to_start", project.c.starts_at, postgresql_where=text("state = 'approved'"))

registry.map_imperatively(
    Project,
    project,
    version_id_col=project.c.version,
    version_id_generator=False,
    properties={"school_ids": project.c.school_ids, "starts_at": project.c.starts_at},
)

BY_ID = Loader(select(project).where(project.c.id == any_(bindparam("ids", type_=ARRAY(_id)))))


def of_person(person_id: UUID, cursor: tuple[Any, UUID] | None) -> Select[Any]:
    """Projects a person founded or was asked to found with, once it was submitted; latest change first."""
    mine = or_(
        project.c.founder_id == person_id,
        (project.c.co_founder_id == person_id) & project.c.submitted_at.is_not(None),
    )
    return _page(select(project).where(mine), project.c.saved_at, cursor)


def approved(cursor: tuple[Any, UUID] | None) -> Select[Any]:
    """Approved projects, newest first."""
    return _page(select(project).where(project.c.approved_at.is_not(None)), project.c.approved_at, cursor)


def approved_of_person(person_id: UUID) -> Select[Any]:
    mine = or_(project.c.founder_id == person_id, project.c.co_founder_id == person_id)
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


def _is(states: Sequence[ProjectState]) -> Any:
    return project.c.state.in_(states)


def _page(statement: Select[Any], column: Any, cursor: tuple[Any, UUID] | None) -> Select[Any]:
    if cursor:
        at, last = cursor
        statement = statement.where(or_(column < at, (column == at) & (project.c.id < last)))
    return statement.order_by(column.desc(), project.c.id.desc()).limit(PAGE + 1)
