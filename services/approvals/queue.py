"""The work queue and what stands behind one of its lines."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.contract import Invalid, NotFound
from chassis.service import UnitOfWork
from chassis.store import read_cursor, write_cursor
from services.approvals import contract
from services.approvals.authority import OFFICER_ROLES, TaskViewer
from services.approvals.contract import Outcome, StepKind, StepState, TaskCard
from services.approvals.links import write_link
from services.approvals.store import OPEN_STATES, OfficersView, deputy, notice, process, task
from services.identity import contract as identity
from services.projects import contract as projects

PAGE = 50


def card(row: Any, now: datetime, *, conflict: bool = False) -> TaskCard:
    """A task as a line of a list."""
    waiting = row["state"] == StepState.WAITING
    return TaskCard(
        id=row["id"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        kind=row["kind"],
        state=row["state"],
        holder=row["holder"],
        country=row["country"],
        school_id=row["school_id"],
        person_id=row["person_id"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        overdue=bool(waiting and row["due_at"] and now > row["due_at"]),
        assigned_to=row["assigned_to"],
        version=row["version"],
        conflict_of_interest=conflict,
    )


def page(
    uow: UnitOfWork,
    view: OfficersView,
    subject_kind: str,
    kind: StepKind | None,
    overdue: bool | None,
    mine: bool,
    decided: bool,
    cursor: str,
) -> contract.Queue:
    """Tasks of the officer's own organisations by due date; with `kind`, also those waiting elsewhere in the country."""
    organisations = uow.actor.organisations(*OFFICER_ROLES)
    states = (StepState.APPROVED, StepState.REFUSED, StepState.CHANGES_REQUESTED) if decided else OPEN_STATES
    conditions: list[ColumnElement[bool]] = [task.c.state.in_(states)]
    if kind is None:
        conditions.append(task.c.holder.in_(organisations))
    else:
        conditions.append(task.c.kind == kind)
    if subject_kind:
        conditions.append(task.c.subject_kind == subject_kind)
    late = and_(task.c.due_at < uow.now, task.c.state == StepState.WAITING)
    if overdue is not None:
        conditions.append(late if overdue else ~func.coalesce(late, False))
    if mine:
        conditions.append(task.c.assigned_to.in_([uow.actor.id, *_away_for(uow)]))
    counted = view.rows(
        organisations,
        select(func.count().label("total"), func.count().filter(late).label("overdue")).where(*conditions),
    )[0]
    order = func.coalesce(task.c.due_at, task.c.opened_at)
    start = read_cursor(cursor)
    if start:
        at, last = start
        conditions.append(or_(order > at, and_(order == at, task.c.id > last)))
    rows = view.rows(
        organisations, select(task).where(*conditions).order_by(order, task.c.id).limit(PAGE + 1)
    )
    shown = rows[:PAGE]
    following = None
    if len(rows) > PAGE:
        last_row = shown[-1]
        following = write_cursor(last_row["due_at"] or last_row["opened_at"], last_row["id"])
    return contract.Queue(
        tuple(card(r, uow.now) for r in shown), following, counted["total"], counted["overdue"]
    )


def _away_for(uow: UnitOfWork) -> list[UUID]:
    """Colleagues for whom this officer stands in today. (AP-23)"""
    today = uow.now.date()
    found = uow.rows(
        select(deputy.c.person_id).where(
            deputy.c.deputy_id == uow.actor.id, deputy.c.away_from <= today, deputy.c.away_until >= today
        )
    )
    return [row["person_id"] for row in found]


def case(
    uow: UnitOfWork,
    waiting: Any,
    explanation: contract.Explanation,
    viewer: TaskViewer,
    entries: tuple[contract.Entry, ...],
) -> contract.Case:
    """One task as its reader may see it, with what may be done now and why not the rest."""
    outcomes = [o.value for o in Outcome]
    if waiting["kind"] in (StepKind.PARTNER, StepKind.HEAD_TEACHER):
        outcomes.remove(Outcome.REQUEST_CHANGES)
    why_not = ""
    if not viewer.holds_task:
        why_not = "not_your_task"
    elif viewer.why_not:
        why_not = viewer.why_not
    elif waiting["state"] == StepState.HELD:
        why_not = "on_hold"
    elif waiting["state"] != StepState.WAITING:
        why_not = "not_open"
    return contract.Case(
        task=card(waiting, uow.now, conflict=viewer.why_not == "conflict_of_interest"),
        explanation=explanation,
        history=entries,
        actions=() if why_not else tuple(outcomes),
        why_not=dict.fromkeys(outcomes, why_not) if why_not else {},
        needs_evidence=_needs_evidence(uow, waiting),
    )


