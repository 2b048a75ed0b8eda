"""What twinspace says and answers: one private space per approved project, its members and pages."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    ANYONE,
    PLATFORM,
    Conflict,
    Forbidden,
    Invalid,
    Length,
    Size,
    command,
    event,
    request,
    value,
)


class SpaceState(StrEnum):
    """Hidden until the project is active; read-only when it is closed. (TS-41)"""

    HIDDEN = "hidden"
    OPEN = "open"
    CLOSED = "closed"


class PageVisibility(StrEnum):
    """Who reads a page. (TS-06)"""

    DRAFT = "draft"
    TEACHERS = "teachers"
    MEMBERS = "members"
    PUBLIC = "public"


@value
class Member:
    """Somebody in a space; founders are teacher administrators."""

    person_id: UUID
    role: str


@value
class PageCard:
    id: UUID
    parent_id: UUID | None
    title: str
    visibility: PageVisibility
    author_id: UUID
    changed_at: datetime


@value
class SpaceView:
    """A space as this member sees it."""

    project_id: UUID
    state: SpaceState
    opened_at: datetime | None
    members: tuple[Member, ...]
    pages: tuple[PageCard, ...]
    actions: tuple[str, ...]


@value
class PageView:
    """A page: its text as written (Markdown) and as shown (sanitised HTML)."""

    id: UUID
    project_id: UUID
    parent_id: UUID | None
    title: str
    text: str
    html: str
    visibility: PageVisibility
    author_id: UUID
    changed_by: UUID
    changed_at: datetime
    version: int
    actions: tuple[str, ...]


@value
class Done:
    id: UUID
    version: int = 0


class SpaceClosed(Conflict):
    """The project has ended: the space can be read, not changed."""


class NotYours(Forbidden):
    """Only its author or a teacher administrator may change this page. (b.7)"""


class PublishingNeedsConsent(Invalid):
    """Publishing is an explicit act: confirm that everybody agrees and nobody's rights are hurt. (TS-02)"""


class NestedTooDeep(Invalid):
    """A page's parent must be a page of the same space that has no parent of its own."""


@request
def space(project_id: UUID) -> SpaceView:
    """The space of a project, for its members only. (TS-01)"""


@request
def my_spaces() -> tuple[SpaceView, ...]:
    """The spaces one is a member of."""


@request(by=ANYONE)
def page(page_id: UUID) -> PageView:
    """One page, where the reader may see it. (TS-05 TS-06)"""


@request
def write_page(
    page_id: UUID,
    project_id: UUID,
    title: Annotated[str, Length(1, 120)],
    text: Annotated[str, Length(0, 50_000, lines=True)] = "",
    visibility: PageVisibility = PageVisibility.DRAFT,
    parent_id: UUID | None = None,
    seen_version: int = 0,
    publishing_confirmed: bool = False,
) -> PageView:
    """Write a new page (`seen_version` 0) or change one. (TS-05 TS-06 TS-02)"""


@request
def delete_page(page_id: UUID, seen_version: int) -> None:
    """Take a page away."""


@request
def order_pages(project_id: UUID, page_ids: Annotated[tuple[UUID, ...], Size(1, 500)]) -> SpaceView:
    """Put the pages in order. (TS-05)"""


@command
def provision(project_id: UUID, members: Annotated[tuple[UUID, ...], Size(2, 10)]) -> Done:
    """Prepare exactly one hidden space for exactly these founders. (TS-01 AP-05)"""


@command
def discard(project_id: UUID) -> Done:
    """Take a hidden space back; there may be none."""


@event
class TwinSpaceOpened:
    """The space is there for its members."""

    project_id: UUID
    members: tuple[UUID, ...]
    at: datetime


@value
class Writing:
    """Who wrote on a page, on which day."""

    person_id: UUID
    on: date


@value
class SpaceDeeds:
    """Who wrote on which page on which day, as columns. Ids are texts: they only travel on. (PG-05 PG-11)"""

    page_ids: tuple[str, ...]
    person_ids: tuple[str, ...]
    days: tuple[date, ...]


@request(by=PLATFORM)
def deeds(person_ids: Annotated[tuple[UUID, ...], Size(0, 500)]) -> SpaceDeeds:
    """On which pages these people wrote, on which days. (PG-05 PG-11)"""


@event
class PageRemoved:
    """A page is gone, and with it what these people wrote there."""

    page_id: UUID
    project_id: UUID
    writings: tuple[Writing, ...]
    at: datetime


@event
class PageWritten:
    """A page was written or changed."""

    page_id: UUID
    project_id: UUID
    by: UUID
    at: datetime
