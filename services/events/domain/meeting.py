"""A meeting's rules: what it may say, who has a seat, who waits, when its room is open, and how it ends.

Whoever changes seats holds the meeting's row: its counters are the seats. (b.10)
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from services.events.contract import (
    Access,
    ActivityCompleted,
    ApplicationsOpened,
    Attended,
    CapacityTaken,
    CertificateIssued,
    CertificateKind,
    CrewStays,
    Kind,
    MeetingCancelled,
    MeetingChanged,
    MeetingHeld,
    MeetingPublished,
    MeetingSoon,
    MeetingState,
    Mode,
    NotPossibleAnyMore,
    NotTheHost,
    OfferLapsed,
    Phase,
    Place,
    Promotion,
    RegistrationNotOpen,
    RemovedFromRoom,
    RoomNotOpen,
    RuleFixed,
    SeatConfirmed,
    SeatLost,
    SeatNeeded,
    SeatOffered,
    SeatsDrawn,
    Selection,
    Sheet,
    SheetRefused,
)
from services.events.domain.drawing import seed_hash
from services.events.domain.limits import limits
from services.events.domain.registration import LIVE, Registration

ACTIVITIES = (
    Kind.LEARNING_EVENT,
    Kind.ONLINE_SEMINAR,
    Kind.WEBINAR,
    Kind.MOOC,
    Kind.SHORT_COURSE,
    Kind.ONSITE_WORKSHOP,
    Kind.CONTACT_SEMINAR,
    Kind.CONFERENCE,
    Kind.TEACHMEET,
)
DRAWN = (Selection.LOTTERY, Selection.PRIORITY)
COUNTED = {
    Place.PENDING: "pending",
    Place.WAITING: "waiting",
    Place.OFFERED: "offered",
    Place.CONFIRMED: "confirmed",
}
SHEET = tuple(field.name for field in fields(Sheet))
SUBSTANCE = ("mode", "starts_at", "ends_at", "place", "link", "time_zone")
LONGEST_SEMINAR = timedelta(hours=3)
LONGEST_LEARNING_EVENT = timedelta(weeks=3)
LONGEST = timedelta(days=400)


def check_sheet(sheet: Sheet, *, room_server: bool, at: datetime | None) -> None:
    """What does not go together, all of it at once; raises `SheetRefused`. With `at`, it must lie ahead."""
    wrong = dict(_wrong_times(sheet, at)) | dict(_wrong_place(sheet, room_server=room_server))
    if sheet.national and sheet.kind not in ACTIVITIES:
        wrong["national"] = "activities_only"
    if sheet.recorded and sheet.with_pupils:
        wrong["recorded"] = "never_with_pupils"
    if wrong:
        raise SheetRefused(fields={name: [code] for name, code in wrong.items()})


def _wrong_times(sheet: Sheet, at: datetime | None) -> Iterable[tuple[str, str]]:
    try:
        ZoneInfo(sheet.time_zone)
    except (KeyError, ValueError, OSError):
        yield "time_zone", "not_a_choice"
    length = sheet.ends_at - sheet.starts_at
    longest = {Kind.ONLINE_SEMINAR: LONGEST_SEMINAR, Kind.LEARNING_EVENT: LONGEST_LEARNING_EVENT}
    if length <= timedelta():
        yield "ends_at", "end_before_start"
    elif length > longest.get(sheet.kind, LONGEST):
        yield "ends_at", "too_long_for_its_kind"
    if at is not None and sheet.starts_at <= at:
        yield "starts_at", "in_the_past"
    opens, closes = sheet.registration_from, sheet.registration_until or sheet.starts_at
    if closes > sheet.ends_at:
        yield "registration_until", "after_the_end"
    if opens is not None and opens >= closes:
        yield "registration_from", "end_before_start"


def _wrong_place(sheet: Sheet, *, room_server: bool) -> Iterable[tuple[str, str]]:
    if sheet.mode is not Mode.ONLINE and not sheet.place:
        yield "place", "required"
    if sheet.mode is not Mode.ON_SITE and not sheet.link and not room_server:
        yield "link", "required"
    most = most_seats(sheet.mode, own_room=not sheet.link)
    if sheet.capacity > most:
        yield "capacity", f"too_large:{most}"


def most_seats(mode: Mode, *, own_room: bool) -> int:
    """A hundred in a room of ours; elsewhere as many as there is space for. (EV-04 b.10 1)"""
    return limits().room_capacity if mode is not Mode.ON_SITE and own_room else limits().most_capacity


@dataclass(eq=False)
class Meeting:
    """A meeting or activity from its announcement to its certificates."""

    id: UUID
    organiser_id: UUID
    created_at: datetime
    seed: str
    kind: Kind
    title: str
    description: str
    mode: Mode
    languages: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    capacity: int
    access: Access
    selection: Selection
    promotion: Promotion
    target: str
    place: str
    link: str
    registration_from: datetime | None
    registration_until: datetime | None
    instructions: str
    hours: int
    national: bool
    with_pupils: bool
    recorded: bool
    country: str | None = None
    organisation: str | None = None
    co_hosts: tuple[UUID, ...] = ()
    speakers: tuple[UUID, ...] = ()
    state: MeetingState = MeetingState.PUBLISHED
    pending: int = 0
    waiting: int = 0
    offered: int = 0
    confirmed: int = 0
    sequence: int = 0
    cancelled_reason: str = ""
    change_reason: str = ""
    changed_at: datetime | None = None
    drawn_at: datetime | None = None
    remind_at: datetime | None = None
    opens_at: datetime | None = None
    draw_at: datetime | None = None
    settle_at: datetime | None = None
    held_at: datetime | None = None
    attendees: int = 0
    version: int = 0

    @classmethod
    def announced(
        cls,
        meeting_id: UUID,
        organiser_id: UUID,
        sheet: Sheet,
        *,
        seed: str,
        country: str | None,
        organisation: str | None,
        review: bool,
        at: datetime,
    ) -> "Meeting":
        """A new meeting; with `review` it waits for an officer first. (EV-01 EV-21)"""
        made = cls(meeting_id, organiser_id, at, seed, **{name: getattr(sheet, name) for name in SHEET})
        made.country, made.organisation = country, organisation
        made.state = MeetingState.IN_REVIEW if review else MeetingState.PUBLISHED
        made.changed_at = at
        made._plan(at)
        return made

    # ---- what it is

    @property
    def sheet(self) -> Sheet:
        """All that was written about it."""
        return Sheet(**{name: getattr(self, name) for name in SHEET})

    @property
    def activity(self) -> bool:
        """Whether it is professional development."""
        return self.kind in ACTIVITIES

    @property
    def own_room(self) -> bool:
        """Whether it takes place in a room of the installation's own."""
        return self.mode is not Mode.ON_SITE and not self.link

    @property
    def closes_at(self) -> datetime:
        """When registration ends; at the start, unless something else was said."""
        return self.registration_until or self.starts_at

    @property
    def promotes_until(self) -> datetime:
        """Nobody is promoted later, since nobody would hear of it in time. (b.10 6)"""
        return self.starts_at - limits().cut_off

    @property
    def places_left(self) -> int:
        """Seats a newcomer may get now: none while anybody waits. (b.10 3)"""
        return 0 if self.waiting else max(0, self.capacity - self.taken)

    @property
    def taken(self) -> int:
        """Seats that are given or held for somebody."""
        return self.confirmed + self.offered

    @property
    def seed_hash(self) -> str:
        """What is known of the seed before the draw."""
        return seed_hash(self.seed) if self.selection in DRAWN else ""

    def phase(self, at: datetime) -> Phase:
        """Where registration stands: before its beginning, open until its end, closed after. (PD-04 b.10 13)"""
        if self.registration_from is not None and at < self.registration_from:
            return Phase.BEFORE
        if at >= self.closes_at or self.state is not MeetingState.PUBLISHED:
            return Phase.CLOSED
        return Phase.OPEN

    def over(self, at: datetime) -> bool:
        """Whether its end has come."""
        return at >= self.ends_at

    # ---- who is who

    @property
    def hosts(self) -> tuple[UUID, ...]:
        """The organiser and the co-hosts."""
        return (self.organiser_id, *self.co_hosts)

    @property
    def crew(self) -> tuple[UUID, ...]:
        """Hosts and speakers: not counted among the seats unless they registered. (b.10 9)"""
        return (*self.hosts, *self.speakers)

    def must_host(self, person_id: UUID) -> None:
        """Raises `NotTheHost`."""
        if person_id not in self.hosts:
            raise NotTheHost

    def must_be_on(self, at: datetime) -> None:
        """Raises `NotPossibleAnyMore` once it is cancelled or over."""
        if self.state is MeetingState.CANCELLED or self.over(at):
            raise NotPossibleAnyMore(state=self.state)

    # ---- its life

    def published(self, at: datetime) -> MeetingPublished:
        """It is there."""
        self.state = MeetingState.PUBLISHED
        return MeetingPublished(self.id, self.organiser_id, self.kind, self.access is Access.PUBLIC, at)

    def change(
        self, sheet: Sheet, reason: str, *, room_server: bool, by: UUID, at: datetime
    ) -> MeetingChanged:
        """Say something new. Nobody loses a seat by it; what concerns the registered needs a reason. (EV-15)

        Raises `CapacityTaken` (b.10 7), `RuleFixed`, `SheetRefused`, `NotPossibleAnyMore`.
        """
        self.must_host(by)
        self.must_be_on(at)
        begun = at >= self.starts_at
        check_sheet(sheet, room_server=room_server, at=None if begun else at)
        if sheet.capacity < self.taken:
            raise CapacityTaken(confirmed=self.taken, fields={"capacity": [f"too_small:{self.taken}"]})
        if (
            sheet.selection is not self.selection
            and self._applied
            and ({sheet.selection, self.selection} & set(DRAWN))
        ):
            raise RuleFixed(selection=self.selection)
        substance = any(getattr(sheet, name) != getattr(self, name) for name in SUBSTANCE)
        if substance and self._applied and not reason:
            raise SheetRefused(fields={"reason": ["required"]})
        for name in SHEET:
            setattr(self, name, getattr(sheet, name))
        self.change_reason = reason or self.change_reason
        self.sequence += 1
        self.changed_at = at
        self._plan(at)
        return MeetingChanged(self.id, by, substance, self.sequence, at)

    @property
    def _applied(self) -> int:
        return self.taken + self.waiting + self.pending

    def cancel(self, reason: str, *, by: UUID, at: datetime) -> MeetingCancelled:
        """It does not take place; everybody registered is told why. (EV-15 b.10 12)"""
        self.must_host(by)
        self.must_be_on(at)
        self.state, self.cancelled_reason, self.changed_at = MeetingState.CANCELLED, reason, at
        self.sequence += 1
        self.remind_at = self.opens_at = self.draw_at = self.settle_at = None
        return MeetingCancelled(self.id, by, self.sequence, at)

    def name_crew(
        self, co_hosts: tuple[UUID, ...], speakers: tuple[UUID, ...], *, by: UUID, at: datetime
    ) -> MeetingChanged:
        """Say who hosts and speaks; by the organiser, of whom nobody can take it away. (EV-17)"""
        if by != self.organiser_id:
            raise NotTheHost
        self.co_hosts = tuple(p for p in dict.fromkeys(co_hosts) if p != self.organiser_id)
        self.speakers = tuple(dict.fromkeys(speakers))
        self.sequence += 1
        self.changed_at = at
        return MeetingChanged(self.id, by, False, self.sequence, at)

    # ---- seats

    def register(self, registration: Registration, *, at: datetime) -> SeatConfirmed | None:
        """A seat, an application, or the end of the waiting list. (EV-08 EV-09 b.10 1-3)

        Raises `RegistrationNotOpen`, `NotPossibleAnyMore`.
        """
        self.must_be_on(at)
        phase = self.phase(at)
        if phase is not Phase.OPEN:
            raise RegistrationNotOpen(phase=phase)
        if self._asks_first:
            self._move(registration, Place.PENDING)
            return None
        return self._seat_or_line(registration, at, promoted=False)

    @property
    def _asks_first(self) -> bool:
        return self.selection is Selection.ORGANISER or (self.selection in DRAWN and self.drawn_at is None)

    def _seat_or_line(
        self, registration: Registration, at: datetime, *, promoted: bool
    ) -> SeatConfirmed | None:
        if self.places_left:
            return self._confirm(registration, at, promoted=promoted)
        self._move(registration, Place.WAITING)
        return None

    def approve(self, registration: Registration, *, by: UUID, at: datetime) -> SeatConfirmed | None:
        """The organiser says yes: a seat if one is free and nobody waits, else the waiting list. (EV-08)"""
        self.must_host(by)
        self.must_be_on(at)
        registration.must_be(Place.PENDING)
        return self._seat_or_line(registration, at, promoted=True)

    def refuse(self, registration: Registration, reason: str, *, by: UUID, at: datetime) -> SeatLost:
        """The organiser says no, and why. (EV-08)"""
        self.must_host(by)
        registration.must_be(Place.PENDING, Place.WAITING)
        registration.reason = reason
        return self._lose(registration, Place.REFUSED, at)

    def withdraw(self, registration: Registration, *, at: datetime) -> SeatLost:
        """Always possible before the end, however one came in. (b.10 10)"""
        if self.over(at):
            raise NotPossibleAnyMore(state=self.state)
        registration.must_be(*LIVE)
        return self._lose(registration, Place.WITHDRAWN, at)

    def may_promote(self, at: datetime) -> bool:
        """Whether the head of the list gets a seat now: never after the cut-off. (b.10 6)"""
        on = self.state is MeetingState.PUBLISHED and at < self.promotes_until
        return on and self.waiting > 0 and self.taken < self.capacity

    def promote(self, head: Registration, *, at: datetime) -> SeatConfirmed | SeatOffered:
        """The head of the list gets the free seat, or is offered it for a day. (b.10 3-5)"""
        head.must_be(Place.WAITING)
        if self.promotion is Promotion.AUTO:
            return self._confirm(head, at, promoted=True)
        self._move(head, Place.OFFERED)
        head.offered_until = min(at + limits().offer_holds, self.starts_at)
        return SeatOffered(head.id, self.id, head.person_id, head.offered_until, at)

    def accept(self, registration: Registration, *, at: datetime) -> SeatConfirmed:
        """The offered seat is taken; raises `OfferLapsed` when it was too late. (b.10 4)"""
        self.must_be_on(at)
        if registration.place is Place.LAPSED or (
            registration.offered_until is not None and at >= registration.offered_until
        ):
            raise OfferLapsed
        registration.must_be(Place.OFFERED)
        return self._confirm(registration, at, promoted=False)

    def lapse(self, registration: Registration, *, at: datetime) -> SeatLost:
        """Nobody took the offered seat in time. (b.10 4)"""
        registration.must_be(Place.OFFERED)
        return self._lose(registration, Place.LAPSED, at)

    def sort_anew(self, registrations: Iterable[Registration]) -> None:
        """Who waits follows the rule there is now: an application where the organiser decides, else the line. (b.10 8)"""
        for one in registrations:
            if one.place is Place.WAITING and self.selection is Selection.ORGANISER:
                self._move(one, Place.PENDING)
            elif one.place is Place.PENDING and self.selection is Selection.FIRST_COME:
                self._move(one, Place.WAITING)

    def seat_drawn(self, ordered: Iterable[Registration], *, at: datetime) -> list[SeatConfirmed]:
        """Seats in the order of the draw, the rest on the waiting list in that order. (EV-22 b.10 14)"""
        confirmed = []
        for rank, one in enumerate(ordered):
            one.rank = rank
            if self.taken < self.capacity:
                confirmed.append(self._confirm(one, at, promoted=True))
            else:
                self._move(one, Place.WAITING)
        return confirmed

    def drawn(self, applicants: int, seats: int, *, at: datetime) -> SeatsDrawn:
        """The draw is made, once."""
        self.drawn_at, self.draw_at = at, None
        return SeatsDrawn(self.id, applicants, seats, at)

    def _confirm(self, registration: Registration, at: datetime, *, promoted: bool) -> SeatConfirmed:
        self._move(registration, Place.CONFIRMED)
        registration.offered_until = None
        return SeatConfirmed(registration.id, self.id, registration.person_id, at, promoted)

    def _lose(self, registration: Registration, place: Place, at: datetime) -> SeatLost:
        self._move(registration, place)
        registration.offered_until = None
        return SeatLost(registration.id, self.id, registration.person_id, place, at)

    def _move(self, registration: Registration, place: Place) -> None:
        """The counters follow the places: nothing else changes either."""
        before, after = COUNTED.get(registration.place), COUNTED.get(place)
        if before:
            setattr(self, before, getattr(self, before) - 1)
        if after:
            setattr(self, after, getattr(self, after) + 1)
        registration.place = place
        self.version += 1
        registration.version += 1

    # ---- the room and who came

    def room_opens_at(self, person_id: UUID) -> datetime:
        """24 hours before for hosts and speakers, half an hour before for everybody else. (EV-16)"""
        before = limits().room_for_hosts if person_id in self.crew else limits().room_for_participants
        return self.starts_at - before

    def enter(self, person_id: UUID, registration: Registration | None, *, at: datetime) -> Attended | None:
        """Let somebody in; the first entry of a participant is attendance.

        Raises `SeatNeeded`, `RoomNotOpen`, `RemovedFromRoom`.
        """
        self.must_be_on(at)
        seated = registration is not None and registration.place is Place.CONFIRMED
        if person_id not in self.crew and not seated:
            raise SeatNeeded
        opens = self.room_opens_at(person_id)
        if at < opens or self.mode is Mode.ON_SITE:
            raise RoomNotOpen(opens_at=opens.isoformat())
        if registration is not None and registration.removed_at is not None and person_id not in self.crew:
            raise RemovedFromRoom
        if registration is None or not seated or at < self.starts_at - limits().room_for_participants:
            return None
        return self.attended(registration, at=at)

    def holds_people(self, at: datetime) -> bool:
        """Whether participants may be in a room of the installation's own by now. (EV-16)"""
        return self.own_room and at >= self.starts_at - limits().room_for_participants and not self.over(at)

    def expel(self, registration: Registration, *, by: UUID, at: datetime) -> None:
        """A host removes somebody from the room until a host lets them in again. (EV-04)"""
        self.must_host(by)
        self.must_be_on(at)
        if registration.person_id in self.crew:
            raise CrewStays
        registration.must_be(Place.CONFIRMED)
        registration.removed_at = registration.removed_at or at

    def readmit(self, registration: Registration, *, by: UUID) -> None:
        """A host lets them in again. (EV-04)"""
        self.must_host(by)
        registration.removed_at = None

    def attended(self, registration: Registration, *, at: datetime) -> Attended | None:
        """Somebody came; said once. (EV-14)"""
        registration.must_be(Place.CONFIRMED)
        if registration.attended_at is not None:
            return None
        registration.attended_at, registration.no_show_at = at, None
        return Attended(registration.id, self.id, registration.person_id, self.kind, at)

    def complete(
        self, registration: Registration, hours: int, *, by: UUID, at: datetime
    ) -> ActivityCompleted:
        """Organiser or tutor: this person has completed the activity with so many hours. (PD-10)"""
        if by not in self.crew:
            raise NotTheHost
        if not self.activity or at < self.starts_at:
            raise NotPossibleAnyMore(state=self.state)
        registration.must_be(Place.CONFIRMED)
        registration.completed_at, registration.hours = at, hours
        return ActivityCompleted(registration.id, self.id, registration.person_id, self.kind, hours, at)

    def certify(self, registration: Registration, number: str, *, at: datetime) -> CertificateIssued | None:
        """A number for whoever came to the end of a meeting or completed an activity; once. (EV-14 PD-10)"""
        earned = registration.completed_at or (registration.attended_at and self.over(at))
        if registration.certificate or not earned or self.state is MeetingState.CANCELLED:
            return None
        registration.certificate, registration.certificate_at = number, at
        return CertificateIssued(registration.id, self.id, registration.person_id, at)

    # ---- what falls due

    def _plan(self, at: datetime) -> None:
        """When something happens by itself next."""
        coming = [self.starts_at - timedelta(hours=hours) for hours in limits().reminders]
        self.remind_at = next((moment for moment in coming if moment > at), None)
        opens = self.registration_from
        self.opens_at = opens if opens is not None and opens > at else None
        self.draw_at = self.closes_at if self.selection in DRAWN and self.drawn_at is None else None
        self.settle_at = self.ends_at + limits().settles_after

    def remind(self, *, at: datetime) -> MeetingSoon | None:
        """Who is registered is reminded; of reminders that were missed, only the latest. (EV-15)"""
        due = [h for h in limits().reminders if self.starts_at - timedelta(hours=h) <= at]
        left = [self.starts_at - timedelta(hours=h) for h in limits().reminders if h not in due]
        self.remind_at = min(left, default=None)
        if at >= self.starts_at or self.state is not MeetingState.PUBLISHED or not due:
            return None
        return MeetingSoon(self.id, min(due), at)

    def open(self, *, at: datetime) -> ApplicationsOpened:
        """Registration has begun. (PD-05)"""
        self.opens_at = None
        return ApplicationsOpened(self.id, at)

    def settle(self, registrations: Iterable[Registration], *, at: datetime) -> MeetingHeld:
        """It is over: who did not come is noted, if anybody's coming was noted at all. (b.10 15)"""
        seated = [one for one in registrations if one.place is Place.CONFIRMED]
        came = [one for one in seated if one.attended_at or one.completed_at]
        for one in seated if came else ():
            if one not in came:
                one.no_show_at = self.ends_at
        if self.state is MeetingState.PUBLISHED:
            self.state = MeetingState.HELD
        self.settle_at = self.remind_at = None
        self.held_at, self.attendees = at, len(came)
        return MeetingHeld(self.id, self.organiser_id, len(came), at)

    @property
    def certificate_kind(self) -> CertificateKind:
        """What its certificates say."""
        return CertificateKind.COMPLETION if self.activity else CertificateKind.ATTENDANCE