def _needs_evidence(uow: UnitOfWork, waiting: Any) -> bool:
    found = uow.rows(select(process.c.facts).where(process.c.id == waiting["process_id"]))
    return bool(found and found[0]["facts"].get("needs_evidence"))


def name_deputy(
    uow: UnitOfWork, away_from: date, away_until: date, deputy_id: UUID, colleagues: set[UUID]
) -> contract.Deputy:
    """Name a colleague of the same organisation for the days one is away. (AP-23)"""
    if deputy_id not in colleagues or deputy_id == uow.actor.id:
        raise Invalid(fields={"deputy_id": ["not_a_colleague"]})
    if away_until < away_from:
        raise Invalid(fields={"away_until": ["before_start"]})
    values = {"away_from": away_from, "away_until": away_until, "deputy_id": deputy_id}
    uow.session.execute(
        upsert(deputy)
        .values(person_id=uow.actor.id, **values)
        .on_conflict_do_update(index_elements=[deputy.c.person_id], set_=values)
    )
    return contract.Deputy(away_from, away_until, deputy_id)


def task_of_notice(uow: UnitOfWork, notice_id: UUID) -> UUID:
    """The task a notice is about; raises `NotFound`."""
    found = uow.rows(select(notice.c.task_id).where(notice.c.id == notice_id))
    if not found or found[0]["task_id"] is None:
        raise NotFound(what="notice")
    return found[0]["task_id"]  # type: ignore[no-any-return]


def decided(uow: UnitOfWork, waiting: Any) -> dict[str, Any]:
    """What was decided on a closed task and when, for whoever comes too late."""
    found = uow.rows(select(process.c.state).where(process.c.id == waiting["process_id"]))
    outcome = found[0]["state"].record(waiting["key"]).outcome
    return {"outcome": outcome, "at": waiting["decided_at"].isoformat()}


def _persons(uow: UnitOfWork, view: projects.ProjectView) -> dict[UUID, str]:
    ids = tuple(i for i in (view.founder_id, view.co_founder_id) if i)
    return {r.person_id: r.name for r in uow.call(identity.recipients(ids))}


def link_view(uow: UnitOfWork, waiting: Any, head: identity.HeadTeacher) -> contract.LinkView:
    """What a head teacher sees behind the link: enough to decide, nothing else. (AP-15)"""
    view = uow.call(projects.sheet(waiting["subject_id"]))
    own = next(s for s in view.founding_schools if s.school_id == head.school_id)
    other = next(s for s in view.founding_schools if s.school_id != head.school_id)
    names = _persons(uow, view)
    schools = {
        h.school_id: h.school_name for h in uow.call(identity.head_teachers((own.school_id, other.school_id)))
    }
    sheet = view.sheet
    return contract.LinkView(
        task_id=waiting["id"],
        version=waiting["version"],
        project_id=view.id,
        school_id=head.school_id,
        founder_id=own.person_id,
        partner_id=other.person_id,
        head_name=head.name,
        language=head.language,
        title=sheet.title,
        description=sheet.description,
        aims=sheet.aims,
        age_from=sheet.age_from,
        age_to=sheet.age_to,
        starts_on=sheet.starts_on,
        ends_on=sheet.ends_on,
        countries=(own.country, other.country),
        founder_name=names.get(own.person_id, ""),
        partner_name=names.get(other.person_id, ""),
        school_name=head.school_name,
        partner_school_name=schools.get(other.school_id, ""),
        outcomes=(Outcome.APPROVE, Outcome.REFUSE),
    )


def head_teachers_letter(uow: UnitOfWork, waiting: Any, secret: str) -> contract.Letter:
    """Address and fresh single-use link for a head teacher; raises `NotFound` for any other step. (AP-15)"""
    if waiting["kind"] != StepKind.HEAD_TEACHER:
        raise NotFound(what="letter")
    heads, view = uow.call_all(
        identity.head_teachers((waiting["school_id"],)), projects.sheet(waiting["subject_id"])
    )
    head = heads[0]
    return contract.Letter(
        to=head.email,
        name=head.name,
        language=head.language,
        path=f"/consent/{write_link(secret, waiting['id'], waiting['version'], head.email)}",
        title=view.sheet.title,
        school_name=head.school_name,
        founder_name=_persons(uow, view).get(waiting["person_id"], ""),
        due_at=waiting["due_at"],
    )
