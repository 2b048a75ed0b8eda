"""The audit trail and the state it folds to.

An `Entry` is one thing that happened; `fold` is the only place that changes a state. Entries are chained by hash,
so that a line taken out or changed afterwards shows.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis.contract import plain
from services.approvals.contract import Outcome, Status


class What(StrEnum):
    """Everything that can happen to a saga."""

    STARTED = "started"
    OPENED = "opened"
    DECIDED = "decided"
    REOPENED = "reopened"
    RESET = "reset"
    ORDERED = "ordered"
    DONE = "done"
    FAILED = "failed"
    UNDO_ORDERED = "undo_ordered"
    UNDONE = "undone"
    PAUSED = "paused"
    RESUMED = "resumed"
    EDITED = "edited"
    REMINDED = "reminded"
    NUDGED = "nudged"
    NOTICE_SENT_AGAIN = "notice_sent_again"
    BOUNCED = "bounced"
    ADDRESS_CORRECTED = "address_corrected"
    LATE = "late"
    UNDOING = "undoing"
    ENDED = "ended"
    REFUSED_ATTEMPT = "refused_attempt"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail: what happened, when (business time, UTC), to which step, by whom and on whose behalf."""

    what: What
    at: datetime
    step: str = ""
    by: UUID | None = None
    role: str = ""
    organisation: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """How one step stands. `round` counts openings, `version` everything its holder should look at anew."""

    opened_at: datetime | None = None
    round: int = 0
    version: int = 0
    outcome: Outcome | None = None
    decided_at: datetime | None = None
    decided_by: UUID | None = None
    decided_for: str = ""
    decision_id: UUID | None = None
    fired: tuple[str, ...] = ()
    nudged_at: datetime | None = None
    bounced: bool = False
    tries: int = 0
    ordered_at: datetime | None = None
    done: bool = False
    failed: str = ""
    undo_ordered: bool = False
    undone: bool = False

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None and self.outcome is None

    @property
    def finished(self) -> bool:
        return self.outcome is Outcome.APPROVE or self.done

    @property
    def in_flight(self) -> bool:
        """A command that was sent and not answered."""
        return self.ordered_at is not None and not self.done and not self.failed


@dataclass(frozen=True, slots=True)
class Pause:
    """A time during which no clock runs."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A saga as it stands: the trail, folded."""

    status: Status = Status.RUNNING
    submitted_at: datetime | None = None
    records: dict[str, Record] = field(default_factory=dict)
    pauses: tuple[Pause, ...] = ()
    asked_by: str = ""
    substance_edited: bool = False
    late: bool = False
    final: Status | None = None
    decision_id: UUID | None = None
    ended_at: datetime | None = None
    sequence: int = 0

    def record(self, key: str) -> Record:
        return self.records.get(key, Record())

    @property
    def over(self) -> bool:
        return self.ended_at is not None

    @property
    def paused(self) -> bool:
        return self.status is Status.CHANGES_REQUESTED

    def waited(self, since: datetime, now: datetime) -> timedelta:
        """Time passed since then, pauses not counted."""
        return now - since - self.paused_between(since, now)

    def paused_between(self, since: datetime, until: datetime) -> timedelta:
        total = timedelta()
        for pause in self.pauses:
            overlap = min(pause.until or until, until) - max(pause.since, since)
            total += max(overlap, timedelta())
        return total

    def falls_due(self, since: datetime, days: int, now: datetime) -> datetime:
        """When so many days will have passed since then; while paused, as if work went on now."""
        return since + timedelta(days=days) + self.paused_between(since, now)


def fold(state: State, entry: Entry) -> State:
    """The state after one more entry. Pure and total: it trusts the trail."""
    state = replace(state, sequence=state.sequence + 1)
    change = _CHANGES.get(entry.what)
    return change(state, entry) if change else state


def fold_all(entries: Iterable[Entry]) -> State:
    """The state a whole trail tells."""
    state = State()
    for entry in entries:
        state = fold(state, entry)
    return state


def _with(state: State, key: str, **changes: Any) -> State:
    return replace(state, records={**state.records, key: replace(state.record(key), **changes)})


def _started(state: State, entry: Entry) -> State:
    return replace(state, submitted_at=entry.at)


def _opened(state: State, entry: Entry) -> State:
    old = state.record(entry.step)
    fresh = Record(opened_at=entry.at, round=old.round + 1, version=old.version + 1)
    return replace(state, records={**state.records, entry.step: fresh})


