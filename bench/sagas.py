"""Project approvals from submission to the open TwinSpace, a number of them in flight at the same time."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuid

from bench.patience import until
from bench.people import COUNTRIES, Everybody, Pair, id_of
from deploy.running import RunningStack
from services.approvals import contract as approvals
from services.approvals.contract import Outcome, StepKind
from services.projects import contract as projects

LOOK_EVERY_SECONDS = 0.03
WAITING = "SELECT id, subject_id, kind, country, version FROM task WHERE state = 'waiting' AND subject_id = ANY(:ids)"
COMPLETED = "SELECT subject_id FROM process WHERE status = 'completed' AND subject_id = ANY(:ids)"
SETS = (
    ((StepKind.PARTNER, ""),),
    tuple((StepKind.HEAD_TEACHER, country) for country in COUNTRIES),
    tuple((StepKind.SUPPORT_ORGANISATION, country) for country in COUNTRIES),
)


class Approvals:
    """Drives projects through approvals' own requests, and looks into its database for whose turn it is."""

    def __init__(self, everybody: Everybody, running: RunningStack, pairs: list[Pair]) -> None:
        self._everybody, self._running, self._pairs = everybody, running, pairs
        self._tasks: dict[tuple[UUID, str, str], Any] = {}
        self._completed: set[UUID] = set()
        self._open: set[UUID] = set()

    async def draft(self, number: int) -> tuple[UUID, Pair, int]:
        """A draft that only waits for its submission; not timed."""
        pair, project_id = self._pairs[number % len(self._pairs)], uuid.uuid7()
        begins = datetime.now(UTC).date() + timedelta(days=30)
        view = await self._everybody.asks(
            pair.founder,
            projects.save_draft(
                project_id,
                title=f"Measured project {number}",
                description="Pupils find a song both countries know and sing it in the other language.",
                languages=("en", "pl"),
                subjects=("music",),
                age_from=9,
                age_to=12,
                aims="To sing together.",
                starts_on=begins,
                ends_on=begins + timedelta(days=90),
                founding_school_id=pair.school,
                co_founder_id=pair.co_founder,
            ),
        )
        return project_id, pair, view.version

    async def submitted(self) -> UUID:
        """A project that waits for its co-founder."""
        project_id, pair, version = await self.draft(0)
        await self._everybody.asks(pair.founder, projects.submit(project_id, version))
        return project_id

    async def run(self, many: int, in_flight: int) -> tuple[float, float]:
        """Sagas per second, and the median seconds of one."""
        drafts = [await self.draft(number) for number in range(many)]
        looking = asyncio.create_task(self._look())
        room, took = asyncio.Semaphore(in_flight), []

        async def one(project_id: UUID, pair: Pair, version: int) -> None:
            async with room:
                began = time.perf_counter()
                await self._approve(project_id, pair, version)
                took.append(time.perf_counter() - began)

        began = time.perf_counter()
        try:
            await asyncio.gather(*(one(*draft) for draft in drafts))
        finally:
            looking.cancel()
        return many / (time.perf_counter() - began), sorted(took)[len(took) // 2]

    async def _approve(self, project_id: UUID, pair: Pair, version: int) -> None:
        self._open.add(project_id)
        await self._everybody.asks(pair.founder, projects.submit(project_id, version))
        for steps in SETS:
            await asyncio.gather(*(self._decide(project_id, pair, kind, country) for kind, country in steps))
        await until(lambda: project_id in self._completed)
        self._open.discard(project_id)

    async def _decide(self, project_id: UUID, pair: Pair, kind: StepKind, country: str) -> None:
        key = (project_id, kind.value, country or "FR")
        await until(lambda: key in self._tasks)
        task = self._tasks[key]
        who = {
            StepKind.PARTNER: pair.co_founder,
            StepKind.HEAD_TEACHER: id_of(country, "head"),
            StepKind.SUPPORT_ORGANISATION: id_of(country, "officer"),
        }[kind]
        with suppress(
            approvals.AlreadyDecided
        ):  # the answer of an earlier try was lost, the decision was not
            await self._everybody.asks(who, approvals.decide(task["id"], Outcome.APPROVE, task["version"]))

    async def _look(self) -> None:
        """One look for all: whose turn it is, and which are through."""
        while True:
            ids = list(self._open)
            for row in await asyncio.to_thread(self._running.rows, "approvals", WAITING, ids=ids):
                self._tasks[row["subject_id"], row["kind"], row["country"]] = row
            for row in await asyncio.to_thread(self._running.rows, "approvals", COMPLETED, ids=ids):
                self._completed.add(row["subject_id"])
            await asyncio.sleep(LOOK_EVERY_SECONDS)
