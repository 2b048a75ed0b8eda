"""Projects."""

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
        "project",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("founder_id", sa.UUID(), nullable=False),
        sa.Column("co_founder_id", sa.UUID(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("sheet", postgresql.JSONB(), nullable=False),
        sa.Column("founding_school_id", sa.UUID(), nullable=True),
        sa.Column("founding_schools", postgresql.JSONB(), nullable=False),
        sa.Column("school_ids", sa.ARRAY(sa.UUID()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("permanent_partnership", sa.Boolean(), nullable=False),
        sa.Column("approval_sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    op.create_index(op.f("ix_project_co_founder_id"), "project", ["co_founder_id"], unique=False)
    op.create_index(op.f("ix_project_founder_id"), "project", ["founder_id"], unique=False)
    op.create_index(
        "ix_project_gallery",
        "project",
        [sa.literal_column("approved_at DESC"), "id"],
        unique=False,
        postgresql_where=sa.text("approved_at IS NOT NULL"),
    )
    op.create_index("ix_project_school_ids", "project", ["school_ids"], unique=False, postgresql_using="gin")
    op.create_index(
        "ix_project_to_start",
        "project",
        ["starts_at"],
        unique=False,
        postgresql_where=sa.text("state = 'approved'"),
    )
