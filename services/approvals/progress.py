"""Keeping a turn: state, trail, tasks, orders and notices, all in the same transaction."""

from dataclasses import fields, replace
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.contract import build, plain
from chassis.store import UnitOfWork
from services.approvals import contract
from services.approvals.contract import NoticeState, Status, StepKind
from services.approvals.engine.explain import due_at, step_state, task_id_of
from services.approvals.engine.steps import SignOff
from services.approvals.engine.trail import State, digest
from services.approvals.engine.turn import Notice, Saga, Turn, next_due
from services.approvals.sagas import KINDS
from services.approvals.store import Process, notice, reason, task, trail

ROLES = {StepKind.REGIONAL: ("regional",), StepKind.SUPPORT_ORGANISATION: ("officer", "lead")}


def saga_of(process: Process) -> Saga:
    """The saga a stored process is about."""
    return cast("Saga", build(KINDS[process.kind], process.facts))


def facts_of(saga: Saga) -> dict[str, Any]:
    """What a saga is rebuilt from: its fields, and nothing it has worked out from them."""
    return cast(
        "dict[str, Any]",
        plain({field.name: getattr(saga, field.name) for field in fields(cast("Any", saga))}),
    )


def begin(uow: UnitOfWork, saga: Saga, process_id: UUID) -> None:
    """Start a saga and keep its first turn."""
    facts = facts_of(saga)
    turn = Turn(saga, State(), uow.now).start()
    process = uow.add(
        Process(process_id, saga.kind, saga.subject_id, facts, turn.state, turn.state.status, uow.now, None)
    )
    uow.session.flush()
    keep(uow, process, turn)


def keep(uow: UnitOfWork, process: Process, turn: Turn, texts: dict[UUID, str] | None = None) -> None:
    """Store what a turn brought and send what it wants to say; `texts` are the reasons by decision."""
    if not turn.entries:
        process.next_due_at = next_due(turn.saga, turn.state, uow.now)
        return
    before = process.status
    first = turn.state.sequence - len(turn.entries)
    process.state = turn.state
    process.status = turn.state.status
    process.next_due_at = next_due(turn.saga, turn.state, uow.now)
    process.version += 1
    process.last_hash = _keep_trail(uow, process, turn, first)
    for decision_id, words in (texts or {}).items():
        uow.session.execute(insert(reason).values(decision_id=decision_id, process_id=process.id, text=words))
    _keep_tasks(uow, process, turn)
    for order in turn.orders:
        uow.order(order.call, key=f"{process.id}|{order.key}", reply_to="approvals")
    for number, wanted in enumerate(turn.notices):
        _give_notice(uow, process, turn, wanted, uuid5(process.id, f"notice {turn.state.sequence} {number}"))
    _publish_decisions(uow, process, turn)
    if process.status != before or turn.state.sequence == len(turn.entries):
        _publish_status(uow, process, turn)


def _keep_trail(uow: UnitOfWork, process: Process, turn: Turn, first: int) -> str:
    previous, lines = process.last_hash, []
    for sequence, entry in enumerate(turn.entries, start=first + 1):
        previous = digest(previous, sequence, entry)
        lines.append({"process_id": process.id, "sequence": sequence, "hash": previous, **_columns(entry)})
    uow.session.execute(insert(trail), lines)
    return previous


def _columns(entry: Any) -> dict[str, Any]:
    names = ("what", "at", "step", "by", "role", "organisation", "data")
    return {name: getattr(entry, name) for name in names}


def _keep_tasks(uow: UnitOfWork, process: Process, turn: Turn) -> None:
    """The queue shows each step that has ever been open, as it stands now."""
    lines = []
    for step in turn.saga.sign_offs:
        record = turn.state.record(step.key)
        if not record.round:
            continue
        lines.append(
            {
                "id": task_id_of(process.id, step),
                "process_id": process.id,
                "key": step.key,
                "subject_kind": process.kind,
                "subject_id": process.subject_id,
                "kind": step.kind,
                "holder": step.holder,
                "organisation": step.organisation,
                "country": step.country,
                "school_id": step.school_id,
                "person_id": step.person_id,
                "state": step_state(step, turn.state),
                "opened_at": record.opened_at or uow.now,
                "due_at": due_at(step, turn.state, uow.now),
                "decided_at": record.decided_at,
                "version": record.version,
            }
        )
    if lines:
        statement = upsert(task)
        changing = ("state", "opened_at", "due_at", "decided_at", "version")
        uow.session.execute(
            statement.on_conflict_do_update(
                index_elements=[task.c.id], set_={name: statement.excluded[name] for name in changing}
            ),
            lines,
        )
        decided = [line["id"] for line in lines if line["decided_at"]]
        if decided:
            move_notices(uow, notice.c.task_id.in_(decided), NoticeState.PASSED_ON)


