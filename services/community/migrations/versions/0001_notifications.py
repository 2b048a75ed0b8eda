"""Notifications, mail and choices."""

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
    op.create_table(
        "choice",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "group", name=op.f("pk_choice")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("letter", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("school_id", sa.UUID(), nullable=True),
        sa.Column("notice_id", sa.UUID(), nullable=True),
        sa.Column("about", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(
        "ix_mail_due", "mail", ["next_at"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "notification",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("task_id", sa.UUID(), nullable=True),
        sa.Column("other_id", sa.UUID(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("asks", sa.String(length=30), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(
        "ix_notification_person",
        "notification",
        ["person_id", sa.literal_column("at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_notification_task",
        "notification",
        ["task_id"],
        unique=False,
        postgresql_where=sa.text("asks IS NOT NULL"),
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
