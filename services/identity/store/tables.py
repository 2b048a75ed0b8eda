"""The tables, and which class of the domain each row becomes.

`folded` is a function of the database (see the first migration): lower case, without accents. Columns made with
it are what people are looked up by.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import UUID

from chassis.store import Moment, document, new_registry
from services.identity.contract import AffiliationState, SchoolLevel, SchoolRole, SchoolYear, Visibility
from services.identity.domain import Affiliation, Pair, Person, School, Session, Upload
from services.identity.domain.contact import Standing

_registry = new_registry()
metadata = _registry.metadata
Id = UUID(as_uuid=True)


def _one_of(kind: type[StrEnum]) -> Enum:
    """A word of the contract, kept as it is written there."""
    return Enum(
        kind, native_enum=False, length=20, values_callable=lambda words: [word.value for word in words]
    )


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def _text(name: str, length: int | None = None) -> Column[str]:
    return Column(name, String(length) if length else Text, nullable=False, server_default="")


def _many(name: str, annotation: Any) -> Column[Any]:
    return Column(name, document(annotation), nullable=False, server_default=text("'[]'::jsonb"))


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False, server_default="0")


def _person(name: str = "person_id", **options: Any) -> Column[Any]:
    return Column(name, Id, ForeignKey("person.id"), nullable=False, **options)


person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("role_kind", _one_of(SchoolRole), nullable=False),
    Column("language", String(3), nullable=False),
    Column("time_zone", String(60), nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("conduct_accepted_at", Moment, nullable=False),
    Column("email_confirmed_at", Moment),
    _flag("suspended"),
    Column("closed_at", Moment),
    _text("biography"),
    _text("project_idea"),
    _many("subjects", tuple[str, ...]),
    _many("languages", tuple[str, ...]),
    Column("age_from", Integer),
    Column("age_to", Integer),
    _flag("vocational"),
    _many("keywords", tuple[str, ...]),
    _many("links", tuple[str, ...]),
    _flag("available"),
    _flag("available_plus"),
    Column("availability_at", Moment),
    Column("profile_visibility", _one_of(Visibility), nullable=False),
    Column("email_visibility", _one_of(Visibility), nullable=False),
    Column("city_visibility", _one_of(Visibility), nullable=False),
    Column("availability_reminded_at", Moment),
    Column("changed_at", Moment),
    Column("seen_on", Date),
    Column("seen_days", Integer, nullable=False, server_default="0"),
    Column("shows_last_seen", Boolean, nullable=False, server_default=text("true")),
    _version(),
    Column("search", Text, Computed("folded((name)::text)", persisted=True), nullable=False),
)
Index("uq_person_email", func.lower(person.c.email), unique=True)
Index("ix_person_search", person.c.search, postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"})

Index(
    "ix_person_availability_at",
    person.c.availability_at,
    postgresql_where=text("available AND closed_at IS NULL AND availability_reminded_at IS NULL"),
)
Index(
    "ix_person_availability_reminded_at",
    person.c.availability_reminded_at,
    postgresql_where=text("available AND closed_at IS NULL"),
)

school = Table(
    "school",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(160), nullable=False),
    _text("legal_name", 200),
    Column("country", String(2), nullable=False),
    Column("territory", String(10)),
    Column("region", String(10)),
    Column("community", String(10)),
    Column("city", String(80), nullable=False),
    _text("address", 300),
    _many("level", tuple[SchoolLevel, ...]),
    _text("official_number", 40),
    _text("website", 200),
    _flag("abroad"),
    Column("organisation", String(40), nullable=False, index=True),
    Column("regional_organisation", String(40)),
    Column("time_zone", String(60), nullable=False),
    Column("head_name", String(100), nullable=False),
    Column("head_email", String(254), nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("registered_by", Id),
    _many("years", tuple[SchoolYear, ...]),
    _version(),
    Column(
        "search",
        Text,
        Computed(
            "folded(((((((name)::text || ' '::text) || (legal_name)::text) || ' '::text) || (city)::text)"
            " || ' '::text) || (official_number)::text)",
            persisted=True,
        ),
        nullable=False,
    ),
)
Index("ix_school_search", school.c.search, postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"})
Index("ix_school_country", school.c.country)

affiliation = Table(
    "affiliation",
    metadata,
    Column("id", Id, primary_key=True),
    _person(index=True),
    Column("school_id", Id, ForeignKey("school.id"), nullable=False, index=True),
    Column("role", _one_of(SchoolRole), nullable=False),
    Column("state", _one_of(AffiliationState), nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("requested_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("evidence", Id),
    _version(),
)
Index(
    "uq_affiliation_current",
    affiliation.c.person_id,
    affiliation.c.school_id,
    unique=True,
    postgresql_where=text("state IN ('awaiting', 'validated')"),
)

role_grant = Table(
    "role_grant",
    metadata,
    _person(primary_key=True),
    Column("role", String(20), primary_key=True),
    Column("organisation", String(40), primary_key=True, server_default="", index=True),
    Column("since", Moment, nullable=False, server_default=func.clock_timestamp()),
)

session = Table(
    "session",
    metadata,
    Column("id", Id, primary_key=True),
    _person(index=True),
    Column("secret_digest", LargeBinary, nullable=False, unique=True),
    _text("device", 200),
    Column("began_at", Moment, nullable=False, server_default=func.clock_timestamp()),
    Column("seen_at", Moment, nullable=False, server_default=func.clock_timestamp()),
    Column("ended_at", Moment),
    _version(),
)

pair = Table(
    "pair",
    metadata,
    Column("id", Id, primary_key=True),
    _person("low_id"),
    _person("high_id", index=True),
    Column("standing", _one_of(Standing), nullable=False),
    Column("since", Moment, nullable=False),
    Column("asked_by", Id),
    _text("message"),
    _flag("blocked_by_low"),
    _flag("blocked_by_high"),
    _version(),
    CheckConstraint("low_id < high_id", name="ordered"),
)
Index("uq_pair_low_id_high_id", pair.c.low_id, pair.c.high_id, unique=True)
Index("ix_pair_asked_by", pair.c.asked_by, postgresql_where=text("standing = 'asked'"))

follow = Table(
    "follow",
    metadata,
    _person("follower_id", primary_key=True),
    _person("followed_id", primary_key=True, index=True),
    Column("since", Moment, nullable=False),
)

upload = Table(
    "upload",
    metadata,
    Column("id", Id, primary_key=True),
    _person("owner_id"),
    Column("file_name", String(120), nullable=False),
    Column("arrived_at", Moment),
    Column("delete_at", Moment),
)
Index("ix_upload_delete_at", upload.c.delete_at, postgresql_where=text("delete_at IS NOT NULL"))


def _map(kind: type, table: Table, *database_only: str) -> None:
    """One class to one table; its version is raised by what it publishes and checked when it is written."""
    _registry.map_imperatively(
        kind,
        table,
        exclude_properties=database_only,
        version_id_col=table.c.version,
        version_id_generator=False,
    )


_map(Person, person, "search")
_map(School, school, "search")
_map(Affiliation, affiliation)
_map(Pair, pair)
_map(Session, session, "began_at", "seen_at")
_registry.map_imperatively(Upload, upload)
