"""`make bench`: brings up a stack of its own, measures, prints, takes it down. It never fails by time."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa

from bench import events, machine, page, people, progress
from bench.figures import Goal, ratio, table
from bench.freshness import PER_SECOND, Freshness
from bench.load import Run, System, put_load_on
from bench.patience import until
from bench.processes import resident_megabytes
from bench.sagas import Approvals
from bench.searches import GATEWAYS, STRAIGHT, Searches, prepare, searcher_of
from bench.stack import BARE, MOLECULER, NAMEKO, OURS, Contenders, Measured
from chassis.client import Bus
from deploy import reindex
from deploy.data.__main__ import how_many, load
from deploy.data.invention import address_of, id_of
from deploy.demo.plan import password
from deploy.local import lifecycle
from deploy.local.supervision import Supervisor
from deploy.running import RunningStack
from deploy.stack import local_stack
from services.identity import contract as identity

TUNED = """  tuned: Moleculer with AMQP prefetch 200, TCP without delay, no logger, metrics or tracing, KeyObject for its JWT,
  a named (prepared) statement in pg; once behind its own gateway (moleculer-web, parsers, etags and logs off), once
  "bare" behind nothing but Node's http server. nameko as it comes out of the box. Ours does all that it does in
  production: request id, access log, metrics, security headers, origin check, languages, limits."""
PAIRED = {
    1: {"req/s": Goal(0.6, 1.0)},
    32: {"req/s": Goal(1.3, 2.0), "CPU": Goal(0.6, 0.4, most=True), "p99": Goal(0.7, 0.4, most=True)},
    128: {"req/s": Goal(1.8, 2.5)},
}
MEASURES = {
    "req/s": lambda run: run.requests_per_second,
    "CPU": lambda run: run.cpu_in_all,
    "p99": lambda run: run.p99,
}


READER = 3
UNHURRIED, WARM_SECONDS, SEARCH_SECONDS = 2, 10, 4
"""What is in flight at the end of a run does not count: searches, which may take a second, need longer ones."""
SMALL, LARGE = 10_000, 100_000
STRAIGHT_GOAL = Goal(1.5, 1.2, most=True)
GROWTH_GOAL = Goal(1.3, 1.15, most=True)
REFRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Extent:
    """How long it all takes, among how many people is searched, and of how many progress is counted anew."""

    rounds: int
    seconds: int
    page_seconds: int
    sagas: int
    events: int
    people: tuple[int, ...]
    counted: tuple[int, ...]


WHOLE = Extent(5, 3, 8, 96, 4_000, (SMALL, LARGE), (SMALL, LARGE))
QUICK = Extent(2, 1, 3, 16, 1_000, (SMALL,), (1_000,))


def say(text: str = "") -> None:
    """A line of the report."""
    print(text, flush=True)


def main(tools: Path, extent: Extent, only: str = "") -> None:
    """All of it; the stack is taken down whatever happens."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    stack = local_stack("bench")
    lifecycle.forget(stack)
    lifecycle.bring_up(stack)
    measured = Measured(stack, tools)
    try:
        measured.install()
        say("\nThe machine\n" + machine.described(tools) + "\n" + TUNED)
        asyncio.run(_measure(measured, extent, only))
    finally:
        measured.processes.end()
        lifecycle.forget(stack)
    say(f"\nMeasured in {time.monotonic() - began:.0f} s, with bringing up and taking down.")


async def _measure(measured: Measured, extent: Extent, only: str) -> None:
    running = RunningStack(measured.stack)
    pairs = await asyncio.to_thread(people.seed, measured.operator)
    bus = Bus(measured.operator.gateway_amqp_url)
    await bus.start()
    await until(lambda: bus.ready)
    everybody = people.Everybody(bus)
    if not only:
        await everybody.sign_in()
        secret = everybody.secrets[pairs[0].founder]
        contenders = await asyncio.to_thread(measured.start, secret)
        await asyncio.to_thread(_compare, contenders, extent)
        await everybody.sign_in()  # tokens last five minutes
        approvals = Approvals(everybody, running, pairs)
        project_id = await approvals.submitted()
        await _look_at_page(measured, extent, project_id, secret)
        await _walk_sagas(approvals, running, extent, everybody)
        await _send_events(bus, measured, extent)
        await asyncio.to_thread(measured.processes.end)  # what is compared with takes no part in what follows
    if only != "search":
        await everybody.sign_in()
        await _count(measured, extent, everybody, pairs[0].founder)
    if only != "progress":
        await _search(measured, extent, everybody)
    await bus.stop()


# ---- beside others ------------------------------------------------------------------------------------------------


