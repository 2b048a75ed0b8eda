"""How many came to a meeting that is over, as it was counted then."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meeting", sa.Column("held_at", sa.DateTime(timezone=True)))
    op.add_column("meeting", sa.Column("attendees", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE meeting SET held_at = ends_at, attendees = (SELECT count(*) FROM registration AS r "
        "WHERE r.meeting_id = meeting.id AND r.place = 'confirmed' "
        "AND (r.attended_at IS NOT NULL OR r.completed_at IS NOT NULL)) WHERE state = 'held'"
    )
