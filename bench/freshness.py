"""From a changed profile to its being searchable, at fifty changes a second."""

import asyncio
import time
from collections import deque
from uuid import UUID

import httpx

from bench.patience import until
from bench.people import Everybody
from deploy.data.invention import address_of, id_of
from deploy.demo.plan import password
from deploy.local.environment import elasticsearch_url
from deploy.stack import Stack
from services.identity import contract as identity

PER_SECOND = 50
LOOK_EVERY_SECONDS = 0.05
SECONDS = 10.0
CANDIDATES = 200


class Freshness:
    """Fifty people change their profiles, one after the other, while somebody looks what is searchable."""

    def __init__(self, stack: Stack, everybody: Everybody) -> None:
        self._index = httpx.AsyncClient(base_url=elasticsearch_url(stack), timeout=SECONDS)
        self._everybody = everybody
        self._waiting: dict[UUID, deque[tuple[int, float]]] = {}
        self._turns: dict[UUID, asyncio.Lock] = {}
        self._took: list[float] = []

    async def delays(self, seconds: int) -> list[float]:
        """Seconds from asking for each change to its document's being searchable."""
        ids = {id_of("person", number, 0): number for number in range(CANDIDATES)}
        there = await self._searchable(list(ids))
        changing = list(there)[:PER_SECOND]
        for person in changing:
            await self._everybody.enter(person, address_of(ids[person]), password())
        wanted = {person: there[person] for person in changing}
        self._waiting = {person: deque() for person in changing}
        self._turns = {person: asyncio.Lock() for person in changing}
        profiles = {person: await self._everybody.asks(person, identity.me()) for person in changing}
        looking = asyncio.create_task(self._look(changing))
        began, asked = time.monotonic(), []
        for number in range(PER_SECOND * seconds):
            await asyncio.sleep(began + number / PER_SECOND - time.monotonic())
            person = changing[number % PER_SECOND]
            wanted[person] += 1
            asked.append(asyncio.create_task(self._change(person, profiles, wanted[person], number)))
        await asyncio.gather(*asked)
        await until(lambda: not any(self._waiting.values()))
        looking.cancel()
        await self._index.aclose()
        return self._took

    async def _change(
        self, person: UUID, profiles: dict[UUID, identity.Me], version: int, number: int
    ) -> None:
        """Another keyword; the document's version rises by one."""
        async with self._turns[person]:
            asked, was = time.monotonic(), profiles[person]
            profiles[person] = await self._everybody.asks(
                person,
                identity.edit_profile(
                    was.version, was.name, was.biography, was.project_idea, was.subjects, was.languages,
                    was.age_from, was.age_to, was.vocational, (f"change {number}",), was.links,
                ),
            )  # fmt: skip
            self._waiting[person].append((version, asked))

    async def _look(self, people: list[UUID]) -> None:
        while True:
            looked = time.monotonic()
            seen = await self._searchable(people)
            now = time.monotonic()
            for person, version in seen.items():
                waiting = self._waiting[person]
                while waiting and waiting[0][0] <= version:
                    self._took.append(now - waiting.popleft()[1])
            await asyncio.sleep(max(0, looked + LOOK_EVERY_SECONDS - time.monotonic()))

    async def _searchable(self, people: list[UUID]) -> dict[UUID, int]:
        """The versions that a search finds at this moment."""
        body = {
            "query": {"terms": {"id": [str(one) for one in people]}},
            "size": len(people),
            "version": True,
            "sort": ["id"],
        }
        answer = await self._index.post("/people/_search", json=body)
        answer.raise_for_status()
        return {UUID(hit["_id"]): int(hit["_version"]) for hit in answer.json()["hits"]["hits"]}
