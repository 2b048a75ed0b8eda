from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from joserfc.jwk import OKPKey
from sqlalchemy import text

from chassis.contract import Actor, Call, Failure, Grant, plain
from chassis.contract.declare import request_named
from chassis.files import tickets
from chassis.settings import settings
from chassis.store import Store, UnitOfWork
from services.events.domain import limits as limits_module
from services.events.service import EventsService
from services.identity import contract as identity
from services.projects.contract import Partner, ProjectState, ProjectView, Sheet

TODAY = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
STARTS = TODAY + timedelta(days=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEMBER = (Grant("member"),)


class People:
    """The rest of the platform as events asks it: who works where, who knows whom, which projects there are."""

    def __init__(self) -> None:
        self.countries: dict[UUID, str] = {}
        self.contacts: set[frozenset[UUID]] = set()
        self.blocked: set[UUID] = set()
        self.registered: dict[UUID, datetime] = {}
        self.projects: dict[UUID, tuple[UUID, ...]] = {}

    def call(self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float) -> list[Any]:
        return [getattr(self, call.request.verb)(**call.arguments) for call in calls]

    def wake_relay(self) -> None: ...

    def wake_pump(self) -> None: ...

    def affiliations_of(self, person_ids: tuple[UUID, ...]) -> tuple[identity.AffiliationCard, ...]:
        state, role = identity.AffiliationState.VALIDATED, identity.SchoolRole.TEACHER
        return tuple(
            identity.AffiliationCard(
                p,
                p,
                identity.SchoolCard(p, "School", self.countries[p], None, None, "Town", "nss", None),
                role,
                state,
                date(2020, 1, 1),
                None,
                TODAY,
            )
            for p in person_ids
            if p in self.countries
        )

    def organisations(self, ids: tuple[str, ...] = ()) -> tuple[identity.OrganisationCard, ...]:
        return tuple(
            identity.OrganisationCard(i, "NSS", i, i[4:].upper() if i != "css" else None, "", "", (), "")
            for i in ids
        )

    def invitation_facts(self, inviter_id: UUID, invitee_ids: tuple[UUID, ...]) -> identity.InvitationFacts:
        def facts(p: UUID) -> identity.PersonFacts:
            known = frozenset((inviter_id, p)) in self.contacts
            return identity.PersonFacts(p, known, True, True, False, True, False, p in self.blocked, None)

        return identity.InvitationFacts(facts(inviter_id), tuple(facts(p) for p in invitee_ids))

    def recipients(self, person_ids: tuple[UUID, ...]) -> tuple[identity.Recipient, ...]:
        return tuple(
            identity.Recipient(p, "Ana Ruiz", "ana@example.org", "es", "Europe/Madrid") for p in person_ids
        )

    def person_documents(self, ids: tuple[UUID, ...]) -> tuple[identity.PersonDocument, ...]:
        return tuple(identity.PersonDocument(i, 1, True, registered_at=self.registered.get(i)) for i in ids)

    def sheet(self, project_id: UUID) -> ProjectView:
        founder, co_founder, *partners = self.projects[project_id]
        return ProjectView(
            project_id, 1, ProjectState.ACTIVE, Sheet("", "", (), (), None, None, None, "", "", "", "", None, None, False),
            founder, co_founder, None, (), TODAY, TODAY, None, None, None, None, False, False, (), {}, (), TODAY,
            tuple(Partner(p, p, "", TODAY) for p in partners),
        )  # fmt: skip


@dataclass
class Answered:
    """What a request came back with, and what was said."""

    reply: Any
    events: list[dict[str, Any]]

    def said(self, name: str) -> list[dict[str, Any]]:
        return [event["payload"] for event in self.events if event["type"] == f"events.{name}"]


@dataclass
class Meetings:
    """The service on a real database, asked one request at a time by whoever is named."""

    store: Store
    people: People = field(default_factory=People)
    now: datetime = TODAY
    service: EventsService = field(default_factory=EventsService)
    happened: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, *, by: Actor | UUID | None = None, **arguments: Any) -> Any:
        return self.answer(method, by=by, **arguments).reply

    def answer(self, method: str, *, by: Actor | UUID | None = None, **arguments: Any) -> Answered:
        """As from the bus: who may ask, arguments and reply go through the contract and back."""
        uow = self.unit_of_work(by)
        request = request_named(f"events.{method}")
        try:
            if request:
                request.by.admit(uow.visitor)
                arguments = request.parse(plain(arguments))
            reply = getattr(self.service, method)(uow, **arguments)
            if request:
                reply = request.build_reply(plain(reply))
            said = list(uow._said)
            uow.commit()
        except BaseException:
            uow.roll_back()
            raise
        self.happened += said
        return Answered(reply, said)

    def unit_of_work(self, by: Actor | UUID | None = None) -> UnitOfWork:
        actor = Actor(by, MEMBER) if isinstance(by, UUID) else by
        uow = UnitOfWork(self.store, self.people, actor=actor, deadline=time.time() + 60)
        uow.now = self.now
        return uow

    def refusal(self, finding: type[Failure], method: str, /, **arguments: Any) -> Any:
        with pytest.raises(finding) as raised:
            self.ask(method, **arguments)
        return raised.value

    def time_is(self, now: datetime) -> None:
        """The clock moves; then everything that fell due happens."""
        self.now = now
        self.pump()

    def pump(self) -> None:
        for name in (
            "offers_lapse",
            "draws_fall_due",
            "reminders_fall_due",
            "registration_opens",
            "meetings_end",
            "certificates_are_made",
            "forget_files",
        ):
            while self.ask(name):
                pass

    def said(self, name: str) -> list[dict[str, Any]]:
        """All events of a kind so far."""
        return [event["payload"] for event in self.happened if event["type"] == f"events.{name}"]

    # ---- what stands before a story begins

    def person(self, country: str = "ES") -> UUID:
        made: UUID = uuid.uuid7()
        self.people.countries[made] = country
        return made

    def officer(self, organisation: str = "nss-pl", role: str = "officer") -> Actor:
        return Actor(uuid.uuid7(), (Grant(role, organisation),))

    def meeting(self, by: Actor | UUID | None = None, **changes: Any) -> UUID:
        meeting_id: UUID = uuid.uuid7()
        organiser = by or self.person()
        if not isinstance(by, Actor) and organiser not in self.people.countries:
            self.people.countries[organiser] = "ES"
        self.ask("organise", by=organiser, meeting_id=meeting_id, **(self.sheet() | changes))
        return meeting_id

    def sheet(self) -> dict[str, Any]:
        return {
            "kind": "workshop",
            "title": "Songs across borders",
            "description": "How classes sing together online.",
            "mode": "online",
            "link": "https://meet.example.org/songs",
            "languages": ["en"],
            "starts_at": STARTS.isoformat(),
            "ends_at": (STARTS + 2 * HOUR).isoformat(),
            "time_zone": "Europe/Madrid",
            "capacity": 2,
        }

    def change(self, meeting_id: UUID, by: Actor | UUID, **changes: Any) -> Any:
        shown = self.ask("meeting", by=by, meeting_id=meeting_id)
        sheet = plain(shown.sheet) | {"seen_version": shown.version, "reason": "So it goes."} | changes
        return self.ask("change", by=by, meeting_id=meeting_id, **sheet)

    def register(self, meeting_id: UUID, person: UUID | None = None, country: str = "ES") -> tuple[UUID, Any]:
        """Somebody registers; who, and how they stand."""
        who = person or self.person(country)
        self.now += timedelta(seconds=1)
        return who, self.ask("register", by=who, meeting_id=meeting_id, registration_id=uuid.uuid7())

    def place_of(self, meeting_id: UUID, person: UUID) -> str:
        return str(self.ask("meeting", by=person, meeting_id=meeting_id).mine.place)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("keys")
    key = OKPKey.generate_key("Ed25519")
    (place / "files.pem").write_bytes(key.as_pem(private=True))
    (place / "events.pem").write_bytes(key.as_pem(private=False))
    return place


@pytest.fixture(autouse=True)
def environment(keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "ENVIRONMENT": "test",
        "SERVICE": "events",
        "LINK_SECRET": "a secret of the tests",
        "FILE_KEY": keys / "files.pem",
        "FILE_PUBLIC_KEYS": keys,
        "FILES": tmp_path / "files",
        "FILES_URL": "https://files.example.org",
        "PUBLIC_URL": "https://bridge.example.org",
    }.items():
        monkeypatch.setenv(f"SCHOOLBRIDGE_{name}", str(value))
    remembered = (
        settings,
        tickets._private_key,
        tickets._public_key,
        limits_module,
    )
    for cached in remembered:
        cached.cache_clear()
    yield
    for cached in remembered:
        cached.cache_clear()


@pytest.fixture(scope="session")
def store(database: Callable[[str], str]) -> Iterator[Store]:
    opened = Store(database("events"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def meetings(store: Store) -> Meetings:
    with store.engine.begin() as connection:
        connection.execute(text("TRUNCATE meeting, feed, tutorial, file, outbox, answered CASCADE"))
    return Meetings(store)


__all__ = ["DAY", "HOUR", "STARTS", "TODAY", "Meetings", "People"]
