"""What somebody wrote is found by person."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_writing_person_id"), "writing", ["person_id"], unique=False)
