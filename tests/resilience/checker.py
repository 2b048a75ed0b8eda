"""What must hold after every fault, whatever it was."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx

from chassis.contract import build
from deploy.local.rabbitmq import control
from deploy.stack import SERVICES
from services.approvals.engine.trail import Entry, State, What, digest, fold
from tests.journeys.europe import Europe, Project
from tests.stack import eventually, ready, rows, stack, supervisor


def pid_of(process: str) -> int:
    """The process's pid as the supervisor sees it; 0 while it is being started."""
    return int(supervisor().state(process).pid or 0)


def kill(process: str) -> None:
    """kill -9; the supervisor starts it anew."""
    before = pid_of(process)
    os.kill(before, signal.SIGKILL)
    eventually(lambda: pid_of(process) not in (0, before), f"a new {process}", 60)


def all_well() -> None:
    """Every service is ready again, by itself. (I3)"""
    eventually(ready, "that every service is ready", 60)


def check_everything() -> None:
    """I1, I2, I3, I5 of the common checker: call after each fault."""
    all_well()
    eventually(nothing_under_way, "that nothing is under way", 40)
    check_effects()
    check_trails()


def nothing_under_way() -> bool:
    """Outboxes and queues are empty. (I2)"""
    for service in SERVICES:
        if rows(service.name, "SELECT count(*) AS n FROM outbox WHERE published_at IS NULL AND dead = 0")[0][
            "n"
        ]:
            return False
    return all(int(depth) == 0 for depth in queue_depths().values())


def queue_depths() -> dict[str, str]:
    """Messages per queue."""
    said = control(
        stack(), "list_queues", "-p", "schoolbridge", "--quiet", "--no-table-headers", "name", "messages"
    )
    lines = said if isinstance(said, str) else said.stdout
    return {line.split("\t")[0]: line.split("\t")[1] for line in lines.splitlines() if "\t" in line}


def check_effects() -> None:
    """Every published event reached each of its hearers exactly once in effect. (I1)"""
    doubles = "SELECT consumer, message_id FROM inbox GROUP BY 1, 2 HAVING count(*) > 1"
    for service in SERVICES:
        assert rows(service.name, doubles) == []
    approved = rows("projects", "SELECT id FROM project WHERE approved_at IS NOT NULL")
    spaces = {r["id"] for r in rows("twinspace", "SELECT id FROM space WHERE state <> 'hidden'")}
    assert {r["id"] for r in approved} == spaces, (
        "an approved project without its open TwinSpace, or the reverse"
    )


def check_trails() -> None:
    """Every trail folds to its stored state, and its chain of hashes is whole. (I5)"""
    lines: dict[UUID, list[dict[str, Any]]] = {}
    for line in rows("approvals", "SELECT * FROM trail ORDER BY process_id, sequence"):
        lines.setdefault(line["process_id"], []).append(line)
    for process in rows("approvals", "SELECT id, state, last_hash FROM process"):
        state, previous = State(), ""
        for line in lines[process["id"]]:
            entry = Entry(
                What(line["what"]),
                line["at"],
                line["step"],
                line["by"],
                line["role"],
                line["organisation"],
                line["data"],
            )
            previous = digest(previous, line["sequence"], entry)
            assert previous == line["hash"], f"the trail of {process['id']} was changed"
            state = fold(state, entry)
        assert state == build(State, process["state"])
        assert previous == process["last_hash"]


def check_journey(europe: Europe, project: Project) -> None:
    """The journey went through: one TwinSpace, one notification each, mails only repeated under one Message-ID."""
    assert europe.twinspace(project, project.founder)["state"] == "open"
    spaces = rows("twinspace", "SELECT count(*) AS n FROM space WHERE id = :id", id=project.id)
    assert spaces[0]["n"] == 1
    for founder in project.founders:
        europe.is_told(founder, "twinspace_opened", project)
        told = [n for n in europe.notifications_of(founder) if n["subject_id"] == str(project.id)]
        opened = [n for n in told if n["kind"] == "twinspace_opened"]
        assert len(opened) == 1
    for founder in project.founders:
        mails = [m for m in europe.mails_to(founder) if project.title in m["subject"]]
        assert len({m["message_id"] for m in mails}) == len({m["subject"] for m in mails})


@contextmanager
def stopped(*processes: str) -> Iterator[None]:
    """These processes are down for a while."""
    for process in processes:
        supervisor().stop(process)
    try:
        yield
    finally:
        for process in processes:
            supervisor().start(process)
        all_well()


@contextmanager
def frozen(process: str) -> Iterator[None]:
    """This process is there and takes connections, but does nothing for a while."""
    pid = pid_of(process)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def timed(act: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    """An answer and the seconds it took."""
    started = time.monotonic()
    answer = act()
    return answer, time.monotonic() - started
