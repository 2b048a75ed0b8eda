"""Whose availability is to be reminded of, and whose lapses, each by an index of the rows that wait for it alone."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AVAILABLE = "available AND closed_at IS NULL"


def upgrade() -> None:
    op.drop_index("ix_person_availability_at", "person")
    op.create_index(
        "ix_person_availability_at",
        "person",
        ["availability_at"],
        postgresql_where=sa.text(f"{AVAILABLE} AND availability_reminded_at IS NULL"),
    )
    op.create_index(
        "ix_person_availability_reminded_at",
        "person",
        ["availability_reminded_at"],
        postgresql_where=sa.text(AVAILABLE),
    )
