"""TwinSpaces: one method per message."""

from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from chassis.contract import Invalid, NotFound
from chassis.service import Service, UnitOfWork, answers, on
from chassis.store.unit_of_work import ChangedMeanwhile
from services.projects import contract as projects
from services.twinspace import contract
from services.twinspace.contract import Member, PageCard, PageView, PageVisibility, SpaceState, SpaceView
from services.twinspace.domain import ADMINISTRATOR, TEACHER, Page, Space
from services.twinspace.store import (
    WRITINGS,
    note_writing,
    page_by_id,
    pages_of,
    space_by_id,
    spaces_of,
    writings_on,
)
from services.twinspace.store import page as page_table
from services.twinspace.text import to_html


class TwinspaceService(Service):
    """A project's private space."""

    name = "twinspace"

    # ---- the saga's commands and the project's life

    @answers(contract.provision)
    def provision(self, uow: UnitOfWork, project_id: UUID, members: tuple[UUID, ...]) -> contract.Done:
        """Idempotent by the project's id: a second order finds the same space."""
        space = uow.find(Space, project_id)
        if space is None:
            space = uow.add(Space(project_id, SpaceState.HIDDEN, tuple(members), (), uow.now))
            space.member_ids = list(members)  # type: ignore[attr-defined]
        return contract.Done(project_id, space.version)

    @answers(contract.discard)
    def discard(self, uow: UnitOfWork, project_id: UUID) -> contract.Done:
        """Only a space that nobody has entered can be taken back."""
        space = uow.find(Space, project_id)
        if space is not None and space.state is SpaceState.HIDDEN:
            uow.session.delete(space)
        return contract.Done(project_id)

    @on(projects.ProjectActivated)
    def open(self, uow: UnitOfWork, activated: projects.ProjectActivated) -> None:
        """The last approval opens the space at once. (AP-05)"""
        space = uow.get(Space, activated.project_id)
        if space.state is SpaceState.HIDDEN:
            uow.publish(space.open(at=uow.now))

    @on(projects.ProjectClosed)
    def close(self, uow: UnitOfWork, closed: projects.ProjectClosed) -> None:
        """The project has ended: the space is read-only."""
        space = uow.get(Space, closed.project_id)
        space.close()
        space.version += 1

    @on(projects.PartnerJoined)
    def partner_joined(self, uow: UnitOfWork, joined: projects.PartnerJoined) -> None:
        """A partner's place in the project is a place in its space."""
        space = uow.get(Space, joined.project_id)
        space.admit(joined.person_id)
        space.member_ids = list(space.members)  # type: ignore[attr-defined]
        space.version += 1

    # ---- the space

    @answers(contract.space)
    def space(self, uow: UnitOfWork, project_id: UUID) -> SpaceView:
        found = uow.store.rows(space_by_id(project_id))
        if not found:
            raise NotFound(what="twinspace")
        space = _space(found[0])
        if uow.actor.id not in space.members or space.state is SpaceState.HIDDEN:
            raise NotFound(what="twinspace")
        rows = uow.store.rows(pages_of(project_id, uow.actor.id, all_drafts=space.administers(uow.actor.id)))
        return _view(space, rows, uow.actor.id)

    @answers(contract.my_spaces)
    def my_spaces(self, uow: UnitOfWork) -> tuple[SpaceView, ...]:
        return tuple(_view(_space(row), (), uow.actor.id) for row in uow.store.rows(spaces_of(uow.actor.id)))

    @answers(contract.page)
    def page(self, uow: UnitOfWork, page_id: UUID) -> PageView:
        found = uow.store.rows(page_by_id(page_id))
        if not found:
            raise NotFound(what="page")
        page = _page(found[0])
        space = _space(uow.store.rows(space_by_id(page.project_id))[0])
        reader = uow.visitor.id if uow.visitor else None
        if not page.readable_by(space, reader):
            raise NotFound(what="page")
        return _page_view(page, space, reader)

    @answers(contract.write_page)
    def write_page(
        self,
        uow: UnitOfWork,
        page_id: UUID,
        project_id: UUID,
        title: str,
        text: str = "",
        visibility: PageVisibility = PageVisibility.DRAFT,
        parent_id: UUID | None = None,
        seen_version: int = 0,
        publishing_confirmed: bool = False,
    ) -> PageView:
        html = to_html(text)
        space = _entered(uow, project_id)
        page = uow.find(Page, page_id)
        if page is None:
            by = uow.actor.id
            page = uow.add(Page(page_id, project_id, None, "", "", "", PageVisibility.DRAFT, by, by, uow.now))
        elif page.project_id != project_id or not page.readable_by(space, uow.actor.id):
            raise NotFound(what="page")
        elif page.version != seen_version:
            raise ChangedMeanwhile(version=page.version)
        parent = uow.find(Page, parent_id, lock=False) if parent_id else None
        if parent_id and parent is None:
            raise contract.NestedTooDeep(fields={"parent_id": ["nested_too_deep"]})
        written = page.write(
            space,
            title=title,
            text=text,
            html=html,
            visibility=visibility,
            parent=parent,
            confirmed=publishing_confirmed,
            by=uow.actor.id,
            at=uow.now,
        )
        uow.publish(written)
        note_writing(uow, page_id)
        return _page_view(page, space, uow.actor.id)

    @answers(contract.delete_page)
    def delete_page(self, uow: UnitOfWork, page_id: UUID, seen_version: int) -> None:
        page = uow.get(Page, page_id)
        space = _entered(uow, page.project_id)
        space.must_be_writable()
        page.must_be_changeable_by(space, uow.actor.id)
        if page.version != seen_version:
            raise ChangedMeanwhile(version=page.version)
        uow.session.execute(
            page_table.update().where(page_table.c.parent_id == page_id).values(parent_id=page.parent_id)
        )
        writings = tuple(
            contract.Writing(row["person_id"], row["on"]) for row in uow.store.rows(writings_on([page_id]))
        )
        uow.publish(
            contract.PageRemoved(page_id, page.project_id, writings, uow.now), version=page.version + 1
        )
        uow.session.delete(page)

    @answers(contract.deeds)
    def deeds(self, uow: UnitOfWork, person_ids: tuple[UUID, ...]) -> contract.SpaceDeeds:
        return contract.SpaceDeeds(*uow.columns(WRITINGS, ids=list(person_ids)))

    @answers(contract.order_pages)
    def order_pages(self, uow: UnitOfWork, project_id: UUID, page_ids: tuple[UUID, ...]) -> SpaceView:
        space = _entered(uow, project_id)
        space.must_be_writable()
        if not space.administers(uow.actor.id):
            raise contract.NotYours
        rows = uow.store.rows(pages_of(project_id, uow.actor.id, all_drafts=True))
        if {row["id"] for row in rows} != set(page_ids):
            raise Invalid(fields={"page_ids": ["not_all_pages"]})
        space.page_order = tuple(page_ids)
        space.version += 1
        return _view(space, rows, uow.actor.id)


