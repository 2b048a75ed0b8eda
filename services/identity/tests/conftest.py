from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from joserfc.jwk import OKPKey
from sqlalchemy import text

from chassis import tokens
from chassis.contract import Actor, Call, Failure, Grant, plain
from chassis.contract.declare import request_named
from chassis.files import tickets
from chassis.settings import settings
from chassis.store import Store, UnitOfWork
from services.identity import demo
from services.identity.contract import AffiliationState, SchoolRole
from services.identity.service import IdentityService

PASSWORD = "seven quiet otters on the roof"
TODAY = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


class SilentWorld:
    """A broker nobody listens at; identity calls nobody."""

    def call(self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float) -> list[Any]:
        raise AssertionError("identity asks no other service")

    def wake_relay(self) -> None: ...

    def wake_pump(self) -> None: ...


@dataclass
class Answered:
    """What a request came back with, and what was said."""

    reply: Any
    events: list[dict[str, Any]]

    def said(self, name: str) -> list[dict[str, Any]]:
        return [event["payload"] for event in self.events if event["type"] == f"identity.{name}"]


@dataclass
class Identity:
    """The service on a real database, asked one request at a time by whoever is named."""

    store: Store
    now: datetime = TODAY
    service: IdentityService = field(default_factory=IdentityService)

    def ask(self, method: str, *, by: Actor | UUID | None = None, **arguments: Any) -> Any:
        return self.answer(method, by=by, **arguments).reply

    def answer(self, method: str, *, by: Actor | UUID | None = None, **arguments: Any) -> Answered:
        """As from the bus: arguments and reply go through the contract and back."""
        uow = self.unit_of_work(by)
        request = request_named(f"identity.{method}")
        try:
            if request:
                arguments = request.parse(plain(arguments))
            reply = getattr(self.service, method)(uow, **arguments)
            if request:
                reply = request.build_reply(plain(reply))
            said = list(uow._said)
            uow.commit()
            return Answered(reply, said)
        except BaseException:
            uow.roll_back()
            raise

    def unit_of_work(self, by: Actor | UUID | None = None) -> UnitOfWork:
        actor = Actor(by, (Grant("member"),)) if isinstance(by, UUID) else by
        uow = UnitOfWork(self.store, SilentWorld(), actor=actor, deadline=time.time() + 60)
        uow.now = self.now
        return uow

    def refusal(self, kind: type[Failure], method: str, **arguments: Any) -> Any:
        with pytest.raises(kind) as raised:
            self.ask(method, **arguments)
        return raised.value

    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    def minutes_unused(self, minutes: int) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(
                text("UPDATE session SET seen_at = seen_at - make_interval(mins => :m)"), {"m": minutes}
            )

    # ---- what stands before a story begins

    def school(self, name: str = "Colegio del Río", country: str = "ES", **given: Any) -> UUID:
        school_id: UUID = uuid.uuid7()
        place = {"city": "Zaragoza", "head_name": "Pilar Head", "head_email": "head@example.org"} | given
        one = demo.SchoolSeed(school_id, name, country, **place)
        demo.seed(self.store, at=self.now, password=PASSWORD, schools=[one])
        return school_id

    def person(
        self,
        name: str = "Ana Abril",
        school: UUID | None = None,
        *,
        state: AffiliationState = AffiliationState.VALIDATED,
        role: SchoolRole = SchoolRole.TEACHER,
        **given: Any,
    ) -> UUID:
        person_id: UUID = uuid.uuid7()
        given.setdefault("country", "ES")
        given.setdefault("email", f"{person_id.hex}@example.org")
        affiliations = {uuid.uuid7(): (school, role, state)} if school else {}
        one = demo.PersonSeed(person_id, name, affiliations=affiliations, **given)
        demo.seed(self.store, at=self.now, password=PASSWORD, people=[one])
        return person_id

    def contacts(self, one: UUID, other: UUID) -> UUID:
        contact_id: UUID = uuid.uuid7()
        pair = demo.ContactSeed(contact_id, one, other)
        demo.seed(self.store, at=self.now, password=PASSWORD, contacts=[pair])
        return contact_id

    def officer(self, organisation: str, role: str = "officer") -> Actor:
        grants = (Grant(role, organisation),)
        return Actor(self.person(f"Officer of {organisation}", grants=grants), grants)


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("keys")
    key = OKPKey.generate_key("Ed25519")
    (place / "private.pem").write_bytes(key.as_pem(private=True))
    (place / "public.pem").write_bytes(key.as_pem(private=False))
    return place


@pytest.fixture(autouse=True)
def environment(keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "ENVIRONMENT": "test",
        "SERVICE": "identity",
        "LINK_SECRET": "a secret of the tests",
        "TOKEN_PRIVATE_KEY": keys / "private.pem",
        "TOKEN_PUBLIC_KEY": keys / "public.pem",
        "FILES": tmp_path / "files",
        "FILES_URL": "https://files.example.org",
    }.items():
        monkeypatch.setenv(f"SCHOOLBRIDGE_{name}", str(value))
    remembered = (
        settings,
        tokens._private_key,
        tokens._public_key,
        tickets._private_key,
        tickets._public_key,
    )
    for cached in remembered:
        cached.cache_clear()
    yield
    for cached in remembered:
        cached.cache_clear()


@pytest.fixture(scope="session")
def store(database: Callable[[str], str]) -> Iterator[Store]:
    opened = Store(database("identity"))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def identity(store: Store) -> Identity:
    with store.engine.begin() as connection:
        connection.execute(text("TRUNCATE person, school, outbox, answered CASCADE"))
    return Identity(store)
