"""Counting anew, counting live and reading bars among many people: `python -m bench.progress 10000 --stack test`, or
`make bench only=progress`.
"""

import argparse
import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench import crowd, people
from bench.page import percentiles
from bench.patience import until, until_counted
from bench.processes import cpu_seconds, resident_megabytes
from chassis.client import Bus
from deploy.local import launch
from deploy.local.environment import operator_settings
from deploy.local.supervision import Supervisor
from deploy.recount import NEWEST, OUTCOME, WANTED
from deploy.running import RunningStack
from deploy.settings import OperatorSettings
from deploy.stack import SERVICES, Stack, named_stack
from services.progress import contract as progress

AT_ONCE = 16
READS = 1_000
EVENTS = 1_000
READER_EVERY_SECONDS = 0.1
PARTS = (
    "progress",
    *(s.name for s in SERVICES if s.name not in ("progress", "search")),
    launch.RABBITMQ,
    launch.POSTGRES,
)
HEARD = "SELECT count(*) FROM inbox WHERE consumer = 'progress.contribution_written'"
WRITTEN = """INSERT INTO outbox (message_id, exchange, routing_key, type, aggregate, version, payload)
    SELECT gen_random_uuid(), 'events', 'community.ContributionWritten', 'community.ContributionWritten', post, 1,
        jsonb_build_object('post_id', post, 'contribution_id', post, 'author_id', author, 'at', now())
    FROM (SELECT gen_random_uuid() AS post, unnest(CAST(:authors AS uuid[])) AS author) AS one"""


class Bars:
    """Everything that is measured about progress, on a stack that runs."""

    def __init__(self, stack: Stack, operator: OperatorSettings, everybody: people.Everybody) -> None:
        self._operator, self._everybody = operator, everybody
        supervisor = Supervisor(stack)
        self._pids = {part: supervisor.state(part).pid or 0 for part in PARTS}

    async def measure(self, reader: UUID, size: int) -> AsyncIterator[str]:
        """Line by line what is printed about so many people."""
        began = time.monotonic()
        await asyncio.to_thread(crowd.add, self._operator, reader, size)
        yield f"put there in {time.monotonic() - began:.0f} s; load {os.getloadavg()[0]:.1f} before measuring"
        yield "recount, nobody heard of: " + await self._recount(reader)
        yield "again, with nothing new: " + await self._recount(reader)
        ids = await asyncio.to_thread(crowd.ids, self._operator, EVENTS)
        yield await self._read(reader, ids[:READS])
        await self._count_live(ids)  # from here on they have the badge that this one post was wanting
        yield await self._count_live(ids)

    async def _recount(self, reader: UUID) -> str:
        took: list[float] = []
        before = resident_megabytes(self._pids["progress"])
        reading = asyncio.create_task(self._read_own(reader, took))
        with self._spending() as spent:
            counted, seconds = await asyncio.to_thread(recount, self._operator)
        reading.cancel()
        after = resident_megabytes(self._pids["progress"])
        return (
            f"{counted:,} people in {seconds:.1f} s, {counted / seconds:,.0f} a second; {_per(spent, counted)} each;"
            f" memory {before:.0f} MB before, {after:.0f} MB after; {_times(took)} for one's own bar meanwhile"
        )

    async def _read_own(self, reader: UUID, took: list[float]) -> None:
        while True:
            began = time.perf_counter()
            await self._everybody.asks(reader, progress.my_progress())
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(READER_EVERY_SECONDS)

    async def _read(self, reader: UUID, ids: list[UUID]) -> str:
        """Bars of others, each with its five areas and identity asked first."""
        took: list[float] = []
        waiting = list(ids)

        async def one_after_the_other() -> None:
            while waiting:
                began = time.perf_counter()
                await self._everybody.asks(reader, progress.progress(waiting.pop()))
                took.append((time.perf_counter() - began) * 1000)

        began = time.perf_counter()
        with self._spending() as spent:
            await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
        rate = len(ids) / (time.perf_counter() - began)
        return f"bars of others: {rate:.0f} a second with {AT_ONCE} at once, {_times(took)}; {_per(spent, len(ids))}"

    async def _count_live(self, authors: list[UUID]) -> str:
        """Events of as many people, from community's outbox to the bar."""
        community, own = _engine(self._operator, "community"), _engine(self._operator, "progress")
        before = _number(own, HEARD)
        with self._spending() as spent:
            began = time.perf_counter()
            with community.begin() as connection:
                connection.execute(sa.text(WRITTEN), {"authors": authors})
            await until_counted(lambda: _number(own, HEARD), before + len(authors))
            seconds = time.perf_counter() - began
        return (
            f"counted live: {len(authors) / seconds:,.0f} events a second; {_per(spent, len(authors))} each"
        )

    @contextmanager
    def _spending(self) -> Iterator[dict[str, float]]:
        """CPU seconds of each part, filled in at the end."""
        before = {part: cpu_seconds(pid) for part, pid in self._pids.items()}
        spent: dict[str, float] = {}
        yield spent
        spent |= {part: cpu_seconds(pid) - before[part] for part, pid in self._pids.items()}


def recount(operator: OperatorSettings) -> tuple[int, float]:
    """How many people were counted anew, and in how many seconds."""
    engine = _engine(operator, "progress")
    with engine.begin() as connection:
        before = connection.execute(sa.text(NEWEST)).scalar_one()
        connection.execute(sa.text(WANTED))
    found: Any = None
    while found is None:
        time.sleep(0.1)
        with engine.connect() as connection:
            found = connection.execute(sa.text(OUTCOME), {"before": before}).mappings().first()
    engine.dispose()
    return found["people"], found["took"].total_seconds()


def _per(spent: dict[str, float], many: int) -> str:
    """CPU milliseconds, in all and of whom."""
    each = {part: 1000 * seconds / many for part, seconds in spent.items()}
    told = ", ".join(f"{part} {ms:.3f}" for part, ms in each.items() if ms >= 0.005)
    return f"{sum(each.values()):.3f} ms CPU ({told})"


def _times(took: list[float]) -> str:
    p50, p95, _ = percentiles(took)
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def _number(engine: sa.Engine, statement: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.text(statement)).scalar_one())


def _engine(operator: OperatorSettings, service: str) -> sa.Engine:
    return sa.create_engine(next(a for a in operator.services if a.service == service).run_database_url)


async def main(name: str, size: int) -> None:
    """On a stack that runs already."""
    stack = named_stack(name)
    operator = operator_settings(stack)
    pairs = await asyncio.to_thread(people.seed, operator)
    bus = Bus(operator.gateway_amqp_url)
    await bus.start()
    await until(lambda: bus.ready)
    everybody = people.Everybody(bus)
    await everybody.sign_in()
    await asyncio.to_thread(RunningStack(stack).settle, 60)
    print(f"\nProgress of {size:,} people, {datetime.now(UTC):%d %B %Y}")
    async for line in Bars(stack, operator, everybody).measure(pairs[0].founder, size):
        print("  " + line, flush=True)
    await bus.stop()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Count anew and read the bars of many people.")
    arguments.add_argument("size", type=int, nargs="?", default=1_000)
    arguments.add_argument("--stack", default="test")
    typed = arguments.parse_args()
    asyncio.run(main(typed.stack, typed.size))
