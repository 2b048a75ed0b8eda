"""Who wrote on which page on which day."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "writing",
        sa.Column("page_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["page.id"], name=op.f("fk_writing_page_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "person_id", "on", name=op.f("pk_writing")),
    )
    op.execute(
        'INSERT INTO writing (page_id, person_id, "on") '
        "SELECT id, changed_by, (changed_at AT TIME ZONE 'UTC')::date FROM page"
    )