def _decided(state: State, entry: Entry) -> State:
    return _with(
        state,
        entry.step,
        outcome=Outcome(entry.data["outcome"]),
        decided_at=entry.at,
        decided_by=entry.by,
        decided_for=entry.organisation,
        decision_id=UUID(entry.data["decision_id"]),
    )


def _reopened(state: State, entry: Entry) -> State:
    """The step waits again from now on: after changes, or because the substance changed."""
    return _opened(state, entry)


def _reset(state: State, entry: Entry) -> State:
    """The step is to be asked again when its turn comes."""
    old = state.record(entry.step)
    return replace(state, records={**state.records, entry.step: Record(round=old.round, version=old.version)})


def _ordered(state: State, entry: Entry) -> State:
    tries = state.record(entry.step).tries + 1
    status = Status.OPENING if state.status is Status.RUNNING else state.status
    return replace(_with(state, entry.step, ordered_at=entry.at, tries=tries, failed=""), status=status)


def _done(state: State, entry: Entry) -> State:
    return _with(state, entry.step, done=True)


def _failed(state: State, entry: Entry) -> State:
    return _with(state, entry.step, failed=str(entry.data.get("code", "")))


def _undo_ordered(state: State, entry: Entry) -> State:
    return _with(state, entry.step, undo_ordered=True)


def _undone(state: State, entry: Entry) -> State:
    return _with(state, entry.step, undone=True)


def _paused(state: State, entry: Entry) -> State:
    return replace(
        state,
        status=Status.CHANGES_REQUESTED,
        asked_by=entry.step,
        substance_edited=False,
        pauses=(*state.pauses, Pause(entry.at)),
    )


def _resumed(state: State, entry: Entry) -> State:
    closed = tuple(replace(p, until=entry.at) if p.until is None else p for p in state.pauses)
    return replace(state, status=Status.RUNNING, asked_by="", pauses=closed)


def _edited(state: State, entry: Entry) -> State:
    state = replace(state, substance_edited=state.substance_edited or bool(entry.data.get("substance")))
    records = {k: replace(r, version=r.version + 1) if r.is_open else r for k, r in state.records.items()}
    return replace(state, records=records)


def _reminded(state: State, entry: Entry) -> State:
    fired = tuple(dict.fromkeys((*state.record(entry.step).fired, *entry.data["fired"])))
    return _with(state, entry.step, fired=fired)


def _nudged(state: State, entry: Entry) -> State:
    return _with(state, entry.step, nudged_at=entry.at)


def _bounced(state: State, entry: Entry) -> State:
    return _with(state, entry.step, bounced=True)


def _address_corrected(state: State, entry: Entry) -> State:
    return _with(state, entry.step, bounced=False)


def _late(state: State, _entry: Entry) -> State:
    return replace(state, late=True)


def _undoing(state: State, entry: Entry) -> State:
    closed = tuple(replace(p, until=entry.at) if p.until is None else p for p in state.pauses)
    decision = entry.data.get("decision_id")
    return replace(
        state,
        status=Status.UNDOING,
        final=Status(entry.data["final"]),
        decision_id=UUID(decision) if decision else None,
        pauses=closed,
    )


def _ended(state: State, entry: Entry) -> State:
    return replace(state, status=Status(entry.data["status"]), ended_at=entry.at)


_CHANGES = {
    What.STARTED: _started,
    What.OPENED: _opened,
    What.DECIDED: _decided,
    What.REOPENED: _reopened,
    What.RESET: _reset,
    What.ORDERED: _ordered,
    What.DONE: _done,
    What.FAILED: _failed,
    What.UNDO_ORDERED: _undo_ordered,
    What.UNDONE: _undone,
    What.PAUSED: _paused,
    What.RESUMED: _resumed,
    What.EDITED: _edited,
    What.REMINDED: _reminded,
    What.NUDGED: _nudged,
    What.BOUNCED: _bounced,
    What.ADDRESS_CORRECTED: _address_corrected,
    What.LATE: _late,
    What.UNDOING: _undoing,
    What.ENDED: _ended,
}


def digest(previous: str, sequence: int, entry: Entry) -> str:
    """The hash that chains an entry to the one before; the same whatever order a store gives back its keys in."""
    said = json.dumps(plain(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}:{sequence}:{said}".encode()).hexdigest()
