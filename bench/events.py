"""From outbox through the broker to inbox: how many a second, and how long one takes at a modest rate."""

import asyncio
import time

import sqlalchemy as sa

from bench.measured import contract
from bench.patience import until_counted
from chassis.client import Bus

PER_CALL = 500
MODEST_PER_SECOND = 50
HEARD = sa.text("SELECT count(*) FROM inbox")
DELAYS = sa.text(
    """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS p50,
           percentile_cont(0.99) WITHIN GROUP (ORDER BY took) AS p99
    FROM (SELECT 1000 * extract(epoch FROM i.received_at - o.created_at) AS took
          FROM inbox i JOIN outbox o USING (message_id) ORDER BY o.id DESC LIMIT :many) AS last
    """
)


async def throughput(bus: Bus, database: sa.Engine, many: int) -> float:
    """Events a second from the first commit of the publisher to the last commit of the hearer."""
    before = _heard(database)
    began = time.perf_counter()
    for _ in range(many // PER_CALL):
        await bus.call(contract.ring(PER_CALL), budget=20)
    await until_counted(lambda: _heard(database), before + many)
    return many / (time.perf_counter() - began)


async def delay(bus: Bus, database: sa.Engine, seconds: int) -> tuple[float, float]:
    """Milliseconds from row to row at fifty events a second: median and 99th percentile."""
    before, many = _heard(database), MODEST_PER_SECOND * seconds
    began = asyncio.get_running_loop().time()
    for number in range(many):
        await asyncio.sleep(began + number / MODEST_PER_SECOND - asyncio.get_running_loop().time())
        await bus.call(contract.ring(1))
    await until_counted(lambda: _heard(database), before + many)
    with database.connect() as connection:
        p50, p99 = connection.execute(DELAYS, {"many": many}).one()
    return float(p50), float(p99)


def _heard(database: sa.Engine) -> int:
    with database.connect() as connection:
        return int(connection.execute(HEARD).scalar_one())
