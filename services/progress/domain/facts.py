"""What somebody has done, so that it does not matter in which order, or how often, we hear of it. (PG-11)"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.progress.contract import Action

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Id = UUID | str
"""Somebody's id; its text where it came as such and only goes on to the database."""


def moment(at: datetime) -> int:
    """The rank of a word said at a moment: microseconds."""
    return (at - EPOCH) // MICROSECOND


class Word(NamedTuple):
    """Somebody has done something, or it is taken back (`holds` is false).

    One person, action and subject are one fact, and of what is said about it the word of the highest rank holds,
    a taking back before a doing of the same rank. `slot`: of what kind it is, where only so many of a kind count.
    `amount`: how many times, where the owner counts.
    """

    person_id: Id
    action: Action
    subject: str
    on: date
    rank: int
    holds: bool = True
    slot: str = ""
    amount: int = 1

    @property
    def fact(self) -> tuple[Id, Action, str]:
        """What it speaks of."""
        return self.person_id, self.action, self.subject


def done(person_id: Id, action: Action, subject: object, at: datetime, slot: object = "") -> Word:
    """Somebody has done this."""
    return Word(person_id, action, str(subject), at.date(), moment(at), slot=str(slot))


def undone(person_id: Id, action: Action, subject: object, at: datetime) -> Word:
    """It is taken back."""
    return Word(person_id, action, str(subject), at.date(), moment(at), holds=False)


def later_of(one: Word, other: Word) -> Word:
    """Which of two words about the same fact holds. In all that is counted commutative, associative, idempotent."""
    return max(one, other, key=lambda w: (w.rank, not w.holds, w.amount, w.slot))
