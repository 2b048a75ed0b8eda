"""Private messages: who may write to whom, how often, and who sees what. (CO-08 to CO-11 b.12)"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.contract import Invalid, NotFound
from services.community.contract import (
    CannotBeReached,
    MessageSent,
    SameTextToMany,
    TooManyFirstMessages,
)
from services.community.domain.limits import MessageLimits

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody who is written to, as they stand to the sender at this moment.

    `reachable`: a validated member, or somebody who acts for a support service.
    """

    id: UUID
    contact: bool = False
    blocked: bool = False
    closed: bool = False
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class Approach:
    """A message to somebody who was a stranger then; `first` began a conversation."""

    to: UUID
    fingerprint: str
    first: bool
    at: datetime


@dataclass(eq=False)
class Thread:
    """A conversation between its people; who they are stays as it was begun. (CO-08 CO-09)"""

    id: UUID
    subject: str
    begun_by: UUID
    people: tuple[UUID, ...]
    begun_at: datetime
    post_id: UUID | None = None
    version: int = 0

    @classmethod
    def begin(
        cls, thread_id: UUID, by: UUID, to: tuple[UUID, ...], subject: str, post_id: UUID | None, at: datetime
    ) -> "Thread":
        """Somebody writes to others; raises `Invalid` for writing to oneself."""
        if by in to:
            raise Invalid(fields={"to": ["yourself"]})
        return cls(thread_id, subject, by, (by, *dict.fromkeys(to)), at, post_id)

    def others(self, person_id: UUID) -> tuple[UUID, ...]:
        """Everybody but this one; raises `NotFound` for who does not take part."""
        if person_id not in self.people:
            raise NotFound(what="Thread")
        return tuple(one for one in self.people if one != person_id)

    def other(self, person_id: UUID) -> UUID | None:
        """The other one of two; None in a group."""
        others = self.others(person_id)
        return others[0] if len(others) == 1 else None

    def said(self, message_id: UUID, by: UUID, to: tuple[UUID, ...], at: datetime) -> MessageSent:
        """Somebody has written."""
        return MessageSent(self.id, message_id, by, to, at)


def begin_with(wanted: Iterable[UUID], known: Iterable[Addressee]) -> tuple[Addressee, ...]:
    """Those to whom a first message goes: all that are wanted, or nobody.

    Raises `NotFound` for whoever does not exist for the sender, `CannotBeReached` for accounts under review. (CO-11)
    """
    found = {one.id: one for one in known}
    addressed = []
    for person_id in dict.fromkeys(wanted):
        one = found.get(person_id)
        if one is None or one.blocked or one.closed:
            raise NotFound(what="Person")
        if not one.reachable:
            raise CannotBeReached
        addressed.append(one)
    return tuple(addressed)


def who_gets_a_reply(people: Iterable[UUID], known: Iterable[Addressee]) -> tuple[Addressee, ...]:
    """Those of a conversation's people whom a reply reaches.

    Between two, a block hides the conversation; in a group the two only stop seeing each other's messages. (CO-11)
    """
    found = {one.id: one for one in known}
    others = [found[one] for one in people if one in found]
    if len(others) == 1 and others[0].blocked:
        raise NotFound(what="Thread")
    reached = tuple(one for one in others if not one.blocked and not one.closed and one.reachable)
    if not reached:
        raise CannotBeReached
    return reached


def strangers(addressed: Iterable[Addressee], have_written: Iterable[UUID]) -> frozenset[UUID]:
    """Neither contacts nor people who have themselves written to the sender."""
    known = frozenset(have_written)
    return frozenset(one.id for one in addressed if not one.contact and one.id not in known)


def check_approach(
    to: frozenset[UUID],
    fingerprint: str,
    lately: Iterable[Approach],
    *,
    first: bool,
    age: timedelta | None,
    now: datetime,
    limits: MessageLimits,
) -> None:
    """Raises `SameTextToMany` or `TooManyFirstMessages` for a message that looks like one of many. (CO-10 b.12)

    `to` are the strangers among those it goes to, `age` is that of the sender's account.
    """
    if not to:
        return
    before = list(lately)
    since = now - limits.same_text_period
    told_the_same = {one.to for one in before if one.fingerprint == fingerprint and one.at > since}
    if len(told_the_same | to) >= limits.same_text_strangers:
        raise SameTextToMany(most=limits.same_text_strangers - 1)
    if not first:
        return
    met_today = {one.to for one in before if one.first and one.at > now - A_DAY}
    most = limits.first_messages_a_day(age)
    if to - met_today and len(met_today | to) > most:
        raise TooManyFirstMessages(most=most)
