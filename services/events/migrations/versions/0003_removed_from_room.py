"""Since when somebody may not enter a meeting's room any more."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registration", sa.Column("removed_at", sa.DateTime(timezone=True)))
