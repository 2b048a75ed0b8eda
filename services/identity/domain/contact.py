"""Two people: requests, contact and blocks, seen from either side."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.contract import NotFound
from services.identity.contract import (
    AlreadyInContact,
    Blocked,
    ContactAccepted,
    ContactDeclined,
    ContactRemoved,
    ContactRequested,
    ContactState,
    NotYourself,
    PersonBlocked,
    PersonUnblocked,
    TooManyRequests,
)

MOST_OPEN_REQUESTS = 30


class Standing(StrEnum):
    """How two people stand to each other, whichever of them looks; who asked is kept beside it."""

    NONE = "none"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


def ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """The pair's two ids, the lower first; raises `NotYourself`."""
    if one == other:
        raise NotYourself
    return (one, other) if one < other else (other, one)


def seen_as(standing: Standing, asked_by: UUID | None, viewer: UUID) -> ContactState:
    """The same standing from one side. Who declined sees nothing and may ask; who was declined sees that."""
    mine = asked_by == viewer
    match standing:
        case Standing.ASKED:
            return ContactState.SENT if mine else ContactState.RECEIVED
        case Standing.ACCEPTED:
            return ContactState.ACCEPTED
        case Standing.DECLINED:
            return ContactState.DECLINED if mine else ContactState.NONE
        case Standing.NONE:
            return ContactState.NONE


def room_for_another_request(open_requests: int) -> None:
    """Thirty requests may wait for an answer at a time; raises `TooManyRequests`. (b.12)"""
    if open_requests >= MOST_OPEN_REQUESTS:
        raise TooManyRequests(most=MOST_OPEN_REQUESTS)


@dataclass(eq=False)
class Pair:
    """Two people who have something to do with each other; one row, whoever began. (CO-03)"""

    id: UUID
    low_id: UUID
    high_id: UUID
    standing: Standing
    since: datetime
    asked_by: UUID | None = None
    message: str = ""
    blocked_by_low: bool = False
    blocked_by_high: bool = False
    version: int = 0

    def other(self, side: UUID) -> UUID:
        """The other one; raises `NotFound` for anybody who is neither."""
        if side not in (self.low_id, self.high_id):
            raise NotFound(what="Contact")
        return self.high_id if side == self.low_id else self.low_id

    def state_for(self, side: UUID) -> ContactState:
        return seen_as(self.standing, self.asked_by, side)

    def blocked_by(self, side: UUID) -> bool:
        return self.blocked_by_low if side == self.low_id else self.blocked_by_high

    @property
    def blocked(self) -> bool:
        return self.blocked_by_low or self.blocked_by_high

    def ask(self, by: UUID, message: str, at: datetime) -> ContactRequested | ContactAccepted:
        """Ask for contact; if the other one has asked already, both have what they want. (CO-03 CO-07)"""
        self.hide_if_blocked(by)
        if self.state_for(by) is ContactState.RECEIVED:
            return self.accept(by, at)
        if self.state_for(by) is not ContactState.NONE:
            raise AlreadyInContact(state=self.state_for(by))
        self._become(Standing.ASKED, at)
        self.asked_by, self.message = by, message
        return ContactRequested(self.id, by, self.other(by), at)

    def accept(self, by: UUID, at: datetime) -> ContactAccepted:
        """Say yes to a request; `from_id` is who says so. (CO-03)"""
        self._answerable(by)
        self._become(Standing.ACCEPTED, at)
        return ContactAccepted(self.id, by, self.other(by), at)

    def decline(self, by: UUID, at: datetime) -> ContactDeclined:
        """Say no to a request. (CO-03)"""
        self._answerable(by)
        self._become(Standing.DECLINED, at)
        self.message = ""
        return ContactDeclined(self.id, by, self.other(by), at)

    def remove(self, by: UUID, at: datetime) -> ContactRemoved:
        """End a contact, or take back a request. (CO-06)"""
        if self.state_for(by) not in (ContactState.ACCEPTED, ContactState.SENT):
            raise NotFound(what="Contact")
        self._forget(at)
        return ContactRemoved(self.id, by, self.other(by), at)

    def block(self, by: UUID, at: datetime) -> PersonBlocked | None:
        """Want nothing to do with the other one: contact and requests end; a second time changes nothing. (CO-11)"""
        other = self.other(by)
        if self.blocked_by(by):
            return None
        self._set_block(by, blocked=True)
        self._forget(at)
        return PersonBlocked(self.id, by, other, at)

    def unblock(self, by: UUID, at: datetime) -> PersonUnblocked | None:
        """Take one's own block back; the other's stays, and the contact does not come back. (CO-11)"""
        other = self.other(by)
        if not self.blocked_by(by):
            return None
        self._set_block(by, blocked=False)
        return PersonUnblocked(self.id, by, other, at)

    def hide_if_blocked(self, by: UUID) -> None:
        """Blocked people do not exist for each other; only who blocked is told why. (CO-11)"""
        if self.blocked_by(by):
            raise Blocked
        if self.blocked:
            raise NotFound(what="Person")

    def _answerable(self, by: UUID) -> None:
        self.other(by)
        self.hide_if_blocked(by)
        state = self.state_for(by)
        if state is ContactState.NONE:
            raise NotFound(what="Contact")
        if state is not ContactState.RECEIVED:
            raise AlreadyInContact(state=state)

    def _become(self, standing: Standing, at: datetime) -> None:
        self.standing, self.since = standing, at

    def _forget(self, at: datetime) -> None:
        self._become(Standing.NONE, at)
        self.asked_by, self.message = None, ""

    def _set_block(self, by: UUID, *, blocked: bool) -> None:
        if by == self.low_id:
            self.blocked_by_low = blocked
        else:
            self.blocked_by_high = blocked
