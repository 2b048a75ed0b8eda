"""The tables every service has besides its own: outbox, inbox, parked messages, kept answers."""

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, MetaData, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import registry

from chassis.store.columns import Moment

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

chassis_metadata = MetaData(naming_convention=_NAMES)

outbox = Table(
    "outbox",
    chassis_metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("message_id", UUID(as_uuid=True), nullable=False, unique=True),
    Column("exchange", String(20), nullable=False),
    Column("routing_key", String(120), nullable=False),
    Column("type", String(120), nullable=False),
    Column("aggregate", String(80), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("trace", String(64), nullable=False, server_default=""),
    Column("reply_to", String(60), nullable=False, server_default=""),
    Column("payload", JSONB, nullable=False),
    Column("created_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("published_at", Moment),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("last_error", Text),
    Column("dead", Integer, nullable=False, server_default="0"),
)
Index(
    "ix_outbox_unpublished",
    outbox.c.next_at,
    outbox.c.id,
    postgresql_where=text("published_at IS NULL AND dead = 0"),
)
Index("ix_outbox_published_at", outbox.c.published_at)

inbox = Table(
    "inbox",
    chassis_metadata,
    Column("consumer", String(160), primary_key=True),
    Column("message_id", UUID(as_uuid=True), primary_key=True),
    Column("received_at", Moment, nullable=False, server_default=text("clock_timestamp()"), index=True),
)

parked = Table(
    "parked",
    chassis_metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("consumer", String(160), nullable=False),
    Column("message_id", UUID(as_uuid=True)),
    Column("source", String(120), nullable=False, server_default=""),
    Column("body", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("status", String(10), nullable=False, server_default="waiting"),
    Column("next_at", Moment),
    Column("parked_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
)
Index("uq_parked_consumer_message_id", parked.c.consumer, parked.c.message_id, unique=True)
Index("ix_parked_due", parked.c.next_at, postgresql_where=text("status = 'waiting'"))

operator_action = Table(
    "operator_action",
    chassis_metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("parked_id", BigInteger, nullable=False),
    Column("action", String(20), nullable=False),
    Column("operator", String(120), nullable=False),
    Column("at", Moment, nullable=False, server_default=text("clock_timestamp()")),
)

answered = Table(
    "answered",
    chassis_metadata,
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("reply", JSONB(none_as_null=False)),
    Column("at", Moment, nullable=False, server_default=text("clock_timestamp()"), index=True),
)


def new_registry() -> registry:
    """A registry for a service's own tables and mappings, with the same constraint names everywhere."""
    return registry(metadata=MetaData(naming_convention=_NAMES))