def _give_notice(uow: UnitOfWork, process: Process, turn: Turn, wanted: Notice, notice_id: UUID) -> None:
    step = wanted.step
    audience = _holders_of(step) if wanted.to_holder and step else {}
    task_id = task_id_of(process.id, step) if step else None
    uow.session.execute(
        insert(notice).values(
            id=notice_id,
            process_id=process.id,
            task_id=task_id,
            kind=wanted.kind,
            to_holder=int(wanted.to_holder),
            state=NoticeState.SENT,
            at=uow.now,
            changed_at=uow.now,
        )
    )
    uow.publish(
        replace(
            contract.NoticeDue(
                notice_id=notice_id,
                saga_id=process.id,
                subject_kind=process.kind,
                subject_id=process.subject_id,
                task_id=task_id,
                kind=wanted.kind,
                step=step.kind if step else None,
                country=step.country if step else "",
                persons=wanted.persons,
                organisation=wanted.organisation,
                roles=wanted.roles,
                school_id=None,
                causes=wanted.causes,
                at=uow.now,
            ),
            **audience,
        ),
        version=turn.state.sequence,
    )


def _holders_of(step: SignOff) -> dict[str, Any]:
    if step.kind is StepKind.PARTNER:
        return {"persons": (step.person_id,)}
    if step.kind is StepKind.HEAD_TEACHER:
        return {"school_id": step.school_id}
    return {"organisation": step.holder, "roles": ROLES[step.kind]}


def _publish_decisions(uow: UnitOfWork, process: Process, turn: Turn) -> None:
    for step, decision in turn.decided:
        uow.publish(
            contract.StepDecided(
                saga_id=process.id,
                subject_kind=process.kind,
                subject_id=process.subject_id,
                task_id=task_id_of(process.id, step),
                step=step.kind,
                country=step.country,
                outcome=decision.outcome,
                status=turn.state.status,
                decision_id=decision.id,
                sequence=turn.state.sequence,
                tell=turn.saga.applicants,
                at=uow.now,
            ),
            version=turn.state.sequence,
        )


def _publish_status(uow: UnitOfWork, process: Process, turn: Turn) -> None:
    common: dict[str, Any] = {
        "saga_id": process.id,
        "sequence": turn.state.sequence,
        "tell": turn.saga.applicants,
        "at": uow.now,
    }
    status = turn.state.status
    uow.publish(
        contract.StatusChanged(
            subject_kind=process.kind, subject_id=process.subject_id, status=status, **common
        ),
        version=turn.state.sequence,
    )
    if not turn.state.over or process.kind != "project":
        return
    if status is Status.COMPLETED:
        common.pop("sequence")
        uow.publish(
            contract.ProjectApproved(project_id=process.subject_id, **common), version=turn.state.sequence
        )
    else:
        uow.publish(
            contract.ProjectRefused(
                project_id=process.subject_id, status=status, decision_id=turn.state.decision_id, **common
            ),
            version=turn.state.sequence,
        )


ORDER = (
    NoticeState.DUE,
    NoticeState.SENT,
    NoticeState.BOUNCED,
    NoticeState.DELIVERED,
    NoticeState.OPENED,
    NoticeState.PASSED_ON,
)


def move_notices(uow: UnitOfWork, which: ColumnElement[bool], state: NoticeState) -> None:
    """A notice's state only ever goes forward: sent, bounced or delivered, opened, passed on. (AP-26)"""
    earlier = [s.value for s in ORDER[: ORDER.index(state)]]
    uow.session.execute(
        update(notice).where(which, notice.c.state.in_(earlier)).values(state=state, changed_at=uow.now)
    )
