"""When people were here last, when their availability lapses, and when schools teach."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("availability_reminded_at", sa.DateTime(timezone=True)))
    op.add_column("person", sa.Column("changed_at", sa.DateTime(timezone=True)))
    op.add_column("person", sa.Column("seen_on", sa.Date()))
    op.add_column("person", sa.Column("seen_days", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "person", sa.Column("shows_last_seen", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.create_index(
        "ix_person_availability_at",
        "person",
        [sa.text("coalesce(availability_reminded_at, availability_at)")],
        postgresql_where=sa.text("available AND closed_at IS NULL"),
    )
    op.add_column(
        "school",
        sa.Column("years", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
