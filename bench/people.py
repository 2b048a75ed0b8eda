"""Invented teachers, head teachers and officers of Poland and France, and the bus as they use it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from chassis.client import Bus
from chassis.contract import Call, Grant, Unauthenticated, Unavailable
from chassis.store import Store
from deploy.settings import OperatorSettings
from services.identity import contract as identity
from services.identity import demo
from services.identity.contract import AffiliationState, SchoolRole

PASSWORD = "eleven quiet lanterns"
COUNTRIES = {"PL": "nss-pl", "FR": "nss-fr"}
PAIRS = 8
BENCH = UUID("a3d2f5a0-93d5-5d1c-8f0e-3f5f6cfc9a10")
SECONDS = 10.0
MOST_TRIES, AGAIN_SECONDS = 20, 0.25


def id_of(*names: object) -> UUID:
    """The same at every run, so that a stack is filled once."""
    return uuid5(BENCH, " ".join(map(str, names)))


@dataclass(frozen=True)
class Pair:
    """A founder in Poland and a co-founder in France."""

    founder: UUID
    co_founder: UUID
    school: UUID


def seed(operator: OperatorSettings) -> list[Pair]:
    """Two schools with their head teachers, an officer each, and pairs of teachers who know each other."""
    access = next(a for a in operator.services if a.service == "identity")
    schools = [
        demo.SchoolSeed(
            id_of("school", c), f"School {c}", c, f"Town {c}", "Head", f"head.{c.lower()}@example.org",
            official_number="0690001A",
        )
        for c in COUNTRIES
    ]  # fmt: skip
    people = [_person(c, "head", SchoolRole.HEAD_TEACHER) for c in COUNTRIES]
    people += [_person(c, "officer", grants=(Grant("officer", o),)) for c, o in COUNTRIES.items()]
    people += [_person(c, f"teacher {number}") for c in COUNTRIES for number in range(PAIRS)]
    pairs = [
        Pair(id_of("PL", f"teacher {n}"), id_of("FR", f"teacher {n}"), id_of("school", "PL"))
        for n in range(PAIRS)
    ]
    demo.seed(
        Store(access.run_database_url, pool_size=1),
        at=datetime.now(UTC) - timedelta(days=30),
        password=PASSWORD,
        schools=schools,
        people=people,
        contacts=[demo.ContactSeed(id_of("contact", p.founder), p.founder, p.co_founder) for p in pairs],
    )
    return pairs


def _person(
    country: str, name: str, role: SchoolRole = SchoolRole.TEACHER, grants: tuple[Grant, ...] = ()
) -> demo.PersonSeed:
    school = {
        id_of("affiliation", country, name): (id_of("school", country), role, AffiliationState.VALIDATED)
    }
    return demo.PersonSeed(
        id_of(country, name),
        f"{country} {name}",
        address(country, name),
        country,
        role_kind=role,
        affiliations={} if grants else school,
        grants=grants,
    )


def address(country: str, name: str) -> str:
    """Where somebody signs in."""
    return f"{name}.{country}@bench.example.org".replace(" ", ".").lower()


class Everybody:
    """The people, signed in, each with a token of identity's; it lasts five minutes."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._tokens: dict[UUID, str] = {}
        self.secrets: dict[UUID, str] = {}
        self.turned_away = 0

    async def sign_in(self) -> None:
        for country in COUNTRIES:
            for name in ["head", "officer", *(f"teacher {n}" for n in range(PAIRS))]:
                await self.enter(id_of(country, name), address(country, name))

    async def enter(self, person: UUID, email: str, password: str = PASSWORD) -> None:
        session = await self._bus.call(identity.sign_in(email, password, "bench"), budget=SECONDS)
        self.secrets[person] = session.secret
        await self._renew(person)

    async def _renew(self, person: UUID) -> None:
        known = await self._bus.call(identity.authenticate(self.secrets[person]), budget=SECONDS)
        self._tokens[person] = known.token

    async def asks(self, person: UUID, call: Call[Any]) -> Any:
        """What a service answers this person; who is turned away because it is busy asks again, as a browser would."""
        for _ in range(MOST_TRIES):
            try:
                return await self._bus.call(call, token=self._tokens[person], budget=SECONDS)
            except Unauthenticated:
                await self._renew(person)
            except Unavailable:
                self.turned_away += 1
                await asyncio.sleep(AGAIN_SECONDS)
        raise Unavailable(service=call.request.service)
