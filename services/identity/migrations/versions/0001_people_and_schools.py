"""People, schools, affiliations, contacts and sessions; and the outbox, inbox and what belongs to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.store.revisions import create_first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What people are looked up by: lower case, without accents. PostgreSQL does not call `unaccent` immutable, since
# its dictionary could be changed; ours never is.
FOLDED = """
CREATE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent', words)) $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute(FOLDED)
    create_first_tables()
    op.create_table(
        "person",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("role_kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conduct_accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("biography", sa.Text(), server_default="", nullable=False),
        sa.Column("project_idea", sa.Text(), server_default="", nullable=False),
        sa.Column("subjects", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("languages", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("vocational", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("keywords", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("links", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("available", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("available_plus", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("availability_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("profile_visibility", sa.String(length=20), nullable=False),
        sa.Column("email_visibility", sa.String(length=20), nullable=False),
        sa.Column("city_visibility", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("search", sa.Text(), sa.Computed("folded((name)::text)", persisted=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(
        "ix_person_search",
        "person",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index("uq_person_email", "person", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "school",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("legal_name", sa.String(length=200), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("territory", sa.String(length=10), nullable=True),
        sa.Column("region", sa.String(length=10), nullable=True),
        sa.Column("community", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=300), server_default="", nullable=False),
        sa.Column("level", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("official_number", sa.String(length=40), server_default="", nullable=False),
        sa.Column("website", sa.String(length=200), server_default="", nullable=False),
        sa.Column("abroad", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("regional_organisation", sa.String(length=40), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("head_name", sa.String(length=100), nullable=False),
        sa.Column("head_email", sa.String(length=254), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "search",
            sa.Text(),
            sa.Computed(
                "folded(((((((name)::text || ' '::text) || (legal_name)::text) || ' '::text) || (city)::text) || ' '::text) || (official_number)::text)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school")),
    )
    op.create_index("ix_school_country", "school", ["country"], unique=False)
    op.create_index(op.f("ix_school_organisation"), "school", ["organisation"], unique=False)
    op.create_index(
        "ix_school_search",
        "school",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_table(
        "affiliation",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("school_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_affiliation_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_affiliation_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affiliation")),
    )
    op.create_index(op.f("ix_affiliation_person_id"), "affiliation", ["person_id"], unique=False)
    op.create_index(op.f("ix_affiliation_school_id"), "affiliation", ["school_id"], unique=False)
    op.create_index(
        "uq_affiliation_current",
        "affiliation",
        ["person_id", "school_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('awaiting', 'validated')"),
    )
    op.create_table(
        "follow",
        sa.Column("follower_id", sa.UUID(), nullable=False),
        sa.Column("followed_id", sa.UUID(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["followed_id"], ["person.id"], name=op.f("fk_follow_followed_id")),
        sa.ForeignKeyConstraint(["follower_id"], ["person.id"], name=op.f("fk_follow_follower_id")),
        sa.PrimaryKeyConstraint("follower_id", "followed_id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_followed_id"), "follow", ["followed_id"], unique=False)
    op.create_table(
        "pair",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("low_id", sa.UUID(), nullable=False),
        sa.Column("high_id", sa.UUID(), nullable=False),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("blocked_by_low", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("blocked_by_high", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_pair_ordered")),
        sa.ForeignKeyConstraint(["high_id"], ["person.id"], name=op.f("fk_pair_high_id")),
        sa.ForeignKeyConstraint(["low_id"], ["person.id"], name=op.f("fk_pair_low_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair")),
    )
    op.create_index(
        "ix_pair_asked_by", "pair", ["asked_by"], unique=False, postgresql_where=sa.text("standing = 'asked'")
    )
    op.create_index(op.f("ix_pair_high_id"), "pair", ["high_id"], unique=False)
    op.create_index("uq_pair_low_id_high_id", "pair", ["low_id", "high_id"], unique=True)
    op.create_table(
        "role_grant",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.String(length=40), server_default="", nullable=False),
        sa.Column(
            "since", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", "organisation", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_organisation"), "role_grant", ["organisation"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.String(length=200), server_default="", nullable=False),
        sa.Column(
            "began_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("secret_digest", name=op.f("uq_session_secret_digest")),
    )
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("owner_id", sa.UUID(), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delete_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_upload_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(
        "ix_upload_delete_at",
        "upload",
        ["delete_at"],
        unique=False,
        postgresql_where=sa.text("delete_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_table("upload")
    op.drop_table("session")
    op.drop_table("role_grant")
    op.drop_table("pair")
    op.drop_table("follow")
    op.drop_table("affiliation")
    op.drop_table("school")
    op.drop_table("person")
    op.drop_table("parked")
    op.drop_table("outbox")
    op.drop_table("operator_action")
    op.drop_table("inbox")
    op.drop_table("answered")
    op.execute("DROP FUNCTION folded(text)")
