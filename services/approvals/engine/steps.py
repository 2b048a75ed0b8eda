"""What a saga's page is written with: sign-offs and commands, one after another or side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.contract import Call
from services.approvals.contract import Outcome, StepKind


@dataclass(frozen=True, slots=True)
class Escalation:
    """After so many days the holders of `roles` in `organisation` are told; none means the step's own."""

    days: int
    roles: tuple[str, ...]
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Days after a step opened, pauses not counted. (DOMAIN b.3 as configuration)"""

    remind: tuple[int, ...] = ()
    due: int | None = None
    escalate: tuple[Escalation, ...] = ()
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """Somebody must say yes: a person, a school's head teacher or an organisation (`holder` is the id)."""

    key: str
    kind: StepKind
    holder: str
    country: str
    organisation: str | None
    school_id: UUID | None
    person_id: UUID
    deadlines: Deadlines
    outcomes: tuple[Outcome, ...] = (Outcome.APPROVE, Outcome.REFUSE, Outcome.REQUEST_CHANGES)
    reset_by_substance: bool = True

    @property
    def names_a_person(self) -> bool:
        return self.kind is StepKind.PARTNER


@dataclass(frozen=True, slots=True)
class Command:
    """Another service must do something; `undo` takes it back; a `pivot` cannot be taken back."""

    key: str
    do: Call[Any]
    undo: Call[Any] | None = None
    pivot: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Steps one after another."""

    steps: tuple["Step", ...]


@dataclass(frozen=True, slots=True)
class Parallel:
    """Steps side by side."""

    steps: tuple["Step", ...]


Step = SignOff | Command | Sequence | Parallel


def sequence(steps: Iterable[Step]) -> Sequence:
    """One after another."""
    return Sequence(tuple(steps))


def parallel(steps: Iterable[Step]) -> Parallel:
    """Side by side; done when all are."""
    return Parallel(tuple(steps))


def leaves(step: Step) -> Iterator[SignOff | Command]:
    """Every sign-off and command below, in order."""
    if isinstance(step, Sequence | Parallel):
        for child in step.steps:
            yield from leaves(child)
    else:
        yield step


def frontier(step: Step, finished: set[str]) -> list[SignOff | Command]:
    """The sign-offs and commands whose turn it is: nothing before them is unfinished."""
    if isinstance(step, Sequence):
        for child in step.steps:
            open_ones = frontier(child, finished)
            if open_ones:
                return open_ones
        return []
    if isinstance(step, Parallel):
        return [leaf for child in step.steps for leaf in frontier(child, finished)]
    return [] if step.key in finished else [step]


__all__ = [
    "Command",
    "Deadlines",
    "Escalation",
    "Parallel",
    "Sequence",
    "SignOff",
    "Step",
    "frontier",
    "leaves",
    "parallel",
    "sequence",
]
