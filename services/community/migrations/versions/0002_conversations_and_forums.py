"""Private messages, partner forums, daily summaries, and what lists need to know of people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What texts are compared by: lower case, without accents. PostgreSQL does not call `unaccent` immutable, since its
# dictionary could be changed; ours never is.
FOLDED = """
CREATE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT lower(public.unaccent('public.unaccent', words)) $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
    op.execute(FOLDED)
    op.create_table(
        "approach",
        sa.Column("message_id", sa.UUID(), nullable=False),
        sa.Column("to_id", sa.UUID(), nullable=False),
        sa.Column("from_id", sa.UUID(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "to_id", name=op.f("pk_approach")),
    )
    op.create_index("ix_approach_from", "approach", ["from_id", "at"], unique=False)
    op.create_table(
        "author",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("available_plus", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_author")),
    )
    op.create_table(
        "block",
        sa.Column("from_id", sa.UUID(), nullable=False),
        sa.Column("to_id", sa.UUID(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("from_id", "to_id", name=op.f("pk_block")),
    )
    op.create_index(op.f("ix_block_to_id"), "block", ["to_id"], unique=False)
    op.create_table(
        "digest",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest")),
    )
    op.create_index(op.f("ix_digest_next_at"), "digest", ["next_at"], unique=False)
    op.create_table(
        "digest_line",
        sa.Column("notification_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_digest_line")),
    )
    op.create_index(op.f("ix_digest_line_person_id"), "digest_line", ["person_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=False),
        sa.Column("section", sa.String(length=30), nullable=False),
        sa.Column("band", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=False),
        sa.Column("age_to", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column(
            "languages",
            postgresql.ARRAY(sa.String(length=60)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("partners_wanted", sa.SmallInteger(), nullable=False),
        sa.Column(
            "subjects", postgresql.ARRAY(sa.String(length=60)), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "countries_wanted",
            postgresql.ARRAY(sa.String(length=60)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index(
        "ix_post_alike",
        "post",
        [sa.text("folded(title::text) gin_trgm_ops"), sa.text("folded(idea) gin_trgm_ops")],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_post_author",
        "post",
        ["author_id", sa.literal_column("written_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_post_expires", "post", ["expires_at"], unique=False, postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(
        "ix_post_list",
        "post",
        [
            "section",
            "band",
            sa.literal_column("pinned DESC"),
            sa.literal_column("renewed_at DESC"),
            sa.literal_column("id DESC"),
        ],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_post_open_text",
        "post",
        ["author_id", "fingerprint"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "thread",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("begun_by", sa.UUID(), nullable=False),
        sa.Column("people", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_id", sa.UUID(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("thread_id", sa.UUID(), nullable=False),
        sa.Column("sender_id", sa.UUID(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_for", postgresql.ARRAY(sa.UUID()), server_default=sa.text("'{}'"), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_message_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(op.f("ix_message_sender_id"), "message", ["sender_id"], unique=False)
    op.create_index(
        "ix_message_thread",
        "message",
        ["thread_id", sa.literal_column("at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "moderation",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("post_id", sa.UUID(), nullable=False),
        sa.Column("reply_id", sa.UUID(), nullable=True),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_moderation_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation")),
    )
    op.create_index(op.f("ix_moderation_post_id"), "moderation", ["post_id"], unique=False)
    op.create_table(
        "participant",
        sa.Column("thread_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("other_id", sa.UUID(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unread", sa.Integer(), server_default="0", nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_participant_thread_id")),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_participant")),
    )
    op.create_index(
        "ix_participant_archive",
        "participant",
        ["person_id", sa.literal_column("last_at DESC"), sa.literal_column("thread_id DESC")],
        unique=False,
        postgresql_where=sa.text("archived"),
    )
    op.create_index(
        "ix_participant_inbox",
        "participant",
        ["person_id", sa.literal_column("received_at DESC"), sa.literal_column("thread_id DESC")],
        unique=False,
        postgresql_where=sa.text("received_at IS NOT NULL AND NOT archived"),
    )
    op.create_index(
        "ix_participant_sent",
        "participant",
        ["person_id", sa.literal_column("sent_at DESC"), sa.literal_column("thread_id DESC")],
        unique=False,
        postgresql_where=sa.text("sent_at IS NOT NULL"),
    )
    op.create_index(
        "ix_participant_unread",
        "participant",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("unread > 0"),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("post_id", sa.UUID(), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_reply_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index("ix_reply_post", "reply", ["post_id", "at", "id"], unique=False)
    op.create_index(
        "ix_notification_subject",
        "notification",
        ["subject_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL OR asks IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_notification_subject", table_name="notification")
    op.drop_table("reply")
    op.drop_table("participant")
    op.drop_table("moderation")
    op.drop_table("message")
    op.drop_table("thread")
    op.drop_table("post")
    op.drop_table("digest_line")
    op.drop_table("digest")
    op.drop_table("block")
    op.drop_table("author")
    op.drop_table("approach")
    op.execute("DROP FUNCTION folded(text)")
