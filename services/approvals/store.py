"""Where sagas, their trail, the work queue and notices are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Executable,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Select,
    String,
    Table,
    Text,
    Uuid,
    and_,
    create_engine,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.store import Moment, Store, choice, document, new_registry
from services.approvals.contract import Status, StepKind, StepState
from services.approvals.engine.trail import State

registry = new_registry()
metadata = registry.metadata
_id = Uuid()

process = Table(
    "process",
    metadata,
    Column("id", _id, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subject_id", _id, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("state", document(State), nullable=False),
    Column("status", choice(Status), nullable=False, index=True),
    Column("begun_at", Moment, nullable=False),
    Column("next_due_at", Moment),
    Column("last_hash", String(64), nullable=False),
    Column("version", BigInteger, nullable=False),
)
Index("uq_process_kind_subject_id", process.c.kind, process.c.subject_id, unique=True)
Index("ix_process_next_due_at", process.c.next_due_at, postgresql_where=text("next_due_at IS NOT NULL"))

trail = Table(
    "trail",
    metadata,
    Column("process_id", _id, ForeignKey("process.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", String(30), nullable=False),
    Column("step", String(80), nullable=False),
    Column("by", _id),
    Column("role", String(30), nullable=False),
    Column("organisation", String(60), nullable=False),
    Column("data", JSONB, nullable=False),
    Column("hash", String(64), nullable=False),
)

reason = Table(
    "reason",
    metadata,
    Column("decision_id", _id, primary_key=True),
    Column("process_id", _id, ForeignKey("process.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
)

task = Table(
    "task",
    metadata,
    Column("id", _id, primary_key=True),
    Column("process_id", _id, ForeignKey("process.id"), nullable=False, index=True),
    Column("key", String(80), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", _id, nullable=False),
    Column("kind", choice(StepKind), nullable=False),
    Column("holder", String(60), nullable=False),
    Column("organisation", String(60)),
    Column("country", String(2), nullable=False),
    Column("school_id", _id),
    Column("person_id", _id, nullable=False),
    Column("state", choice(StepState), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("decided_at", Moment),
    Column("first_seen_at", Moment),
    Column("assigned_to", _id),
    Column("version", Integer, nullable=False),
)
Index("ix_task_holder", task.c.holder, task.c.state, task.c.due_at)
Index("ix_task_organisation", task.c.organisation, task.c.state)

notice = Table(
    "notice",
    metadata,
    Column("id", _id, primary_key=True),
    Column("process_id", _id, ForeignKey("process.id"), nullable=False),
    Column("task_id", _id, index=True),
    Column("kind", String(30), nullable=False),
    Column("to_holder", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

deputy = Table(
    "deputy",
    metadata,
    Column("person_id", _id, primary_key=True),
    Column("away_from", Date, nullable=False),
    Column("away_until", Date, nullable=False),
    Column("deputy_id", _id, nullable=False, index=True),
)


@dataclass
class Process:
    """A saga as stored; `facts` build the saga of its kind."""

    id: UUID
    kind: str
    subject_id: UUID
    facts: dict[str, Any]
    state: State
    status: Status
    begun_at: datetime
    next_due_at: datetime | None
    last_hash: str = ""
    version: int = 0


registry.map_imperatively(Process, process, version_id_col=process.c.version, version_id_generator=False)

TASK = select(task)
OPEN_STATES = (StepState.WAITING, StepState.HELD)


def task_by_id(task_id: UUID) -> Select[Any]:
    return TASK.where(task.c.id == task_id)


def process_of(kind: str, subject_id: UUID) -> Select[Any]:
    """Id of the process about a project or affiliation."""
    return select(process.c.id).where(process.c.kind == kind, process.c.subject_id == subject_id)


def next_due(now: datetime) -> Select[Any]:
    """One process for which time has come; taken by one replica only."""
    return (
        select(process.c.id)
        .where(process.c.next_due_at <= now)
        .order_by(process.c.next_due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def reasons_of(process_id: UUID) -> Select[Any]:
    return select(reason).where(reason.c.process_id == process_id)


def notices_of(process_id: UUID) -> Select[Any]:
    return select(notice).where(notice.c.process_id == process_id).order_by(notice.c.at)


def history_of(process_id: UUID) -> Select[Any]:
    return select(trail).where(trail.c.process_id == process_id).order_by(trail.c.sequence)


def tasks_for_person(person_id: UUID, schools: Sequence[str]) -> Select[Any]:
    """Open invitations of a person and consents of the schools they lead."""
    own = and_(task.c.kind == StepKind.PARTNER, task.c.person_id == person_id)
    schools_ = and_(task.c.kind == StepKind.HEAD_TEACHER, task.c.holder.in_(schools))
    return TASK.where(task.c.state.in_(OPEN_STATES), or_(own, schools_)).order_by(task.c.opened_at)


def open_head_teacher_tasks(school_id: UUID) -> Select[Any]:
    return TASK.where(
        task.c.school_id == school_id, task.c.kind == StepKind.HEAD_TEACHER, task.c.state.in_(OPEN_STATES)
    )


def sagas_by_status() -> Select[Any]:
    return select(process.c.kind, process.c.status, func.count().label("n")).group_by(
        process.c.kind, process.c.status
    )


def oldest_open() -> Select[Any]:
    return (
        select(task.c.organisation, task.c.kind, func.min(task.c.opened_at).label("since"))
        .where(task.c.state == StepState.WAITING)
        .group_by(task.c.organisation, task.c.kind)
    )


class OfficersView:
    """What officers read: PostgreSQL itself lets through only the rows of the organisations named.

    Its connections do not carry the engine's setting, so that without organisations nothing at all is seen.
    """

    def __init__(self, store: Store) -> None:
        url = store.engine.url
        self._engine = create_engine(url, pool_size=3, max_overflow=0, pool_timeout=2, pool_pre_ping=True)

    def rows(self, organisations: Sequence[str], statement: Executable) -> Sequence[RowMapping]:
        """Rows of the tasks that these organisations may see."""
        with self._engine.begin() as connection:
            connection.execute(
                text("SELECT set_config('app.organisations', :names, true)"),
                {"names": ",".join(organisations)},
            )
            return connection.execute(statement).mappings().all()
