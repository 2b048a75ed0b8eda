"""Explanations and histories for a reader: what they may see, with reasons and notices put in."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from chassis.contract import NotFound, build
from chassis.service import UnitOfWork
from services.approvals import contract
from services.approvals.authority import TaskViewer, viewer_in_saga
from services.approvals.contract import NoticeState, NoticeView, Outcome, StepKind
from services.approvals.engine.explain import Viewer, explain
from services.approvals.engine.trail import State
from services.approvals.engine.turn import Saga
from services.approvals.sagas import KINDS
from services.approvals.store import history_of, notices_of, process, reasons_of


def explain_to(uow: UnitOfWork, kind: str, subject_id: UUID) -> contract.Explanation:
    """Why it waits, for an applicant, a holder or an officer of an organisation concerned; `NotFound` for others."""
    found = uow.store.rows(process.select().where(process.c.kind == kind, process.c.subject_id == subject_id))
    if not found:
        raise NotFound(what=kind)
    row = found[0]
    saga: Saga = build(KINDS[kind], row["facts"])
    state: State = row["state"]
    viewer = viewer_in_saga(uow, saga.applicants, _own_organisation(uow, saga))
    if not _concerns(viewer, saga, uow):
        raise NotFound(what=kind)
    told = explain(row["id"], saga, state, uow.now, viewer)
    reasons = {r["decision_id"]: r["text"] for r in uow.store.rows(reasons_of(row["id"]))}
    by_step = {record.decision_id: key for key, record in state.records.items() if record.decision_id}
    words = {by_step[d]: text for d, text in reasons.items() if d in by_step}
    notices = _notices(uow, row["id"]) if viewer.applicant else {}
    return _with_words(told, viewer, words, notices)


def _own_organisation(uow: UnitOfWork, saga: Saga) -> str | None:
    mine = [s.organisation for s in saga.sign_offs if s.person_id == uow.actor.id and s.organisation]
    return mine[0] if mine else next(iter(uow.actor.organisations("officer", "lead", "regional")), None)


def _concerns(viewer: Viewer, saga: Saga, uow: UnitOfWork) -> bool:
    if viewer.applicant or uow.actor.holds("css"):
        return True
    return any(viewer.holds(s) or s.organisation in viewer.organisations for s in saga.sign_offs)


def _notices(uow: UnitOfWork, process_id: UUID) -> dict[UUID, list[NoticeView]]:
    found: dict[UUID, list[NoticeView]] = {}
    for row in uow.store.rows(notices_of(process_id)):
        if row["to_holder"] and row["task_id"]:
            view = NoticeView(row["id"], row["kind"], NoticeState(row["state"]), row["at"], row["changed_at"])
            found.setdefault(row["task_id"], []).append(view)
    return found


def _with_words(
    told: contract.Explanation, viewer: Viewer, words: dict[str, str], notices: dict[UUID, list[NoticeView]]
) -> contract.Explanation:
    """Reasons are for applicants and their own side's officers; who decided in another country stays there."""

    def complete(step: contract.StepView, own: bool) -> contract.StepView:
        reason = words.get(step.key, "") if viewer.applicant or own else ""
        own_notices = tuple(notices.get(step.task_id, ())) if step.task_id else ()
        if step.kind is StepKind.PARTNER:
            own_notices = ()
        return replace(step, reason=reason, notices=own_notices, decided_by=step.decided_by if own else None)

    tracks = tuple(
        replace(
            track,
            steps=tuple(
                complete(s, viewer.applicant or track.organisation in viewer.organisations)
                for s in track.steps
            ),
        )
        for track in told.tracks
    )
    partner = complete(told.partner, True) if told.partner else None
    return replace(told, tracks=tracks, partner=partner)


def history(uow: UnitOfWork, waiting: Any, viewer: TaskViewer) -> tuple[contract.Entry, ...]:
    """The trail as this officer may read it: the own organisation's steps and what concerns the whole. (AP-19)"""
    reasons = {str(r["decision_id"]): r["text"] for r in uow.store.rows(reasons_of(waiting["process_id"]))}
    own_steps = (f":{waiting['holder']}", f":{waiting['school_id']}", f":{waiting['organisation']}")
    return tuple(
        contract.Entry(
            sequence=row["sequence"],
            at=row["at"],
            what=row["what"],
            step=row["step"],
            by=row["by"],
            role=row["role"],
            organisation=row["organisation"],
            reason=reasons.get(str(row["data"].get("decision_id")), ""),
            outcome=Outcome(row["data"]["outcome"]) if row["data"].get("outcome") else None,
        )
        for row in uow.store.rows(history_of(waiting["process_id"]))
        if viewer.organisations
        and (not row["step"] or row["step"] == "partner" or row["step"].endswith(own_steps))
    )
