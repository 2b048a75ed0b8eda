from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from sqlalchemy import text

from chassis.contract import Actor, Call, Failure, Grant, plain
from chassis.contract.declare import parse_event, request_named
from chassis.store import Store, UnitOfWork
from services.community.contract import Band, Section
from services.community.service import CommunityService
from services.identity import contract as identity

TODAY = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
MEMBER, OFFICER, CSS, MODERATOR = (
    (Grant("member"),),
    (Grant("officer", "nss-pl"),),
    (Grant("css", "css"),),
    (Grant("member"), Grant("moderator", "forums")),
)


@dataclass
class Somebody:
    """Somebody as identity knows them."""

    id: UUID
    name: str
    roles: tuple[Grant, ...] = MEMBER
    available: bool = True
    available_plus: bool = False
    closed: bool = False
    country: str = "ES"
    registered_at: datetime = TODAY - timedelta(days=100)
    time_zone: str = "Europe/Madrid"
    language: str = "en"

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.roles)

    @property
    def validated(self) -> bool:
        return Grant("member") in self.roles


@dataclass
class People:
    """Identity, as far as community asks it: whoever is here, who knows whom and who has blocked whom."""

    known: dict[UUID, Somebody] = field(default_factory=dict)
    contacts: set[frozenset[UUID]] = field(default_factory=set)
    blocks: set[tuple[UUID, UUID]] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    acting: UUID | None = None

    def call(self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float) -> list[Any]:
        self.asked += [call.request.name for call in calls]
        return [getattr(self, call.request.verb)(**call.arguments) for call in calls]

    def wake_relay(self) -> None: ...

    def wake_pump(self) -> None: ...

    def blocked(self, one: UUID, other: UUID) -> bool:
        return bool({(one, other), (other, one)} & self.blocks)

    # what identity answers

    def invitation_facts(self, inviter_id: UUID, invitee_ids: tuple[UUID, ...]) -> identity.InvitationFacts:
        def facts(one: UUID) -> identity.PersonFacts:
            who = self.known[one]
            return identity.PersonFacts(
                one,
                frozenset((one, inviter_id)) in self.contacts,
                who.available,
                who.available_plus,
                plus=False,
                validated=who.validated,
                closed=who.closed,
                blocked=self.blocked(one, inviter_id),
                country=who.country,
                registered_at=who.registered_at,
            )

        invitees = [facts(one) for one in invitee_ids if one in self.known and one != inviter_id]
        return identity.InvitationFacts(facts(inviter_id), tuple(invitees))

    def grants_of(self, person_id: UUID) -> tuple[Grant, ...]:
        return self.known[person_id].roles

    def findable(self, ids: tuple[UUID, ...], partner: bool = False) -> tuple[identity.PersonCard, ...]:
        assert self.acting
        return tuple(
            self.card(one)
            for one in ids
            if one in self.known
            and self.known[one].available
            and not self.known[one].closed
            and not self.blocked(one, self.acting)
        )

    def card(self, one: UUID) -> identity.PersonCard:
        who = self.known[one]
        return identity.PersonCard(
            one, who.name, who.country, None, None, who.available, who.available_plus, who.validated
        )

    def recipients(self, person_ids: tuple[UUID, ...]) -> tuple[identity.Recipient, ...]:
        return tuple(
            identity.Recipient(who.id, who.name, f"{who.id}@example.org", who.language, who.time_zone)
            for one in person_ids
            if (who := self.known.get(one)) and not who.closed
        )


@dataclass
class Answered:
    """What a request came back with, and what was said."""

    reply: Any
    events: list[dict[str, Any]]


