"""Who came where, for people's progress: ids and facts. (PG-06 PG-07 PG-11)"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, cast, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import UnitOfWork
from services.events.contract import EventDeeds, HeldMeetings, Seats
from services.events.store.tables import meeting, registration

_ids = bindparam("ids", type_=ARRAY(meeting.c.id.type))
_CAME = or_(registration.c.attended_at.is_not(None), registration.c.completed_at.is_not(None))
_SEATS = (
    select(
        cast(registration.c.meeting_id, Text),
        cast(registration.c.person_id, Text),
        meeting.c.kind,
        registration.c.attended_at,
        registration.c.completed_at,
    )
    .join(meeting, meeting.c.id == registration.c.meeting_id)
    .where(registration.c.person_id == any_(_ids), _CAME)
)
_HELD = select(
    cast(meeting.c.id, Text), cast(meeting.c.organiser_id, Text), meeting.c.attendees, meeting.c.held_at
).where(meeting.c.organiser_id == any_(_ids), meeting.c.held_at.is_not(None))


def deeds(uow: UnitOfWork, people: Sequence[UUID]) -> EventDeeds:
    """Where these people came, and which meetings they held."""
    seats, held = (uow.columns(statement, ids=list(people)) for statement in (_SEATS, _HELD))
    return EventDeeds(Seats(*seats), HeldMeetings(*held))
