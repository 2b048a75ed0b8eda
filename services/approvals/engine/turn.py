"""One turn of a saga: something happened, and everything that follows from it at once.

A `Turn` collects trail entries, commands to send and notices to give; the caller stores and sends them in one
transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from chassis.contract import Call
from services.approvals.contract import (
    AlreadyDecided,
    Cause,
    NotOpen,
    NudgedAlready,
    OnHold,
    Outcome,
    ReasonNeeded,
    Status,
    StepKind,
    TooLate,
)
from services.approvals.engine.steps import Command, Deadlines, Sequence, SignOff, Step, frontier, leaves
from services.approvals.engine.trail import Entry, Record, State, What, fold

NUDGE_EVERY = timedelta(days=5)
REPEAT_DAYS = 7
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


class Saga:
    """A long process on one page. Subclasses are frozen dataclasses of its facts and say its steps."""

    kind: ClassVar[str]
    late_after_days: int = 15

    def steps(self) -> Iterator[Step]:
        """What must happen, in order; evaluated again at every turn."""
        raise NotImplementedError

    def if_not(self) -> Iterator[Step]:
        """What must happen when it ends without success, after everything was taken back."""
        yield from ()

    @property
    def subject_id(self) -> UUID:
        raise NotImplementedError

    @property
    def applicants(self) -> tuple[UUID, ...]:
        """Who asked for it and is told how it stands."""
        raise NotImplementedError

    def final_for(self, step: SignOff) -> Status:
        """How the process ends when this step is refused."""
        return Status.DECLINED if step.kind is StepKind.PARTNER else Status.REFUSED

    @cached_property
    def page(self) -> Sequence:
        """All steps; facts never change, so one evaluation serves a turn."""
        return Sequence(tuple(self.steps()))

    @cached_property
    def sign_offs(self) -> list[SignOff]:
        """The steps that wait for somebody's word."""
        return [leaf for leaf in leaves(self.page) if isinstance(leaf, SignOff)]

    @cached_property
    def commands(self) -> list[Command]:
        """The steps that another service does."""
        return [leaf for leaf in leaves(self.page) if isinstance(leaf, Command)]


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody is to be told: a step's holders (`to_holder`), these persons, or roles in an organisation."""

    kind: str
    step: SignOff | None = None
    to_holder: bool = False
    persons: tuple[UUID, ...] = ()
    organisation: str | None = None
    roles: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """A command to send; the key names saga step, direction and try, so that the same key is the same try."""

    key: str
    call: Call[Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what, for which organisation or school."""

    id: UUID
    outcome: Outcome
    by: UUID | None
    role: str
    organisation: str
    reason_hash: str


class Turn:
    """Applies what happened to a saga's state and lets everything follow."""

    def __init__(self, saga: Saga, state: State, now: datetime) -> None:
        self.saga, self.state, self.now = saga, state, now
        self.entries: list[Entry] = []
        self.orders: list[Order] = []
        self.notices: list[Notice] = []
        self.decided: list[tuple[SignOff, Decision]] = []

    # ---- what can happen

    def start(self) -> "Turn":
        self._happen(What.STARTED)
        return self._follow()

    def decide(self, key: str, decision: Decision, seen_version: int | None) -> "Turn":
        """A holder's word on an open step; raises when it is not open, on hold, or was looked at in an older version."""
        step = self._sign_off(key)
        record = self._must_be_open(step, seen_version)
        if decision.outcome not in step.outcomes:
            raise NotOpen(status=self.state.status)
        if decision.outcome is not Outcome.APPROVE and not decision.reason_hash and not step.names_a_person:
            raise ReasonNeeded(fields={"reason": ["required"]})
        self._happen(
            What.DECIDED,
            key,
            by=decision.by,
            role=decision.role,
            organisation=decision.organisation,
            outcome=decision.outcome.value,
            decision_id=str(decision.id),
            reason_hash=decision.reason_hash,
            round=record.round,
        )
        self.decided.append((step, decision))
        if decision.outcome is Outcome.REFUSE:
            return self._undo(self.saga.final_for(step), decision)
        if decision.outcome is Outcome.REQUEST_CHANGES:
            self._happen(What.PAUSED, key)
            self.notices.append(Notice("changes_requested", step, persons=self.saga.applicants))
            return self
        return self._follow()

    def withdraw(self, by: UUID) -> "Turn":
        """A founder takes it back; refused once the point of no return is ordered."""
        if self.state.over or self.state.status is Status.UNDOING:
            raise NotOpen(status=self.state.status)
        if any(self.state.record(c.key).ordered_at for c in self.saga.commands if c.pivot):
            raise TooLate
        self._happen(What.UNDOING, by=by, role="founder", final=Status.WITHDRAWN.value)
        return self._follow()

    def become_pointless(self) -> "Turn":
        """What is asked for is gone: nobody need decide any more, nothing has to be taken back."""
        if not self.state.over and not any(r.in_flight for r in self.state.records.values()):
            self._happen(What.ENDED, status=Status.WITHDRAWN.value)
        return self

    def answer_changes(self, by: UUID | None) -> "Turn":
        """The applicants have changed what was asked: clocks run, the asking step waits again."""
        if not self.state.paused:
            raise NotOpen(status=self.state.status)
        asked_by, substance = self.state.asked_by, self.state.substance_edited
        self._happen(What.RESUMED, by=by, role="founder")
        self._happen(What.REOPENED, asked_by)
        self._tell_holder("changes_made", self._sign_off(asked_by))
        if substance:
            self._reset_approved()
        return self._follow()

    def edited(self, by: UUID, substance: bool) -> "Turn":
        """The applicants have edited what is being decided on; substance takes approvals back where policy says so."""
        if self.state.over or self.state.status in (Status.UNDOING, Status.OPENING):
            return self
        self._happen(What.EDITED, by=by, role="founder", substance=substance)
        if substance and not self.state.paused:
            self._reset_approved()
        return self._follow()

    def command_ended(self, order_key: str, failure: str | None) -> "Turn":
        """A command's outcome; those of older tries change nothing."""
        step_key, direction, number = order_key.rsplit("|", 2)
        record = self.state.record(step_key)
        if direction == "undo":
            if record.undo_ordered and not record.undone:
                self._happen(What.UNDONE, step_key, code=failure or "")
            return self._follow()
        if not record.in_flight or record.tries != int(number):
            return self
        if failure is None:
            self._happen(What.DONE, step_key)
        else:
            self._happen(What.FAILED, step_key, code=failure)
        return self._follow()

    def nudge(self, key: str, by: UUID) -> "Turn":
        """A friendly reminder by an applicant, once in five days."""
        step = self._sign_off(key)
        record = self._must_be_open(step, None)
        if record.nudged_at and self.now < record.nudged_at + NUDGE_EVERY:
            raise NudgedAlready(again_at=(record.nudged_at + NUDGE_EVERY).isoformat())
        self._happen(What.NUDGED, key, by=by, role="founder")
        self._tell_holder("nudge", step)
        return self

    def send_again(self, key: str, by: UUID) -> "Turn":
        """An applicant has a step's notice sent once more."""
        step = self._sign_off(key)
        self._must_be_open(step, None)
        self._happen(What.NOTICE_SENT_AGAIN, key, by=by, role="founder")
        self._tell_holder("sent_again", step)
        return self

    def bounced(self, key: str) -> "Turn":
        """The mail to a head teacher came back: applicants and support organisation are asked to correct the address."""
        step = self._sign_off(key)
        record = self.state.record(key)
        if not self._waits_for(key) or record.bounced:
            return self
        self._happen(What.BOUNCED, key)
        causes = (Cause.ADDRESS_BOUNCED,)
        self.notices.append(Notice("address_bounced", step, persons=self.saga.applicants, causes=causes))
        self.notices.append(
            Notice(
                "address_bounced",
                step,
                organisation=step.organisation,
                roles=("officer", "lead"),
                causes=causes,
            )
        )
        return self

    def address_corrected(self, key: str) -> "Turn":
        """A school's head teacher was corrected: the request goes to the new address."""
        if self._waits_for(key):
            self._happen(What.ADDRESS_CORRECTED, key)
            self._tell_holder("sent_again", self._sign_off(key))
        return self

    def refused_attempt(self, key: str, by: UUID | None, role: str, why: str) -> "Turn":
        """Somebody tried to decide what was not open; recorded, nothing else."""
        self._happen(What.REFUSED_ATTEMPT, key, by=by, role=role, code=why)
        return self

    def time_passes(self) -> "Turn":
        """Everything that has fallen due; of several overdue reminders of one step only the latest is given."""
        if self.state.over:
            return self
        self._retry_commands()
        if not self._running():
            return self._follow()
        self._become_late()
        for step in self.saga.sign_offs:
            record = self.state.record(step.key)
            if record.is_open and record.opened_at:
                self._fire(step, record, record.opened_at)
            if not self._running():
                break
        return self._follow()

    # ---- what follows

    def _follow(self) -> "Turn":
        while not self.state.over and self._next():
            pass
        return self

    def _next(self) -> bool:
        """Take one more consequence; False when nothing more follows now."""
        if self.state.status is Status.UNDOING:
            return self._undo_next()
        if self.state.paused:
            return False
        finished = {key for key, record in self.state.records.items() if record.finished}
        open_leaves = frontier(self.saga.page, finished)
        if not open_leaves:
            self._happen(What.ENDED, status=Status.COMPLETED.value)
            return False
        begun = [self._begin(leaf) for leaf in open_leaves]  # all of them, side by side
        return any(begun)

    def _begin(self, leaf: SignOff | Command) -> bool:
        record = self.state.record(leaf.key)
        if isinstance(leaf, SignOff):
            if record.is_open:
                return False
            self._happen(What.OPENED, leaf.key)
            self._tell_holder("opened" if record.round == 0 else "changes_made", leaf)
            return True
        if record.ordered_at is not None:
            return False
        self._order(leaf)
        return True

    def _order(self, command: Command) -> None:
        self._happen(What.ORDERED, command.key)
        tries = self.state.record(command.key).tries
        self.orders.append(Order(f"{command.key}|do|{tries}", command.do))

    def _undo(self, final: Status, decision: Decision) -> "Turn":
        self._happen(What.UNDOING, final=final.value, decision_id=str(decision.id))
        return self._follow()

    def _undo_next(self) -> bool:
        """Last first: await what is in flight, then take back what was done, then what must be done instead."""
        commands = self.saga.commands
        if any(self.state.record(c.key).in_flight for c in commands):
            return False
        for command in reversed(commands):
            record = self.state.record(command.key)
            if record.done and command.undo is not None and not record.undone:
                if record.undo_ordered:
                    return False
                self._happen(What.UNDO_ORDERED, command.key)
                self.orders.append(Order(f"{command.key}|undo|1", command.undo))
                return True
        for command in (
            leaf for leaf in leaves(Sequence(tuple(self.saga.if_not()))) if isinstance(leaf, Command)
        ):
            record = self.state.record(command.key)
            if record.in_flight or record.failed:
                return False
            if not record.done:
                self._order(command)
                return True
        self._happen(What.ENDED, status=(self.state.final or Status.REFUSED).value)
        return False

    def _reset_approved(self) -> None:
        """The substance changed: in every track that had approved, the steps its policy names are asked again."""
        steps = self.saga.sign_offs
        approved = {
            s.organisation
            for s in steps
            if s.kind is StepKind.SUPPORT_ORGANISATION and self.state.record(s.key).outcome is Outcome.APPROVE
        }
        for step in steps:
            if (
                step.organisation in approved
                and step.reset_by_substance
                and self.state.record(step.key).outcome
            ):
                self._happen(What.RESET, step.key)

    # ---- time

    def _become_late(self) -> None:
        since = self.state.submitted_at
        if self.state.late or since is None or not self._due(since, self.saga.late_after_days):
            return
        self._happen(What.LATE)
        steps = [s for s in self.saga.sign_offs if self.state.record(s.key).is_open]
        causes = tuple(dict.fromkeys(cause_of(s, self.state.record(s.key)) for s in steps))
        self.notices.append(
            Notice("late", steps[0] if steps else None, persons=self.saga.applicants, causes=causes)
        )
        for organisation in dict.fromkeys(s.organisation for s in steps if s.organisation):
            self.notices.append(
                Notice("late", steps[0], organisation=organisation, roles=("lead",), causes=causes)
            )

    def _fire(self, step: SignOff, record: Record, since: datetime) -> None:
        deadlines = step.deadlines
        if deadlines.expires and self._due(since, deadlines.expires):
            self._happen(What.UNDOING, final=Status.EXPIRED.value)
            return
        weekly = deadlines.expires is None and self._due(since, repeat_day(deadlines, record))
        reminders = [d for d in deadlines.remind if self._due(since, d) and f"remind {d}" not in record.fired]
        if reminders:
            self._happen(What.REMINDED, step.key, fired=[f"remind {d}" for d in reminders])
            if not weekly:
                self._tell_holder("reminder", step)
            if deadlines.expires is not None and reminders[-1] == deadlines.remind[-1]:
                self.notices.append(Notice("expiry_warning", step, persons=self.saga.applicants[:1]))
        self._escalate(step, record, since)
        if weekly:
            self._make_known_again(step, since)

    def _escalate(self, step: SignOff, record: Record, since: datetime) -> None:
        deadlines = step.deadlines
        if deadlines.due and self._due(since, deadlines.due) and "due" not in record.fired:
            self._happen(What.REMINDED, step.key, fired=["due"])
            if step.kind is StepKind.HEAD_TEACHER:
                roles = ("officer", "lead")
                self.notices.append(Notice("overdue", step, organisation=step.organisation, roles=roles))
        for escalation in deadlines.escalate:
            name = f"escalate {escalation.days}"
            if self._due(since, escalation.days) and name not in record.fired:
                self._happen(What.REMINDED, step.key, fired=[name])
                organisation = escalation.organisation or step.organisation
                self.notices.append(
                    Notice("escalated", step, organisation=organisation, roles=escalation.roles)
                )

    def _make_known_again(self, step: SignOff, since: datetime) -> None:
        weeks = (self.state.waited(since, self.now).days - last_day(step.deadlines)) // REPEAT_DAYS
        self._happen(What.REMINDED, step.key, fired=[f"again {weeks}"])
        self._tell_holder("reminder", step)
        self.notices.append(Notice("escalated", step, organisation=step.organisation, roles=("lead",)))

    def _retry_commands(self) -> None:
        """A command that was answered with a failure is tried again, ever more slowly; operators are alerted by its age."""
        for command in [*self.saga.commands, *(c for c in leaves(Sequence(tuple(self.saga.if_not()))))]:
            record = self.state.record(command.key)
            if isinstance(command, Command) and record.failed and self.now >= retry_at(record):
                self._order(command)

    def _running(self) -> bool:
        return self.state.status is Status.RUNNING

    def _due(self, since: datetime, days: int) -> bool:
        return self.state.waited(since, self.now) >= timedelta(days=days)

    # ---- small things

    def _tell_holder(self, kind: str, step: SignOff) -> None:
        self.notices.append(Notice(kind, step, to_holder=True))

    def _waits_for(self, key: str) -> bool:
        ended = self.state.over or self.state.status is Status.UNDOING
        return self.state.record(key).is_open and not ended

    def _must_be_open(self, step: SignOff, seen_version: int | None) -> Record:
        record = self.state.record(step.key)
        if record.outcome is not None and step.key != self.state.asked_by:
            raise AlreadyDecided(
                outcome=record.outcome,
                by=str(record.decided_by) if record.decided_by else None,
                at=record.decided_at.isoformat() if record.decided_at else None,
            )
        if self.state.paused and (record.is_open or step.key == self.state.asked_by):
            raise OnHold
        if not record.is_open or self.state.status is not Status.RUNNING:
            raise NotOpen(status=self.state.status)
        if seen_version is not None and seen_version != record.version:
            raise NotOpen(status="changed", version=record.version)
        return record

    def _sign_off(self, key: str) -> SignOff:
        for step in self.saga.sign_offs:
            if step.key == key:
                return step
        raise NotOpen(status=self.state.status)

    def _happen(
        self,
        what: What,
        step: str = "",
        *,
        by: UUID | None = None,
        role: str = "",
        organisation: str = "",
        **data: Any,
    ) -> None:
        entry = Entry(what, self.now, step, by, role, organisation, data)
        self.state = fold(self.state, entry)
        self.entries.append(entry)


def retry_at(record: Record) -> datetime:
    """When a failed command is tried again."""
    if record.ordered_at is None:
        raise ValueError("a command that was never ordered cannot have failed")
    return record.ordered_at + RETRY_AFTER[min(record.tries, len(RETRY_AFTER)) - 1]


def last_day(deadlines: Deadlines) -> int:
    """The last day on which something is planned for a step."""
    return max((*deadlines.remind, *(e.days for e in deadlines.escalate), deadlines.due or 0))


def repeat_day(deadlines: Deadlines, record: Record) -> int:
    """When everything planned has been tried, a step is made known again every week until someone decides."""
    weeks = max((int(name.split()[1]) for name in record.fired if name.startswith("again ")), default=0)
    return last_day(deadlines) + (weeks + 1) * REPEAT_DAYS


def next_due(saga: Saga, state: State, now: datetime) -> datetime | None:
    """The next moment at which time itself makes something happen; None while paused or when over."""
    if state.over:
        return None
    moments: list[datetime] = [retry_at(r) for r in state.records.values() if r.failed and not r.done]
    if state.status is Status.RUNNING and state.submitted_at:
        if not state.late:
            moments.append(state.falls_due(state.submitted_at, saga.late_after_days, now))
        for step in saga.sign_offs:
            record = state.record(step.key)
            if not record.is_open or record.opened_at is None:
                continue
            days = [d for d in step.deadlines.remind if f"remind {d}" not in record.fired]
            days += [e.days for e in step.deadlines.escalate if f"escalate {e.days}" not in record.fired]
            if step.deadlines.due and "due" not in record.fired:
                days.append(step.deadlines.due)
            days.append(step.deadlines.expires or repeat_day(step.deadlines, record))
            moments += [state.falls_due(record.opened_at, d, now) for d in days]
    return min(moments, default=None)


def cause_of(step: SignOff, record: Record, own_organisation: str | None = None) -> Cause:
    """Why an open step keeps everything waiting; with `own_organisation`, seen from that side."""
    if step.kind is StepKind.PARTNER:
        return Cause.PARTNER_HAS_NOT_ACCEPTED
    if step.kind is StepKind.HEAD_TEACHER:
        return Cause.ADDRESS_BOUNCED if record.bounced else Cause.HEAD_TEACHER_PENDING
    if step.kind is StepKind.REGIONAL:
        return Cause.REGIONAL_PENDING
    elsewhere = own_organisation is not None and step.organisation != own_organisation
    return Cause.OTHER_ORGANISATION_PENDING if elsewhere else Cause.OWN_ORGANISATION_PENDING
