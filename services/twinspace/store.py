"""Where spaces and their pages are kept."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Select,
    String,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.store import Moment, UnitOfWork, choice, document, new_registry
from services.twinspace.contract import PageVisibility, SpaceState
from services.twinspace.domain import Page, Space

registry = new_registry()
metadata = registry.metadata
_id = Uuid()

space = Table(
    "space",
    metadata,
    Column("id", _id, primary_key=True),  # the project's own id: one space per project, whatever is repeated
    Column("state", choice(SpaceState), nullable=False),
    Column("administrators", document(tuple[UUID, ...]), nullable=False),
    Column("teachers", document(tuple[UUID, ...]), nullable=False),
    Column("member_ids", ARRAY(_id), nullable=False),
    Column("page_order", document(tuple[UUID, ...]), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("version", BigInteger, nullable=False),
)
Index("ix_space_member_ids", space.c.member_ids, postgresql_using="gin")

page = Table(
    "page",
    metadata,
    Column("id", _id, primary_key=True),
    Column("project_id", _id, ForeignKey("space.id"), nullable=False, index=True),
    Column("parent_id", _id),
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("visibility", choice(PageVisibility), nullable=False),
    Column("author_id", _id, nullable=False),
    Column("changed_by", _id, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("published_by", _id),
    Column("version", BigInteger, nullable=False),
)

writing = Table(
    "writing",
    metadata,
    Column("page_id", _id, ForeignKey("page.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", _id, primary_key=True, index=True),
    Column("on", Date, primary_key=True),
)
"""Who wrote on a page, on which day."""

registry.map_imperatively(
    Space,
    space,
    version_id_col=space.c.version,
    version_id_generator=False,
    properties={"member_ids": space.c.member_ids},
)
registry.map_imperatively(Page, page, version_id_col=page.c.version, version_id_generator=False)


def spaces_of(person_id: UUID) -> Select[Any]:
    """Open and closed spaces of a member, newest first."""
    mine = space.c.member_ids.contains([person_id])
    return select(space).where(mine, space.c.state != SpaceState.HIDDEN).order_by(space.c.opened_at.desc())


def space_by_id(project_id: UUID) -> Select[Any]:
    return select(space).where(space.c.id == project_id)


def page_by_id(page_id: UUID) -> Select[Any]:
    return select(page).where(page.c.id == page_id)


def pages_of(project_id: UUID, person_id: UUID, *, all_drafts: bool) -> Select[Any]:
    """A space's pages without their texts, as this member may see them."""
    columns = [c for c in page.c if c.name not in ("text", "html")]
    statement = select(*columns).where(page.c.project_id == project_id)
    if not all_drafts:
        statement = statement.where(
            or_(page.c.visibility != PageVisibility.DRAFT, page.c.author_id == person_id)
        )
    return statement.order_by(page.c.changed_at)


def note_writing(uow: UnitOfWork, page_id: UUID) -> None:
    """The acting person wrote on this page today; a second time the same day is the same."""
    uow.session.flush()
    row = {"page_id": page_id, "person_id": uow.actor.id, "on": uow.now.date()}
    uow.session.execute(upsert(writing).values(**row).on_conflict_do_nothing())


def writings_on(page_ids: Collection[UUID]) -> Select[Any]:
    """Who wrote on these pages, on which days."""
    return select(writing).where(writing.c.page_id.in_(page_ids))


WRITINGS = select(cast(writing.c.page_id, Text), cast(writing.c.person_id, Text), writing.c.on).where(
    writing.c.person_id == any_(bindparam("ids", type_=ARRAY(_id)))
)
"""Where these people wrote: page, person, day."""
