"""Who came where, for people's progress: ids and facts. (PG-06 PG-07 PG-11)"""

from uuid import UUID

from sqlalchemy import func, or_, select

from chassis.store import UnitOfWork
from services.events.contract import HeldMeeting, HeldMeetings, SeatHistories, SeatHistory
from services.events.store.tables import meeting, registration

PAGE = 500
_CAME = or_(registration.c.attended_at.is_not(None), registration.c.completed_at.is_not(None))
_SEATS = (
    select(
        registration.c.id,
        registration.c.meeting_id,
        registration.c.person_id,
        registration.c.attended_at,
        registration.c.completed_at,
        meeting.c.kind,
    )
    .join(meeting, meeting.c.id == registration.c.meeting_id)
    .where(_CAME)
    .order_by(registration.c.id)
    .limit(PAGE)
)
_HELD = (
    select(meeting.c.id, meeting.c.organiser_id, meeting.c.attendees, meeting.c.held_at)
    .where(meeting.c.held_at.is_not(None))
    .order_by(meeting.c.id)
    .limit(PAGE)
)


def seats(uow: UnitOfWork, after: UUID | None) -> SeatHistories:
    """The next 500 who came."""
    rows = uow.rows(_SEATS.where(registration.c.id > after) if after else _SEATS)
    found = tuple(
        SeatHistory(
            registration_id=row["id"],
            meeting_id=row["meeting_id"],
            person_id=row["person_id"],
            kind=row["kind"],
            attended_at=row["attended_at"],
            completed_at=row["completed_at"],
        )
        for row in rows
    )
    total = None if after else uow.rows(select(func.count(registration.c.id).label("n")).where(_CAME))[0]["n"]
    return SeatHistories(found, total)


def held(uow: UnitOfWork, after: UUID | None) -> HeldMeetings:
    """The next 500 meetings that are over."""
    rows = uow.rows(_HELD.where(meeting.c.id > after) if after else _HELD)
    found = tuple(
        HeldMeeting(row["id"], row["organiser_id"], row["attendees"], row["held_at"]) for row in rows
    )
    total = None if after else uow.rows(select(func.count(meeting.c.held_at).label("n")))[0]["n"]
    return HeldMeetings(found, total)
