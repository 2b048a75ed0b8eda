"""A recount goes person by person: what is kept beside is only what was heard meanwhile.

One that is under way begins anew; what was heard since it began stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("stage", "done", "total"):
        op.drop_column("recount", name)
    for name in ("done", "total"):
        op.add_column("recount", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE recount SET after = NULL, changed = 0")
