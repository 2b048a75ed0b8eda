"""Facts of people, what they add up to, and a recount under way."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Integer,
    SmallInteger,
    String,
    Table,
    Uuid,
    false,
    text,
)

from chassis.store import Moment, choice, document, new_registry
from services.progress.contract import Action, Area

registry = new_registry()
metadata = registry.metadata
_id = Uuid()

person = Table(
    "person",
    metadata,
    Column("id", _id, primary_key=True),
    Column("closed", Boolean, nullable=False, server_default=false()),
    Column("hides_deeds", Boolean, nullable=False, server_default=false()),
    Column("counted", document(dict[Action, int]), nullable=False, server_default=text("'{}'::jsonb")),
    Column("told", document(dict[Area, int]), nullable=False, server_default=text("'{}'::jsonb")),
    Column("version", BigInteger, nullable=False, server_default="0"),
)
"""`counted`: the tally of the facts; `told`: the highest badge of each area that was told."""


def _facts(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("person_id", _id, primary_key=True),
        Column("action", choice(Action), primary_key=True),
        Column("subject", String(60), primary_key=True),
        Column("slot", String(40), nullable=False),
        Column("on", Date, nullable=False),
        Column("rank", BigInteger, nullable=False),
        Column("holds", Boolean, nullable=False),
        Column("amount", Integer, nullable=False),
    )


fact = _facts("fact")
"""What is counted: of each fact the word of the highest rank."""

fresh = _facts("fresh")
"""What was heard since a recount began, until it has come to the person."""

recount = Table(
    "recount",
    metadata,
    Column("id", SmallInteger, CheckConstraint("id = 1", name="only_one"), primary_key=True),
    Column("after", _id),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("changed", Integer, nullable=False, server_default="0"),
    Column("began_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
)
"""A recount under way: behind which person it goes on, how many it has counted and how many there are."""

recounted = Table(
    "recounted",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("people", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
)
"""Recounts that are over: of how many people, and how many bars were another than before."""
