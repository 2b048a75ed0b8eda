"""Why is it waiting? One pure function answers for the page, the notices, the work queue and the figures."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.approvals.contract import (
    Cause,
    Explanation,
    Outcome,
    Status,
    StepKind,
    StepState,
    StepView,
    Track,
)
from services.approvals.engine.steps import SignOff
from services.approvals.engine.trail import Record, State
from services.approvals.engine.turn import NUDGE_EVERY, Saga, cause_of


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom it is explained: an applicant, a holder of organisations or schools, and their own organisation."""

    person_id: UUID | None = None
    applicant: bool = False
    own_organisation: str | None = None
    organisations: tuple[str, ...] = ()
    schools: tuple[UUID, ...] = ()

    def holds(self, step: SignOff) -> bool:
        """Whether this viewer may decide the step."""
        if step.kind is StepKind.PARTNER:
            return step.holder == str(self.person_id)
        if step.kind is StepKind.HEAD_TEACHER:
            return step.school_id in self.schools
        return step.holder in self.organisations


def explain(
    saga_id: UUID, saga: Saga, state: State, now: datetime, viewer: Viewer | None = None
) -> Explanation:
    """Every step with its holder, since when, due when, what keeps it and who can act.

    Names, addresses and reasons are not here: whoever shows this asks their owners.
    """
    viewer = viewer or Viewer()
    steps = saga.sign_offs
    views = {step.key: _step_view(saga_id, step, state, now, viewer) for step in steps}
    submitted = state.submitted_at or now
    end = state.ended_at or now
    tracks = []
    for organisation in dict.fromkeys(s.organisation for s in steps if s.organisation):
        of_track = [s for s in steps if s.organisation == organisation]
        tracks.append(
            Track(
                country=of_track[0].country,
                organisation=organisation,
                school_id=of_track[0].school_id,
                person_id=of_track[0].person_id,
                approved=all(views[s.key].state is StepState.APPROVED for s in of_track),
                steps=tuple(views[s.key] for s in of_track),
            )
        )
    return Explanation(
        saga_id=saga_id,
        subject_id=saga.subject_id,
        status=state.status,
        submitted_at=submitted,
        days=state.waited(submitted, end) // timedelta(days=1),
        usual_days=saga.late_after_days,
        late=state.late and not state.over,
        causes=_causes(steps, state, viewer),
        partner=next((views[s.key] for s in steps if s.kind is StepKind.PARTNER), None),
        tracks=tuple(tracks),
        actions=_actions(state, viewer),
        as_of=now,
        ended_at=state.ended_at,
    )


def _causes(steps: list[SignOff], state: State, viewer: Viewer) -> tuple[Cause, ...]:
    if state.paused:
        return (Cause.CHANGES_WANTED,)
    if state.status is Status.OPENING:
        return (Cause.TWINSPACE_BEING_MADE,)
    if state.status is not Status.RUNNING:
        return ()
    open_steps = [s for s in steps if state.record(s.key).is_open]
    return tuple(dict.fromkeys(cause_of(s, state.record(s.key), viewer.own_organisation) for s in open_steps))


def _actions(state: State, viewer: Viewer) -> tuple[str, ...]:
    if not viewer.applicant or state.over or state.status in (Status.UNDOING, Status.OPENING):
        return ()
    return ("answer_changes", "withdraw") if state.paused else ("withdraw",)


def step_state(step: SignOff, state: State) -> StepState:
    """How a step stands, in the words of the page."""
    record = state.record(step.key)
    if record.outcome is Outcome.APPROVE:
        return StepState.APPROVED
    if record.outcome is Outcome.REFUSE:
        return StepState.REFUSED
    if record.outcome is Outcome.REQUEST_CHANGES:
        return StepState.CHANGES_REQUESTED if state.paused else StepState.CANCELLED
    if state.over or state.status is Status.UNDOING:
        expired = Status.EXPIRED in (state.status, state.final) and step.kind is StepKind.PARTNER
        return StepState.EXPIRED if expired else StepState.CANCELLED
    if not record.is_open:
        return StepState.NOT_STARTED
    return StepState.HELD if state.paused else StepState.WAITING


def due_at(step: SignOff, state: State, now: datetime) -> datetime | None:
    """When an open step should be decided, pauses not counted."""
    record = state.record(step.key)
    days = step.deadlines.due or step.deadlines.expires
    if record.opened_at is None or days is None or record.outcome is not None:
        return None
    return state.falls_due(record.opened_at, days, now)


def task_id_of(saga_id: UUID, step: SignOff) -> UUID:
    """A step's task has the same id for ever, so that links and pages stay right."""
    return uuid5(saga_id, step.key)


def _step_view(saga_id: UUID, step: SignOff, state: State, now: datetime, viewer: Viewer) -> StepView:
    record: Record = state.record(step.key)
    standing = step_state(step, state)
    waiting = standing is StepState.WAITING
    due = due_at(step, state, now)
    again_at = record.nudged_at + NUDGE_EVERY if record.nudged_at else None
    return StepView(
        key=step.key,
        task_id=task_id_of(saga_id, step) if record.round else None,
        kind=step.kind,
        state=standing,
        holder=step.holder,
        since=record.opened_at,
        due_at=due,
        overdue=bool(waiting and due and now > due),
        decided_at=record.decided_at,
        decided_by=record.decided_by,
        reason="",
        cause=cause_of(step, record, viewer.own_organisation) if waiting else None,
        can_act=waiting and viewer.holds(step),
        can_nudge=waiting
        and viewer.applicant
        and not viewer.holds(step)
        and (again_at is None or now >= again_at),
        nudge_again_at=again_at if again_at and again_at > now else None,
        version=record.version,
    )
