"""Meetings, seats and all around them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.store.revisions import create_first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_first_tables()
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "feed",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_feed")),
    )
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(length=30), nullable=False),
        sa.Column("languages", postgresql.JSONB(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("access", sa.String(length=30), nullable=False),
        sa.Column("selection", sa.String(length=30), nullable=False),
        sa.Column("promotion", sa.String(length=30), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("registration_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registration_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("national", sa.Boolean(), nullable=False),
        sa.Column("with_pupils", sa.Boolean(), nullable=False),
        sa.Column("recorded", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("organisation", sa.String(length=60), nullable=True),
        sa.Column("co_hosts", postgresql.JSONB(), nullable=False),
        sa.Column("speakers", postgresql.JSONB(), nullable=False),
        sa.Column("crew_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_reason", sa.Text(), nullable=False),
        sa.Column("change_reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("draw_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settle_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(
        "ix_meeting_by_end",
        "meeting",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("access = 'public' AND state <> 'in_review'"),
    )
    op.create_index(
        "ix_meeting_by_start",
        "meeting",
        ["starts_at", "id"],
        unique=False,
        postgresql_where=sa.text("access = 'public' AND state <> 'in_review'"),
    )
    op.create_index("ix_meeting_crew_ids", "meeting", ["crew_ids"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_meeting_draw_at",
        "meeting",
        ["draw_at"],
        unique=False,
        postgresql_where=sa.text("draw_at IS NOT NULL"),
    )
    op.create_index(
        "ix_meeting_in_review",
        "meeting",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'in_review'"),
    )
    op.create_index(
        "ix_meeting_opens_at",
        "meeting",
        ["opens_at"],
        unique=False,
        postgresql_where=sa.text("opens_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_meeting_organiser_id"), "meeting", ["organiser_id"], unique=False)
    op.create_index(
        "ix_meeting_remind_at",
        "meeting",
        ["remind_at"],
        unique=False,
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_index(
        "ix_meeting_search",
        "meeting",
        ["search"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_meeting_settle_at",
        "meeting",
        ["settle_at"],
        unique=False,
        postgresql_where=sa.text("settle_at IS NOT NULL"),
    )
    op.create_table(
        "tutorial",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=3), nullable=False),
        sa.Column("video", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutorial")),
    )
    op.create_index(op.f("ix_tutorial_organisation"), "tutorial", ["organisation"], unique=False)
    op.create_table(
        "draw",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("selection", sa.String(length=30), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("tickets", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_draw_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_draw")),
    )
    op.create_table(
        "file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delete_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_file_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    op.create_index(
        "ix_file_delete_at",
        "file",
        ["delete_at"],
        unique=False,
        postgresql_where=sa.text("delete_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_file_meeting_id"), "file", ["meeting_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_invitation_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_invitation")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("reply_to", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_post_meeting_id")),
        sa.ForeignKeyConstraint(["reply_to"], ["post.id"], name=op.f("fk_post_reply_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
    )
    op.create_index("ix_post_meeting", "post", ["meeting_id", "at", "id"], unique=False)
    op.create_table(
        "registration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.String(length=40), nullable=True),
        sa.Column("certificate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("no_show_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_registration_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration")),
        sa.UniqueConstraint("certificate", name=op.f("uq_registration_certificate")),
    )
    op.create_index(
        "ix_registration_line",
        "registration",
        ["meeting_id", sa.literal_column("rank NULLS LAST"), "asked_at", "id"],
        unique=False,
        postgresql_where=sa.text("place = 'waiting'"),
    )
    op.create_index(op.f("ix_registration_meeting_id"), "registration", ["meeting_id"], unique=False)
    op.create_index(
        "ix_registration_offered_until",
        "registration",
        ["offered_until"],
        unique=False,
        postgresql_where=sa.text("place = 'offered'"),
    )
    op.create_index(
        "ix_registration_person",
        "registration",
        ["person_id", sa.literal_column("asked_at DESC")],
        unique=False,
    )
    op.create_index(
        "ix_registration_uncertified",
        "registration",
        ["meeting_id"],
        unique=False,
        postgresql_where=sa.text(
            "certificate IS NULL AND (attended_at IS NOT NULL OR completed_at IS NOT NULL)"
        ),
    )
    op.create_index(
        "uq_registration_live",
        "registration",
        ["meeting_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("place IN ('pending', 'waiting', 'offered', 'confirmed')"),
    )
    op.create_table(
        "wish",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_wish_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name=op.f("pk_wish")),
    )
    op.create_table(
        "feedback",
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("contents", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_feedback_meeting_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_feedback_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_feedback")),
    )
    op.create_index(op.f("ix_feedback_meeting_id"), "feedback", ["meeting_id"], unique=False)
