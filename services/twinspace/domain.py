"""The rules of a project's private space: who is in it, who reads a page, who may change it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.twinspace.contract import (
    NestedTooDeep,
    NotYours,
    PageVisibility,
    PageWritten,
    PublishingNeedsConsent,
    SpaceClosed,
    SpaceState,
    TwinSpaceOpened,
)

ADMINISTRATOR, TEACHER = "teacher_administrator", "teacher"


@dataclass
class Space:
    """One space per project; founders are its teacher administrators. (TS-01)"""

    id: UUID
    state: SpaceState
    administrators: tuple[UUID, ...]
    teachers: tuple[UUID, ...]
    created_at: datetime
    opened_at: datetime | None = None
    page_order: tuple[UUID, ...] = ()
    version: int = 0

    @property
    def members(self) -> tuple[UUID, ...]:
        return (*self.administrators, *self.teachers)

    def open(self, *, at: datetime) -> TwinSpaceOpened:
        """The project is active: members may come in. A closed space stays closed."""
        if self.state is SpaceState.HIDDEN:
            self.state, self.opened_at = SpaceState.OPEN, at
        return TwinSpaceOpened(self.id, self.members, self.opened_at or at)

    def close(self) -> None:
        """The project has ended: read-only from now on. (PR-22)"""
        self.state = SpaceState.CLOSED

    def admit(self, person_id: UUID) -> None:
        """Somebody has joined the project: a teacher here. (PR-16)"""
        if person_id not in self.members:
            self.teachers = (*self.teachers, person_id)

    def must_be_writable(self) -> None:
        """Raises `SpaceClosed`."""
        if self.state is not SpaceState.OPEN:
            raise SpaceClosed(state=self.state)

    def administers(self, person_id: UUID) -> bool:
        return person_id in self.administrators

    def actions_for(self, person_id: UUID) -> tuple[str, ...]:
        """What a member may do here now."""
        if self.state is not SpaceState.OPEN:
            return ()
        return ("write_page", "order_pages") if self.administers(person_id) else ("write_page",)


@dataclass
class Page:
    """A page of a space, with at most one page above it. (TS-05)"""

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
    published_by: UUID | None = None
    version: int = 0

    def write(
        self,
        space: Space,
        *,
        title: str,
        text: str,
        html: str,
        visibility: PageVisibility,
        parent: "Page | None",
        confirmed: bool,
        by: UUID,
        at: datetime,
    ) -> PageWritten:
        """Change the page; publishing it to the world is an explicit act of a teacher administrator. (TS-02 TS-06)"""
        space.must_be_writable()
        self.must_be_changeable_by(space, by)
        if parent is not None and (
            parent.project_id != self.project_id or parent.parent_id or parent.id == self.id
        ):
            raise NestedTooDeep(fields={"parent_id": ["nested_too_deep"]})
        if visibility is PageVisibility.PUBLIC and self.visibility is not PageVisibility.PUBLIC:
            if not space.administers(by):
                raise NotYours(fields={"visibility": ["administrators_only"]})
            if not confirmed:
                raise PublishingNeedsConsent(fields={"publishing_confirmed": ["required"]})
            self.published_by = by
        self.title, self.text, self.html, self.visibility = title, text, html, visibility
        self.parent_id = parent.id if parent else None
        self.changed_by, self.changed_at = by, at
        return PageWritten(self.id, self.project_id, by, at)

    def must_be_changeable_by(self, space: Space, person_id: UUID) -> None:
        """Its author and teacher administrators; raises `NotYours`. (b.7)"""
        if person_id != self.author_id and not space.administers(person_id):
            raise NotYours

    def readable_by(self, space: Space, person_id: UUID | None) -> bool:
        """Public pages by everyone; drafts by their author and administrators; the rest by members. (TS-06)"""
        if space.state is SpaceState.HIDDEN:
            return False
        if self.visibility is PageVisibility.PUBLIC:
            return True
        if person_id is None or person_id not in space.members:
            return False
        if self.visibility is PageVisibility.DRAFT:
            return person_id == self.author_id or space.administers(person_id)
        return True

    def actions_for(self, space: Space, person_id: UUID | None) -> tuple[str, ...]:
        """What this reader may do with the page."""
        if person_id is None or space.state is not SpaceState.OPEN:
            return ()
        if person_id != self.author_id and not space.administers(person_id):
            return ()
        return ("edit", "delete", "publish") if space.administers(person_id) else ("edit", "delete")
