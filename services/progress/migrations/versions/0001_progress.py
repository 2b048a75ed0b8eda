"""Facts, bars, recounts."""

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
    now, nothing = sa.text("clock_timestamp()"), sa.text("'{}'::jsonb")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hides_deeds", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("counted", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("told", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    for name in ("fact", "fresh"):
        op.create_table(
            name,
            sa.Column("person_id", sa.Uuid(), nullable=False),
            sa.Column("action", sa.String(length=30), nullable=False),
            sa.Column("subject", sa.String(length=60), nullable=False),
            sa.Column("slot", sa.String(length=40), nullable=False),
            sa.Column("on", sa.Date(), nullable=False),
            sa.Column("rank", sa.BigInteger(), nullable=False),
            sa.Column("holds", sa.Boolean(), nullable=False),
            sa.Column("amount", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("person_id", "action", "subject", name=op.f(f"pk_{name}")),
        )
    op.create_table(
        "recount",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("stage", sa.String(length=30), server_default="", nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("done", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("total", postgresql.JSONB(), server_default=nothing, nullable=False),
        sa.Column("changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("began_at", moment, server_default=now, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_recount_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount")),
    )
    op.create_table(
        "recounted",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("ended_at", moment, server_default=now, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recounted")),
    )