def _compare(contenders: Contenders, extent: Extent) -> None:
    say("\nEcho: HTTP → RPC over RabbitMQ → HTTP")
    for connections in (1, 32):
        runs = _interleaved(contenders.echo, connections, extent)
        _print(f"{connections} in flight", runs)
        goal = Goal(10, 18) if connections == 32 else None
        say(_ratios(runs, NAMEKO, {"req/s": goal}))
        say(_ratios(runs, MOLECULER, {"req/s": None}))
        say(_ratios(runs, BARE, {"req/s": None}))
    say("\nAuthenticated read: session or JWT, role twice, validation, SELECT by key, JSON")
    for connections, goals in PAIRED.items():
        gateways = 2 if connections == 128 else 1
        runs = _interleaved(contenders.read, connections, extent, gateways)
        _print(f"{connections} in flight" + (", two gateways each" if gateways == 2 else ""), runs)
        say(_ratios(runs, MOLECULER, {what: goals.get(what) for what in MEASURES}))
        say(_ratios(runs, BARE, dict.fromkeys(MEASURES)))


def _interleaved(
    systems: dict[str, System], connections: int, extent: Extent, gateways: int = 1
) -> dict[str, list[Run]]:
    """Round by round, each time in another order; the first, shortest round only warms up."""
    names = list(systems)
    for name in names:
        put_load_on(systems[name], connections, 1, gateways)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(extent.rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            runs[name].append(put_load_on(systems[name], connections, extent.seconds, gateways))
    return runs


def _print(title: str, runs: dict[str, list[Run]]) -> None:
    say(f"\n  {title}\n{table(runs)}")


def _ratios(runs: dict[str, list[Run]], other: str, goals: dict[str, Goal | None]) -> str:
    return "\n".join(
        ratio(f"{what}, ours / {other}", runs[OURS], runs[other], MEASURES[what], goal)
        for what, goal in goals.items()
    )


# ---- alone --------------------------------------------------------------------------------------------------------


async def _look_at_page(measured: Measured, extent: Extent, project_id: object, secret: str) -> None:
    say(f"\nA project's page in the portal, {page.PER_SECOND} a second")
    url, log = measured.stack.public_url, measured.stack.logs / "gateway.log"
    await page.server_times(url, log, project_id, secret, 1)
    p50, p95, _ = page.percentiles(await page.server_times(url, log, project_id, secret, extent.page_seconds))
    alone, at_first = page.weight(url, project_id, secret)
    say(f"    server time  p50 {p50:.1f} ms, p95 {p95:.1f} ms   {Goal(120, 60, most=True).judge(p95)}")
    goal = Goal(60, 40, most=True).judge(at_first / 1000)
    say(f"    weight  {alone / 1000:.1f} kB compressed, {at_first / 1000:.1f} kB with all it needs   {goal}")


async def _walk_sagas(
    approvals: Approvals, running: RunningStack, extent: Extent, everybody: people.Everybody
) -> None:
    say(
        "\nProject approvals from submission to the open TwinSpace: six decisions, four services, mail and notices"
    )
    await approvals.run(4, 4)
    await asyncio.to_thread(running.settle, 60)
    rate, one = await approvals.run(extent.sagas, 32)
    say(
        f"    {rate:.1f} sagas a second, 32 in flight ({extent.sagas} in all); the median one took {one:.1f} s"
    )
    say(f"    {everybody.turned_away} of their calls were turned away as too many at once, and asked again")
    alone, took = await approvals.run(4, 1)
    say(f"    {alone:.1f} a second, one at a time; the median one took {took:.2f} s")
    await asyncio.to_thread(running.settle, 120)


async def _send_events(bus: Bus, measured: Measured, extent: Extent) -> None:
    say("\nEvents: outbox → broker → inbox, one service")
    database = sa.create_engine(measured.access.owner_database_url)
    await events.throughput(bus, database, events.PER_CALL)
    rate = await events.throughput(bus, database, extent.events)
    p50, p99 = await events.delay(bus, database, extent.page_seconds)
    say(f"    {rate:.0f} a second   {Goal(1_000, 2_000).judge(rate)}")
    say(f"    at 50 a second  p50 {p50:.1f} ms, p99 {p99:.1f} ms   {Goal(100, 50, most=True).judge(p99)}")


async def _count(measured: Measured, extent: Extent, everybody: people.Everybody, reader: UUID) -> None:
    bars = progress.Bars(measured.stack, measured.operator, everybody)
    for size in extent.counted:
        say(f"\nProgress of {size:,} people in five areas")
        async for line in bars.measure(reader, size):
            say(f"    {line}")


# ---- searching


async def _search(measured: Measured, extent: Extent, everybody: people.Everybody) -> None:
    """Among few people and among many, since what a search costs must not grow with them."""
    costs = []
    for size in extent.people:
        await asyncio.to_thread(load, measured.operator, size)
        costs.append(await _search_among(measured, extent, everybody, size))
    if len(costs) > 1 and costs[0] and costs[-1]:
        growth = costs[-1] / costs[0]
        say(f"\n  CPU per shown result, {extent.people[-1]:,} people / {extent.people[0]:,}")
        say(f"    {growth:.2f}   {GROWTH_GOAL.judge(growth)}")


async def _search_among(
    measured: Measured, extent: Extent, everybody: people.Everybody, size: int
) -> float | None:
    """Everything about searching at one size; CPU milliseconds per shown result, unless searches failed."""
    say(f"\nSearching among {size:,} people")
    await asyncio.to_thread(_build_index, measured)
    reader = id_of("person", READER, 0)
    await everybody.enter(reader, address_of(READER), password())
    searcher = searcher_of(await everybody.asks(reader, identity.me()))
    searches = await asyncio.to_thread(
        prepare,
        measured.stack,
        measured.folder,
        everybody.secrets[reader],
        searcher,
        datetime.now(UTC).date(),
    )
    for system in searches.systems.values():
        await asyncio.to_thread(put_load_on, system, UNHURRIED, WARM_SECONDS)  # a Java machine begins slowly
    long_enough = replace(extent, seconds=max(extent.seconds, SEARCH_SECONDS))
    say(f"    load {os.getloadavg()[0]:.1f} before measuring")
    runs = await asyncio.to_thread(_interleaved, searches.systems, 32, long_enough)
    _print(
        "Partner search, 32 in flight: through the gateway, and the same queries straight at Elasticsearch",
        runs,
    )
    if any(run.failed for rounds in runs.values() for run in rounds):
        say("    not compared: a refusal is quicker than an answer, and some were refused after a second")
    else:
        say(
            ratio(
                "p95, gateway / straight", runs[GATEWAYS], runs[STRAIGHT], lambda run: run.p95, STRAIGHT_GOAL
            )
        )
        say(
            ratio("CPU, gateway / straight", runs[GATEWAYS], runs[STRAIGHT], lambda run: run.cpu_in_all, None)
        )
    if searches.unanswered:
        say(
            f"    {searches.unanswered} searches had no answer within a second, even alone, and were left out"
        )
    cost = await asyncio.to_thread(_cost, searches, long_enough)
    delays = await Freshness(measured.stack, everybody).delays(extent.page_seconds)
    p50, _, p99 = page.percentiles(delays)
    judged = Goal(REFRESH_SECONDS + 1, REFRESH_SECONDS + 0.3, most=True).judge(p99)
    say(f"    profile changes searchable, {PER_SECOND} a second: p50 {p50:.2f} s, p99 {p99:.2f} s   {judged}")
    return cost


def _cost(searches: Searches, extent: Extent) -> float | None:
    """CPU milliseconds per shown result, over all processes, at a pace that every size can keep up with."""
    runs = [
        put_load_on(searches.systems[GATEWAYS], UNHURRIED, 2 * extent.seconds) for _ in range(extent.rounds)
    ]
    failed = sum(run.failed for run in runs)
    cost = median(run.cpu_in_all for run in runs) / searches.shown
    spent = "  ".join(f"{part} {median(run.cpu[part] for run in runs):.2f}" for part in runs[0].cpu)
    say(
        f"    {UNHURRIED} in flight: {median(run.requests_per_second for run in runs):.0f} req/s, {spent} ms CPU;"
        f" {cost:.3f} ms per shown result ({searches.shown:.1f} an answer)"
        + (f"; {failed} FAILED" if failed else "")
    )
    return None if failed else cost


def _build_index(measured: Measured) -> None:
    """The indices as a rebuild makes them, and what that takes."""
    pid = Supervisor(measured.stack).state("search").pid or 0
    before = resident_megabytes(pid)
    built = reindex.build_anew(measured.operator, ("people",))
    for kind, (documents, seconds) in built.items():
        say(f"    {kind}: {documents:,} documents in {seconds:.0f} s, {documents / seconds:,.0f} a second;")
    say(f"    the search process has {before:.0f} MB before and {resident_megabytes(pid):.0f} MB afterwards")


def _asked_for() -> tuple[Path, Extent, str]:
    """The tools' folder, and `quick`, `people` and `only` as make was told them."""
    tools, quick, many, only = (*sys.argv[1:], "", "", "")[:4]
    extent = QUICK if quick else WHOLE
    if many:
        more = (how_many(many),)
        extent = replace(
            extent,
            people=tuple(sorted({*extent.people, *more})),
            counted=tuple(sorted({*extent.counted, *more})),
        )
    return Path(tools).resolve(), extent, only


if __name__ == "__main__":
    main(*_asked_for())
