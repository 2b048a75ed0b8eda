"""The tables, and which class of the domain each row becomes.

`folded` is a function of the database (see the second migration): lower case, without accents.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.store import Moment, choice, new_registry
from services.community.contract import Band, Moderation, PostState, Section
from services.community.domain.conversation import Thread
from services.community.domain.post import Post

registry = new_registry()
metadata = registry.metadata
_id = Uuid()


def _ids(name: str) -> Column[tuple[object, ...]]:
    return Column(name, ARRAY(_id, as_tuple=True), nullable=False, server_default=text("'{}'"))


def _codes(name: str) -> Column[tuple[str, ...]]:
    return Column(name, ARRAY(String(60), as_tuple=True), nullable=False, server_default=text("'{}'"))


# ---- notifications and mail

notification = Table(
    "notification",
    metadata,
    Column("id", _id, primary_key=True),
    Column("person_id", _id, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("at", Moment, nullable=False),
    Column("read_at", Moment),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", _id, nullable=False),
    Column("task_id", _id),
    Column("other_id", _id),
    Column("country", String(2), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("asks", String(30)),
)
Index("ix_notification_person", notification.c.person_id, notification.c.at.desc(), notification.c.id.desc())
Index("ix_notification_unread", notification.c.person_id, postgresql_where=text("read_at IS NULL"))
Index("ix_notification_task", notification.c.task_id, postgresql_where=text("asks IS NOT NULL"))
Index(
    "ix_notification_subject",
    notification.c.subject_id,
    postgresql_where=text("read_at IS NULL OR asks IS NOT NULL"),
)

mail = Table(
    "mail",
    metadata,
    Column("id", _id, primary_key=True),
    Column("letter", String(30), nullable=False),
    Column("person_id", _id),
    Column("school_id", _id),
    Column("notice_id", _id),
    Column("about", JSONB, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("last_error", Text),
)
Index("ix_mail_due", mail.c.next_at, postgresql_where=text("state = 'waiting'"))

channel_choice = Table(
    "choice",
    metadata,
    Column("person_id", _id, primary_key=True),
    Column("group", String(20), primary_key=True),
    Column("channel", String(10), nullable=False),
)

digest = Table(
    "digest",
    metadata,
    Column("person_id", _id, primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=False, index=True),
)
"""Somebody's summary that is being gathered since `begun_at`, looked at again at `next_at`."""

digest_line = Table(
    "digest_line",
    metadata,
    Column("notification_id", _id, primary_key=True),
    Column("person_id", _id, nullable=False, index=True),
)

# ---- what identity has said: ids and facts only

