"""Where meetings, seats and all around them are kept."""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import Moment, choice, document, new_registry
from services.events.contract import (
    Access,
    Kind,
    MeetingState,
    Mode,
    Place,
    Promotion,
    Selection,
    Ticket,
)
from services.events.domain import Meeting, Registration

registry = new_registry()
metadata = registry.metadata
_id = Uuid()
LIVE = "place IN ('pending', 'waiting', 'offered', 'confirmed')"

meeting = Table(
    "meeting",
    metadata,
    Column("id", _id, primary_key=True),
    Column("organiser_id", _id, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("seed", String(64), nullable=False),
    Column("kind", choice(Kind), nullable=False),
    Column("title", String(120), nullable=False),
    Column("description", Text, nullable=False),
    Column("mode", choice(Mode), nullable=False),
    Column("languages", document(tuple[str, ...]), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("access", choice(Access), nullable=False),
    Column("selection", choice(Selection), nullable=False),
    Column("promotion", choice(Promotion), nullable=False),
    Column("target", String(200), nullable=False),
    Column("place", String(200), nullable=False),
    Column("link", String(500), nullable=False),
    Column("registration_from", Moment),
    Column("registration_until", Moment),
    Column("instructions", Text, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("national", Boolean, nullable=False),
    Column("with_pupils", Boolean, nullable=False),
    Column("recorded", Boolean, nullable=False),
    Column("country", String(2)),
    Column("organisation", String(60)),
    Column("co_hosts", document(tuple[UUID, ...]), nullable=False),
    Column("speakers", document(tuple[UUID, ...]), nullable=False),
    Column("crew_ids", ARRAY(_id), nullable=False, server_default="{}"),
    Column("state", choice(MeetingState), nullable=False),
    Column("pending", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("offered", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("cancelled_reason", Text, nullable=False),
    Column("change_reason", Text, nullable=False),
    Column("changed_at", Moment),
    Column("drawn_at", Moment),
    Column("remind_at", Moment),
    Column("opens_at", Moment),
    Column("draw_at", Moment),
    Column("settle_at", Moment),
    Column("held_at", Moment),
    Column("attendees", Integer, nullable=False, server_default="0"),
    Column("search", Text, nullable=False, server_default=""),
    Column("version", BigInteger, nullable=False),
)
LISTED = "access = 'public' AND state <> 'in_review'"
Index("ix_meeting_by_start", meeting.c.starts_at, meeting.c.id, postgresql_where=text(LISTED))
Index("ix_meeting_by_end", meeting.c.ends_at, postgresql_where=text(LISTED))
Index(
    "ix_meeting_search", meeting.c.search, postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}
)
Index("ix_meeting_crew_ids", meeting.c.crew_ids, postgresql_using="gin")
Index("ix_meeting_in_review", meeting.c.created_at, postgresql_where=text("state = 'in_review'"))
for _due in ("remind_at", "opens_at", "draw_at", "settle_at"):
    Index(f"ix_meeting_{_due}", meeting.c[_due], postgresql_where=text(f"{_due} IS NOT NULL"))

registry.map_imperatively(
    Meeting,
    meeting,
    version_id_col=meeting.c.version,
    version_id_generator=False,
    properties={"crew_ids": meeting.c.crew_ids, "search": meeting.c.search},
)

registration = Table(
    "registration",
    metadata,
    Column("id", _id, primary_key=True),
    Column("meeting_id", _id, ForeignKey("meeting.id"), nullable=False, index=True),
    Column("person_id", _id, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("country", String(2)),
    Column("place", choice(Place), nullable=False),
    Column("rank", Integer),
    Column("offered_until", Moment),
    Column("reason", Text, nullable=False),
    Column("attended_at", Moment),
    Column("completed_at", Moment),
    Column("hours", Integer, nullable=False),
    Column("certificate", String(40), unique=True),
    Column("certificate_at", Moment),
    Column("no_show_at", Moment),
    Column("settled", Boolean, nullable=False),
    Column("removed_at", Moment),
    Column("version", BigInteger, nullable=False),
)
Index(
    "uq_registration_live",
    registration.c.meeting_id,
    registration.c.person_id,
    unique=True,
    postgresql_where=text(LIVE),
)
Index("ix_registration_person", registration.c.person_id, registration.c.asked_at.desc())
Index(
    "ix_registration_line",
    registration.c.meeting_id,
    registration.c.rank.nulls_last(),
    registration.c.asked_at,
    registration.c.id,
    postgresql_where=text("place = 'waiting'"),
)
Index(
    "ix_registration_offered_until",
    registration.c.offered_until,
    postgresql_where=text("place = 'offered'"),
)
Index(
    "ix_registration_uncertified",
    registration.c.meeting_id,
    postgresql_where=text("certificate IS NULL AND (attended_at IS NOT NULL OR completed_at IS NOT NULL)"),
)

registry.map_imperatively(
    Registration, registration, version_id_col=registration.c.version, version_id_generator=False
)

invitation = Table(
    "invitation",
    metadata,
    Column("meeting_id", _id, ForeignKey("meeting.id"), primary_key=True),
    Column("person_id", _id, primary_key=True, index=True),
    Column("by", _id, nullable=False),
    Column("at", Moment, nullable=False),
)

wish = Table(
    "wish",
    metadata,
    Column("meeting_id", _id, ForeignKey("meeting.id"), primary_key=True),
    Column("person_id", _id, primary_key=True),
    Column("at", Moment, nullable=False),
)

draw = Table(
    "draw",
    metadata,
    Column("meeting_id", _id, ForeignKey("meeting.id"), primary_key=True),
    Column("selection", choice(Selection), nullable=False),
    Column("seed", String(64), nullable=False),
    Column("drawn_at", Moment, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("tickets", document(tuple[Ticket, ...]), nullable=False),
)

post = Table(
    "post",
    metadata,
    Column("id", _id, primary_key=True),
    Column("meeting_id", _id, ForeignKey("meeting.id"), nullable=False),
    Column("author_id", _id, nullable=False),
    Column("reply_to", _id, ForeignKey("post.id")),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("removed", Boolean, nullable=False, server_default=text("false")),
)
Index("ix_post_meeting", post.c.meeting_id, post.c.at, post.c.id)

file = Table(
    "file",
    metadata,
    Column("id", _id, primary_key=True),
    Column("meeting_id", _id, ForeignKey("meeting.id"), index=True),
    Column("by", _id, nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("at", Moment),
    Column("delete_at", Moment),
)
Index("ix_file_delete_at", file.c.delete_at, postgresql_where=text("delete_at IS NOT NULL"))

feedback = Table(
    "feedback",
    metadata,
    Column("registration_id", _id, ForeignKey("registration.id"), primary_key=True),
    Column("meeting_id", _id, ForeignKey("meeting.id"), nullable=False, index=True),
    Column("contents", Integer, nullable=False),
    Column("organisation", Integer, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("remark", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("person_id", _id, primary_key=True),
    Column("generation", Integer, nullable=False),
)

tutorial = Table(
    "tutorial",
    metadata,
    Column("id", _id, primary_key=True),
    Column("organisation", String(60), nullable=False, index=True),
    Column("title", String(120), nullable=False),
    Column("url", String(500), nullable=False),
    Column("language", String(3), nullable=False),
    Column("video", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)