@dataclass
class Community:
    """The service on a real database, asked one request at a time by whoever is named."""

    store: Store
    people: People = field(default_factory=People)
    now: datetime = TODAY
    service: CommunityService = field(default_factory=CommunityService)

    # ---- people

    def person(self, name: str = "Ana", **given: Any) -> Somebody:
        one = Somebody(uuid.uuid7(), name, **given)
        self.people.known[one.id] = one
        return one

    def become_contacts(self, one: Somebody, other: Somebody) -> None:
        self.people.contacts.add(frozenset((one.id, other.id)))

    def block(self, one: Somebody, other: Somebody) -> None:
        self.people.blocks.add((one.id, other.id))
        self.hears(
            identity.PersonBlocked, contact_id=uuid.uuid7(), from_id=one.id, to_id=other.id, at=self.now
        )

    def unblock(self, one: Somebody, other: Somebody) -> None:
        self.people.blocks.discard((one.id, other.id))
        self.hears(
            identity.PersonUnblocked, contact_id=uuid.uuid7(), from_id=one.id, to_id=other.id, at=self.now
        )

    def says_available(self, one: Somebody, available: bool, plus: bool = False) -> None:
        one.available, one.available_plus = available, plus
        self.hears(
            identity.AvailabilityChanged,
            person_id=one.id,
            available=available,
            available_plus=plus,
            at=self.now,
        )

    # ---- asking

    def ask(self, by: Somebody | None, method: str, **arguments: Any) -> Any:
        return self.answer(by, method, **arguments).reply

    def answer(self, by: Somebody | None, method: str, **arguments: Any) -> Answered:
        """As from the bus: who may ask, arguments and reply go through the contract."""
        request = request_named(f"community.{method}")
        assert request
        actor = by.actor if by else None
        request.by.admit(actor)
        arguments = request.parse(plain(arguments))

        def handle(uow: UnitOfWork) -> Any:
            return request.build_reply(plain(getattr(self.service, method)(uow, **arguments)))

        return self._in_transaction(actor, handle)

    def refusal(self, kind: type[Failure], by: Somebody, method: str, **arguments: Any) -> Any:
        with pytest.raises(kind) as raised:
            self.ask(by, method, **arguments)
        return raised.value

    def hears(self, kind: type[Any], **facts: Any) -> None:
        """An event of another service; heard twice, as may happen."""
        happened = parse_event(kind, plain(facts))
        method = next(
            name
            for name, member in vars(CommunityService).items()
            if kind.__name__ == "".join(part.title() for part in name.split("_"))
        )
        for _ in range(2):
            self._in_transaction(None, lambda uow: getattr(self.service, method)(uow, happened))

    def pump(self, method: str) -> int:
        """How many rows were due."""
        taken = 0
        while self._in_transaction(None, getattr(self.service, method)).reply:
            taken += 1
        return taken

    def _in_transaction(self, actor: Actor | None, handle: Callable[[UnitOfWork], Any]) -> Answered:
        self.now += timedelta(milliseconds=1)
        uow = self.unit_of_work(actor)
        try:
            reply = handle(uow)
            said = list(uow._said)
            uow.commit()
            return Answered(reply, said)
        except BaseException:
            uow.roll_back()
            raise

    def unit_of_work(self, actor: Actor | None = None) -> UnitOfWork:
        uow = UnitOfWork(self.store, self.people, actor=actor, deadline=time.time() + 60)
        uow.now = self.now
        self.people.acting = actor.id if actor else None
        return uow

    # ---- what is done again and again

    def days_pass(self, days: float) -> None:
        self.now += timedelta(days=days)

    def write(self, by: Somebody, *to: Somebody, text: str = "", **more: Any) -> UUID:
        thread_id: UUID = uuid.uuid7()
        body = {"subject": "Songs we swap", "text": text or f"Hello {thread_id}"} | more
        ids = {"thread_id": thread_id, "message_id": uuid.uuid7()}
        self.ask(by, "start_thread", **ids, to=[one.id for one in to], **body)
        return thread_id

    def reply(self, by: Somebody, thread_id: UUID, text: str = "Yes!") -> None:
        self.ask(by, "reply_in_thread", thread_id=thread_id, message_id=uuid.uuid7(), text=text)

    def box(self, by: Somebody, box: str = "inbox") -> list[UUID]:
        return [card.id for card in self.ask(by, "threads", box=box).threads]

    def texts(self, by: Somebody, thread_id: UUID) -> list[str]:
        return [message.text for message in self.ask(by, "thread", thread_id=thread_id).messages]

    def post(self, by: Somebody, **changed: Any) -> UUID:
        post_id: UUID = uuid.uuid7()
        self.ask(by, "write_post", post_id=post_id, **post_of(str(post_id), **changed))
        return post_id

    def listed(self, by: Somebody, **filters: Any) -> list[UUID]:
        return [card.id for card in self.ask(by, "posts", **filters).posts]

    def told(self, who: Somebody) -> list[str]:
        return [str(one.kind) for one in self.ask(who, "notifications").notifications]

    def mails(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.store.rows(text("SELECT * FROM mail ORDER BY created_at"))]


def post_of(different: str = "", **changed: Any) -> dict[str, Any]:
    """What somebody writes; no two are the same."""
    return {
        "section": Section.NEW_PROJECT,
        "band": Band.FROM_7,
        "title": f"Songs {different}"[:120],
        "idea": f"We look for a class that sings with us. {different}",
        "age_from": 8,
        "age_to": 10,
        "language": "en",
        "languages": ["en", "es"],
        "partners_wanted": 2,
        "subjects": ["music"],
        "countries_wanted": ["PL"],
    } | changed


@pytest.fixture(scope="session")
def store(database: Callable[[str], str]) -> Iterator[Store]:
    opened = Store(database("community"))
    yield opened
    opened.engine.dispose()


TABLES = (
    "notification, mail, choice, digest, digest_line, block, author, thread, message, participant, approach, "
    "post, reply, moderation, outbox, answered"
)


@pytest.fixture
def community(store: Store) -> Community:
    with store.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {TABLES} CASCADE"))
    return Community(store)


@pytest.fixture
def ana(community: Community) -> Somebody:
    return community.person("Ana")


@pytest.fixture
def jan(community: Community) -> Somebody:
    return community.person("Jan", country="PL", language="pl", time_zone="Europe/Warsaw")
