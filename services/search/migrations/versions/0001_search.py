"""What is out of date, rebuilds and comparisons under way, kept searches."""

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
    now = sa.text("clock_timestamp()")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "dirty",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("marks", sa.Integer(), server_default="1", nullable=False),
        sa.Column("marked_at", moment, server_default=now, nullable=False),
        sa.Column("next_at", moment, server_default=now, nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_dirty")),
    )
    op.create_index("ix_dirty_next_at", "dirty", ["kind", "next_at"])
    op.create_index("ix_dirty_marked_at", "dirty", ["kind", "marked_at"])
    op.create_table(
        "rebuild",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("index", sa.String(length=80), server_default="", nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("began_at", moment, server_default=now, nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_rebuild")),
    )
    op.create_table(
        "comparison",
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("compared", sa.Integer(), server_default="0", nullable=False),
        sa.Column("differing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_comparison")),
    )
    op.create_table(
        "post_author",
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_post_author")),
    )
    op.create_index(op.f("ix_post_author_author_id"), "post_author", ["author_id"])
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scope", sa.String(length=30), nullable=False),
        sa.Column("wanted", postgresql.JSONB(), nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("primed", sa.Boolean(), nullable=False),
        sa.Column("news", sa.Integer(), nullable=False),
        sa.Column("saved_at", moment, nullable=False),
        sa.Column("looked_at", moment, nullable=False),
        sa.Column("next_look_at", moment, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index(op.f("ix_saved_search_person_id"), "saved_search", ["person_id"])
    op.create_index("ix_saved_search_next_look_at", "saved_search", ["next_look_at"])
    op.create_table(
        "known_match",
        sa.Column("search_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["search_id"],
            ["saved_search.id"],
            name=op.f("fk_known_match_search_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("search_id", "document_id", name=op.f("pk_known_match")),
    )
