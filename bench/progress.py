"""Counting anew and reading the bars of many people: `python -m bench.progress 2000 --stack test`, or part of `make bench`.

Invented people are put straight into identity's and community's databases, so that nothing has been heard of them: a
recount must fetch it all. Each has some eleven facts; a bar that is read has its five areas and asks identity first.
"""

import argparse
import asyncio
import time
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from bench import people
from bench.patience import until
from chassis.client import Bus
from deploy.local.environment import operator_settings
from deploy.recount import NEWEST, OUTCOME, WANTED
from deploy.running import RunningStack
from deploy.settings import OperatorSettings
from deploy.stack import named_stack
from services.progress import contract as progress

AT_ONCE = 16
CROWD = (
    "SELECT id, row_number() OVER (ORDER BY id) AS n FROM person WHERE email LIKE 'crowd.%@bench.example.org'"
)
FOLLOWS = f"""INSERT INTO follow (follower_id, followed_id, since) SELECT a.id, b.id, now()
    FROM ({CROWD}) a JOIN ({CROWD}) b ON b.n BETWEEN a.n + 1 AND a.n + 3 ON CONFLICT DO NOTHING"""
CONTACTS = f"""INSERT INTO pair (id, low_id, high_id, standing, since, asked_by, message, version)
    SELECT gen_random_uuid(), a.id, b.id, 'accepted', now(), a.id, '', 1
    FROM ({CROWD}) a JOIN ({CROWD}) b ON b.n BETWEEN a.n + 1 AND a.n + 2 ON CONFLICT DO NOTHING"""
THREADS = """INSERT INTO thread (id, subject, begun_by, people, begun_at, version)
    SELECT id, 'Songs', id, ARRAY[id, '00000000-0000-0000-0000-000000000001'::uuid], now(), 1
    FROM unnest(CAST(:ids AS uuid[])) AS id ON CONFLICT DO NOTHING"""
MESSAGES = """INSERT INTO message (id, thread_id, sender_id, text, at)
    SELECT gen_random_uuid(), id, id, 'Shall we?', now()
    FROM unnest(CAST(:ids AS uuid[])) AS id, generate_series(1, 2)"""


def crowd(operator: OperatorSettings, like: UUID, size: int) -> list[UUID]:
    """So many people like that one, with contacts, follows and messages, of whom no service has heard."""
    with _engine(operator, "identity").begin() as identity:
        columns = sa.inspect(identity).get_columns("person")
        names = [column["name"] for column in columns if "computed" not in column]
        changed = {
            "id": "gen_random_uuid()",
            "email": "'crowd.' || n || '@bench.example.org'",
            "seen_days": "4",
        }
        copied = ", ".join(changed.get(name, f'"{name}"') for name in names)
        listed = ", ".join(f'"{name}"' for name in names)
        identity.execute(
            sa.text(
                f"INSERT INTO person ({listed}) SELECT {copied} FROM person, generate_series(1, :size) n "
                "WHERE id = :like ON CONFLICT DO NOTHING"
            ),
            {"size": size, "like": like},
        )
        identity.execute(sa.text(FOLLOWS))
        identity.execute(sa.text(CONTACTS))
        ids = list(identity.execute(sa.text(f"SELECT id FROM ({CROWD}) AS crowd")).scalars())
    with _engine(operator, "community").begin() as community:
        community.execute(sa.text(THREADS), {"ids": ids})
        community.execute(sa.text(MESSAGES), {"ids": ids})
    return ids


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
    return found["people"], found["took"].total_seconds()


async def read(everybody: people.Everybody, reader: UUID, ids: list[UUID]) -> tuple[float, float, float]:
    """Bars a second, and how long one took: median and 99th percentile, in milliseconds."""
    took: list[float] = []
    waiting = list(ids)

    async def one_after_the_other() -> None:
        while waiting:
            began = time.perf_counter()
            await everybody.asks(reader, progress.progress(waiting.pop()))
            took.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - began
    took.sort()
    return len(ids) / seconds, took[len(took) // 2], took[len(took) * 99 // 100]


async def measure(operator: OperatorSettings, everybody: people.Everybody, reader: UUID, size: int) -> str:
    """What is printed."""
    ids = await asyncio.to_thread(crowd, operator, reader, size)
    counted, seconds = await asyncio.to_thread(recount, operator)
    _, again = await asyncio.to_thread(recount, operator)
    reads = Random(1).choices(ids, k=min(1_000, len(ids)))
    rate, p50, p99 = await read(everybody, reader, reads)
    return (
        f"  recount        {counted} people in {seconds:.1f} s: {counted / seconds:.0f} people/s; again, with nothing new, {again:.1f} s\n"
        f"  bar of another {rate:.0f} a second with {AT_ONCE} at once; p50 {p50:.1f} ms, p99 {p99:.1f} ms\n"
        "  A recount grows with the rows of the owners' histories, in pages of 500 and swaps of 100 people: its memory\n"
        "  and its longest transaction stay the same. A bar is one row, however long somebody's history is."
    )


def _engine(operator: OperatorSettings, service: str) -> sa.Engine:
    return sa.create_engine(next(a for a in operator.services if a.service == service).run_database_url)


async def main(stack: str, size: int) -> None:
    """On a stack that runs already."""
    operator = operator_settings(named_stack(stack))
    pairs = await asyncio.to_thread(people.seed, operator)
    bus = Bus(operator.gateway_amqp_url)
    await bus.start()
    await until(lambda: bus.ready)
    everybody = people.Everybody(bus)
    await everybody.sign_in()
    await asyncio.to_thread(RunningStack(named_stack(stack)).settle, 60)
    print(f"\nProgress, {datetime.now(UTC):%d %B %Y}")
    print(await measure(operator, everybody, pairs[0].founder, size))
    await bus.stop()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Count anew and read the bars of many people.")
    arguments.add_argument("size", type=int, nargs="?", default=1_000)
    arguments.add_argument("--stack", default="test")
    typed = arguments.parse_args()
    asyncio.run(main(typed.stack, typed.size))
