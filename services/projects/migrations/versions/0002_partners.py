"""Partners who join a running project, the way they come in by, and outlines copied from other projects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "project",
        sa.Column("partners", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
    )
    op.add_column(
        "project", sa.Column("partner_ids", sa.ARRAY(sa.Uuid()), server_default="{}", nullable=False)
    )
    op.add_column("project", sa.Column("outline_of", sa.Uuid(), nullable=True))
    op.create_index("ix_project_partner_ids", "project", ["partner_ids"], postgresql_using="gin")
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("lapses_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_place_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index(op.f("ix_place_project_id"), "place", ["project_id"])
    op.create_index(op.f("ix_place_person_id"), "place", ["person_id"])
    op.create_index(
        "uq_place_open",
        "place",
        ["project_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'offered')"),
    )
    op.create_index(
        "ix_place_lapses_at", "place", ["lapses_at"], postgresql_where=sa.text("state = 'offered'")
    )
