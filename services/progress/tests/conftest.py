from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from sqlalchemy import select, text

from chassis.contract import Actor, Call, Grant, NotFound, Unavailable, plain
from chassis.contract.declare import request_named
from chassis.entrypoints import HearsMany
from chassis.store import Store, UnitOfWork
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress.contract import Action
from services.progress.domain import Word
from services.progress.service import ProgressService
from services.progress.store.tables import fact, person, recount, recounted
from services.projects import contract as projects
from services.twinspace import contract as twinspace

TODAY = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
PAGE = 1
"""Identity answers in small pages here, so that a recount has many steps."""
AT_ONCE = 12
"""So much happens during each of them."""


@dataclass
class Owners:
    """The rest of the platform as progress asks it: what has happened, kept as its owners keep it."""

    people: dict[UUID, identity.ProgressFacts] = field(default_factory=dict)
    contacts: dict[frozenset[UUID], datetime] = field(default_factory=dict)
    follows: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)
    projects: dict[UUID, Project] = field(default_factory=dict)
    messages: list[tuple[UUID, UUID, tuple[UUID, ...], datetime]] = field(default_factory=list)
    contributions: dict[UUID, tuple[UUID, datetime]] = field(default_factory=dict)
    pages: dict[UUID, tuple[twinspace.Writing, ...]] = field(default_factory=dict)
    seats: list[tuple[UUID, UUID, events.Kind, datetime | None, datetime | None]] = field(
        default_factory=list
    )
    held: list[tuple[UUID, UUID, int, datetime]] = field(default_factory=list)
    hidden: set[UUID] = field(default_factory=set)
    away: bool = False
    asked: list[str] = field(default_factory=list)

    def call(self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float) -> list[Any]:
        if self.away:
            raise Unavailable
        self.asked += [call.request.name for call in calls]
        return [getattr(self, call.request.name.replace(".", "_"))(**call.arguments) for call in calls]

    def wake_relay(self) -> None: ...

    def wake_pump(self) -> None: ...

    def identity_profile(self, person_id: UUID) -> None:
        if person_id in self.hidden:
            raise NotFound(what="Person")

    def identity_progress_facts(self, ids: tuple[UUID, ...]) -> tuple[identity.ProgressFacts, ...]:
        return tuple(self.people[i] for i in ids if i in self.people)

    def ask(
        self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float
    ) -> Callable[[], list[Any]]:
        found = self.call(calls, token=token, deadline=deadline)  # old by the time it is read
        return lambda: found

    def identity_deeds(self, after: UUID | None = None) -> identity.PeopleDeeds:
        found = page(self.people, after)
        ids = {one for one, _ in found}
        contacts = [
            (one, *pair - {one}, at) for pair, at in self.contacts.items() for one in pair if one in ids
        ]
        follows = [(one, other, at) for (one, other), at in self.follows.items() if one in ids]
        return identity.PeopleDeeds(
            tuple(facts for _, facts in found),
            identity.Bonds(*columns(3, contacts)),
            identity.Bonds(*columns(3, follows)),
            None if after else len(self.people),
        )

    def projects_deeds(self, person_ids: tuple[UUID, ...]) -> projects.ProjectDeeds:
        founded, joined = (
            [
                (one.id, who, at)
                for one in self.projects.values()
                for who, at in members(one)
                if who in person_ids
            ]
            for members in (Project.founded, Project.joined)
        )
        return projects.ProjectDeeds(
            projects.Memberships(*columns(3, founded)), projects.Memberships(*columns(3, joined))
        )

    def community_deeds(self, person_ids: tuple[UUID, ...]) -> community.CommunityDeeds:
        sent = [one for one in self.messages if one[1] in person_ids]
        said = [(one, *found) for one, found in self.contributions.items() if found[0] in person_ids]
        return community.CommunityDeeds(
            community.SentMessages(*columns(4, sent)), community.Contributions(*columns(3, said))
        )

    def twinspace_deeds(self, person_ids: tuple[UUID, ...]) -> twinspace.SpaceDeeds:
        written = [
            (one, w.person_id, w.on)
            for one, writings in self.pages.items()
            for w in writings
            if w.person_id in person_ids
        ]
        return twinspace.SpaceDeeds(*columns(3, written))

    def events_deeds(self, person_ids: tuple[UUID, ...]) -> events.EventDeeds:
        seats = [one for one in self.seats if one[1] in person_ids]
        held = [one for one in self.held if one[1] in person_ids]
        return events.EventDeeds(events.Seats(*columns(5, seats)), events.HeldMeetings(*columns(4, held)))