block = Table(
    "block",
    metadata,
    Column("from_id", _id, primary_key=True),
    Column("to_id", _id, primary_key=True, index=True),
    Column("in_force", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)

author = Table(
    "author",
    metadata,
    Column("person_id", _id, primary_key=True),
    Column("available", Boolean, nullable=False),
    Column("available_plus", Boolean, nullable=False),
    Column("country", String(2)),
    Column("closed", Boolean, nullable=False, server_default=false()),
    Column("at", Moment, nullable=False),
)
"""How available somebody was at a moment; a hint that keeps lists full, never the last word."""

# ---- messages

thread = Table(
    "thread",
    metadata,
    Column("id", _id, primary_key=True),
    Column("subject", String(120), nullable=False),
    Column("begun_by", _id, nullable=False),
    _ids("people"),
    Column("begun_at", Moment, nullable=False),
    Column("post_id", _id),
    Column("version", BigInteger, nullable=False),
)

message = Table(
    "message",
    metadata,
    Column("id", _id, primary_key=True),
    Column("thread_id", _id, ForeignKey("thread.id"), nullable=False),
    Column("sender_id", _id, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    _ids("not_for"),
)
Index("ix_message_thread", message.c.thread_id, message.c.at.desc(), message.c.id.desc())

participant = Table(
    "participant",
    metadata,
    Column("thread_id", _id, ForeignKey("thread.id"), primary_key=True),
    Column("person_id", _id, primary_key=True),
    Column("other_id", _id),
    Column("received_at", Moment),
    Column("sent_at", Moment),
    Column("last_at", Moment, nullable=False),
    Column("unread", Integer, nullable=False, server_default="0"),
    Column("archived", Boolean, nullable=False, server_default=false()),
)
"""A conversation as one person has it; `other_id` is the other one of two, `last_at` the newest message seen or sent."""
Index(
    "ix_participant_inbox",
    participant.c.person_id,
    participant.c.received_at.desc(),
    participant.c.thread_id.desc(),
    postgresql_where=text("received_at IS NOT NULL AND NOT archived"),
)
Index(
    "ix_participant_sent",
    participant.c.person_id,
    participant.c.sent_at.desc(),
    participant.c.thread_id.desc(),
    postgresql_where=text("sent_at IS NOT NULL"),
)
Index(
    "ix_participant_archive",
    participant.c.person_id,
    participant.c.last_at.desc(),
    participant.c.thread_id.desc(),
    postgresql_where=text("archived"),
)
Index("ix_participant_unread", participant.c.person_id, postgresql_where=text("unread > 0"))

approach = Table(
    "approach",
    metadata,
    Column("message_id", _id, primary_key=True),
    Column("to_id", _id, primary_key=True),
    Column("from_id", _id, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("first", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Messages to people who were strangers, for as long as the rules look back."""
Index("ix_approach_from", approach.c.from_id, approach.c.at)

# ---- partner forums

post = Table(
    "post",
    metadata,
    Column("id", _id, primary_key=True),
    Column("author_id", _id, nullable=False),
    Column("section", choice(Section), nullable=False),
    Column("band", choice(Band), nullable=False),
    Column("title", String(120), nullable=False),
    Column("idea", Text, nullable=False),
    Column("age_from", SmallInteger, nullable=False),
    Column("age_to", SmallInteger, nullable=False),
    Column("language", String(3), nullable=False),
    _codes("languages"),
    Column("partners_wanted", SmallInteger, nullable=False),
    _codes("subjects"),
    _codes("countries_wanted"),
    Column("starts_on", Date),
    Column("fingerprint", String(64), nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("renewed_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("state", choice(PostState), nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("warned", Boolean, nullable=False),
    Column("replies", Integer, nullable=False),
    Column("version", BigInteger, nullable=False),
)
_OPEN = text("state = 'open'")
Index(
    "ix_post_list",
    post.c.section,
    post.c.band,
    post.c.pinned.desc(),
    post.c.renewed_at.desc(),
    post.c.id.desc(),
    postgresql_where=_OPEN,
)
Index("ix_post_author", post.c.author_id, post.c.written_at.desc(), post.c.id.desc())
Index("ix_post_expires", post.c.expires_at, postgresql_where=_OPEN)
Index("uq_post_open_text", post.c.author_id, post.c.fingerprint, unique=True, postgresql_where=_OPEN)
Index(
    "ix_post_alike",
    func.folded(post.c.title).label("title"),
    func.folded(post.c.idea).label("idea"),
    postgresql_using="gin",
    postgresql_ops={"title": "gin_trgm_ops", "idea": "gin_trgm_ops"},
    postgresql_where=_OPEN,
)

reply = Table(
    "reply",
    metadata,
    Column("id", _id, primary_key=True),
    Column("post_id", _id, ForeignKey("post.id"), nullable=False),
    Column("author_id", _id, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("removed", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, nullable=False, server_default=""),
)
Index("ix_reply_author", reply.c.author_id)
Index("ix_reply_post", reply.c.post_id, reply.c.at, reply.c.id)

moderation = Table(
    "moderation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("post_id", _id, ForeignKey("post.id"), nullable=False, index=True),
    Column("reply_id", _id),
    Column("action", choice(Moderation), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", _id, nullable=False),
    Column("at", Moment, nullable=False),
)
"""Everything moderators have done, with their reasons."""

registry.map_imperatively(Thread, thread, version_id_col=thread.c.version, version_id_generator=False)
registry.map_imperatively(Post, post, version_id_col=post.c.version, version_id_generator=False)