def _entered(uow: UnitOfWork, project_id: UUID) -> Space:
    """A space the actor is a member of, locked; for everyone else there is none."""
    space = uow.find(Space, project_id)
    if space is None or uow.actor.id not in space.members or space.state is SpaceState.HIDDEN:
        raise NotFound(what="twinspace")
    return space


def _space(row: RowMapping) -> Space:
    return Space(**{name: row[name] for name in Space.__dataclass_fields__})


def _page(row: RowMapping) -> Page:
    return Page(**{name: row[name] for name in Page.__dataclass_fields__})


def _view(space: Space, rows: Any, person_id: UUID) -> SpaceView:
    place = {page_id: number for number, page_id in enumerate(space.page_order)}
    ordered = sorted(rows, key=lambda row: (place.get(row["id"], len(place)), row["changed_at"]))
    return SpaceView(
        project_id=space.id,
        state=space.state,
        opened_at=space.opened_at,
        members=(
            *(Member(p, ADMINISTRATOR) for p in space.administrators),
            *(Member(p, TEACHER) for p in space.teachers),
        ),
        pages=tuple(
            PageCard(
                row["id"],
                row["parent_id"],
                row["title"],
                row["visibility"],
                row["author_id"],
                row["changed_at"],
            )
            for row in ordered
        ),
        actions=space.actions_for(person_id),
    )


def _page_view(page: Page, space: Space, reader: UUID | None) -> PageView:
    names = (
        "id", "project_id", "parent_id", "title", "html", "visibility", "author_id", "changed_by", "changed_at", "version",
    )  # fmt: skip
    actions = page.actions_for(space, reader)
    return PageView(
        **{name: getattr(page, name) for name in names}, text=page.text if actions else "", actions=actions
    )
