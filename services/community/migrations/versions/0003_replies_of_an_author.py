"""Replies are found by author."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_reply_author", "reply", ["author_id"], unique=False)