@dataclass
class Project:
    """An approved project as its owner keeps it."""

    id: UUID
    founders: tuple[UUID, ...]
    approved_at: datetime
    partners: list[tuple[UUID, datetime]] = field(default_factory=list)

    def founded(self) -> list[tuple[UUID, datetime]]:
        return [(one, self.approved_at) for one in self.founders]

    def joined(self) -> list[tuple[UUID, datetime]]:
        return self.partners


def columns(wide: int, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(zip(*(map(as_text, row) for row in rows), strict=True)) or [()] * wide


def as_text(value: Any) -> Any:
    """Ids travel as texts."""
    if isinstance(value, tuple):
        return tuple(map(as_text, value))
    return str(value) if isinstance(value, UUID) else value


def hears_many(method: str) -> bool:
    return any(isinstance(one, HearsMany) for one in getattr(ProgressService, method).nameko_entrypoints)


def page(kept: dict[UUID, Any], after: UUID | None) -> list[tuple[UUID, Any]]:
    return [(i, kept[i]) for i in sorted(kept) if after is None or i > after][:PAGE]


@dataclass
class Platform:
    """The service on a real database, and what happens around it."""

    store: Store
    owners: Owners = field(default_factory=Owners)
    now: datetime = TODAY
    service: ProgressService = field(default_factory=ProgressService)
    happened: list[dict[str, Any]] = field(default_factory=list)
    lost: bool = False
    """Whether events get lost on the way, as after a broken disk."""
    busy: bool = False
    """Whether handlers of many events are busy, so that what is for them waits."""
    waiting: dict[str, list[Any]] = field(default_factory=dict)

    def ask(self, method: str, *arguments: Any, by: UUID | None = None, **named: Any) -> Any:
        uow = self.unit_of_work(by)
        request = request_named(f"progress.{method}")
        try:
            if request:
                request.by.admit(uow.visitor)
                named = request.parse(plain(named))
            reply = getattr(self.service, method)(uow, *arguments, **named)
            if request:
                reply = request.build_reply(plain(reply))
            self.happened += uow._said
            uow.commit()
        except BaseException:
            uow.roll_back()
            raise
        return reply

    def unit_of_work(self, by: UUID | None = None) -> UnitOfWork:
        actor = Actor(by, (Grant("member"),)) if by else None
        uow = UnitOfWork(self.store, self.owners, actor=actor, deadline=time.time() + 60)
        uow.now = self.now
        return uow

    def hears(self, method: str, event: Any) -> None:
        if self.lost:
            return
        if not hears_many(method):
            self.ask(method, event)
        elif self.busy:
            self.waiting.setdefault(method, []).append(event)
        else:
            self.ask(method, (event,))

    def is_free_again(self) -> None:
        """What waits is heard, all of a kind at once."""
        self.busy, waiting, self.waiting = False, self.waiting, {}
        for method, happened in waiting.items():
            self.ask(method, tuple(happened))

    # ---- what happens: the owner keeps it, then says it

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def person(self) -> UUID:
        made: UUID = uuid.uuid7()
        self.owners.people[made] = identity.ProgressFacts(made, 1, 0, False, False, 0, None, False)
        return made

    def changes(self, who: UUID, **facts: Any) -> None:
        old = self.owners.people[who]
        values = {name: getattr(old, name) for name in identity.ProgressFacts.__dataclass_fields__}
        self.owners.people[who] = identity.ProgressFacts(**(values | {"version": old.version + 1} | facts))
        self.hears("profile_changed", identity.ProfileChanged(who, self.tick()))

    def is_seen(self, who: UUID) -> None:
        self.now += timedelta(days=1)
        old = self.owners.people[who]
        values = {name: getattr(old, name) for name in identity.ProgressFacts.__dataclass_fields__}
        days = old.days_seen + 1
        self.owners.people[who] = identity.ProgressFacts(
            **(values | {"days_seen": days, "seen_on": self.now.date()})
        )
        self.hears("person_seen", identity.PersonSeen(who, self.now.date(), days))

    def become_contacts(self, one: UUID, other: UUID) -> None:
        self.owners.contacts[frozenset((one, other))] = self.tick()
        self.hears("contact_accepted", identity.ContactAccepted(uuid.uuid7(), one, other, self.now))

    def part(self, one: UUID, other: UUID) -> None:
        self.owners.contacts.pop(frozenset((one, other)), None)
        self.hears("contact_removed", identity.ContactRemoved(uuid.uuid7(), one, other, self.tick()))

    def follows(self, one: UUID, other: UUID) -> None:
        self.owners.follows[one, other] = self.tick()
        self.hears("followed", identity.Followed(one, other, self.now))

    def unfollows(self, one: UUID, other: UUID) -> None:
        self.owners.follows.pop((one, other), None)
        self.hears("unfollowed", identity.Unfollowed(one, other, self.tick()))

    def writes(self, one: UUID, *to: UUID) -> None:
        message_id = uuid.uuid7()
        self.owners.messages.append((message_id, one, to, self.tick()))
        self.hears("message_sent", community.MessageSent(uuid.uuid7(), message_id, one, to, self.now))

    def posts(self, one: UUID) -> UUID:
        made: UUID = uuid.uuid7()
        self.owners.contributions[made] = (one, self.tick())
        self.hears("contribution_written", community.ContributionWritten(made, made, one, self.now))
        return made

    def is_moderated(self, post_id: UUID) -> None:
        author = self.owners.contributions.pop(post_id)[0]
        self.hears(
            "contribution_removed", community.ContributionRemoved(post_id, post_id, author, self.tick())
        )

    def found(self, *founders: UUID) -> UUID:
        made: UUID = uuid.uuid7()
        self.owners.projects[made] = Project(made, founders, self.tick())
        self.hears("project_activated", projects.ProjectActivated(made, founders, self.now))
        return made

    def joins(self, who: UUID, project_id: UUID) -> None:
        project = self.owners.projects[project_id]
        project.partners.append((who, self.tick()))
        joined = projects.PartnerJoined(
            project_id, uuid.uuid7(), who, uuid.uuid7(), "xx", project.founders, self.now
        )
        self.hears("partner_joined", joined)

    def writes_page(self, who: UUID, page_id: UUID | None = None) -> UUID:
        made: UUID = page_id or uuid.uuid7()
        writing = twinspace.Writing(who, self.tick().date())
        self.owners.pages[made] = tuple({*self.owners.pages.get(made, ()), writing})
        self.hears("page_written", twinspace.PageWritten(made, uuid.uuid7(), who, self.now))
        return made

    def removes_page(self, page_id: UUID) -> None:
        gone = self.owners.pages.pop(page_id)
        self.hears("page_removed", twinspace.PageRemoved(page_id, uuid.uuid7(), gone, self.tick()))

    def attends(self, who: UUID, kind: events.Kind = events.Kind.WORKSHOP) -> None:
        made, meeting = uuid.uuid7(), uuid.uuid7()
        self.owners.seats.append((meeting, who, kind, self.tick(), None))
        self.hears("attended", events.Attended(made, meeting, who, kind, self.now))

    def completes(self, who: UUID, kind: events.Kind) -> None:
        made, meeting = uuid.uuid7(), uuid.uuid7()
        self.owners.seats.append((meeting, who, kind, None, self.tick()))
        self.hears("activity_completed", events.ActivityCompleted(made, meeting, who, kind, 3, self.now))

    def holds_meeting(self, who: UUID, attendees: int) -> None:
        made = uuid.uuid7()
        self.owners.held.append((made, who, attendees, self.tick()))
        self.hears("meeting_held", events.MeetingHeld(made, who, attendees, self.now))

    # ---- recounting

    def recount(self, *, meanwhile: Iterable[Callable[[], None]] = ()) -> int:
        """Recount to the end; between its steps other things happen. How many steps it took."""
        with self.store.engine.begin() as connection:
            connection.execute(recount.insert().values(id=1))
        others, steps = list(meanwhile), 0
        while self.ask("recount"):
            steps += 1
            for happens in others[:AT_ONCE]:
                happens()
            del others[:AT_ONCE]
        assert not others
        return steps

    def is_killed(self) -> None:
        """The process and what it had asked for are gone; another one goes on."""
        self.service = ProgressService()

    def last_recount(self) -> Any:
        return self.store.rows(select(recounted).order_by(recounted.c.id.desc()).limit(1))[0]

    # ---- looking

    def counted(self, who: UUID) -> dict[Action, int]:
        shown = self.ask("my_progress", by=who)
        return {one.action: one.counted for area in shown.areas for one in area.actions if one.counted}

    def everybody(self) -> dict[UUID, dict[Action, int]]:
        return {row["id"]: row["counted"] for row in self.store.rows(select(person)) if row["counted"]}

    def facts(self) -> list[Word]:
        names = Word._fields
        return [Word(**{name: row[name] for name in names}) for row in self.store.rows(select(fact))]

    def said(self, name: str) -> list[dict[str, Any]]:
        return [one["payload"] for one in self.happened if one["type"] == f"progress.{name}"]


@pytest.fixture(scope="session")
def store(database: Callable[[str], str]) -> Iterator[Store]:
    opened = Store(database("progress"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def platform(store: Store) -> Platform:
    empty(store)
    return Platform(store)


def empty(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("TRUNCATE person, fact, fresh, recount, recounted, outbox, answered"))


__all__ = ["TODAY", "Owners", "Platform"]
