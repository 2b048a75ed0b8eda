"""Many at once: each process is a replica of the service, with connections of its own to the same database."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.store import Store
from chassis.store.unit_of_work import transient
from services.events.tests.conftest import Meetings, People

REPLICAS = 8
Act = tuple[str, UUID, dict[str, Any]]
"""A request, who asks, and with what."""


def at_once(meetings: Meetings, acts: Sequence[Act]) -> list[Any]:
    """What each act was answered, all of them made at the same time by eight replicas."""
    fork = multiprocessing.get_context("fork")
    shares = [acts[number::REPLICAS] for number in range(REPLICAS)]
    together = fork.Barrier(REPLICAS)
    url = meetings.store.engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(REPLICAS, fork, initializer=_begin, initargs=(together,)) as replicas:
        done = replicas.map(partial(_replica, url, meetings.people, meetings.now), shares)
        return [answer for answers in done for answer in answers]


_together: Any = None


def _begin(together: Any) -> None:
    global _together  # noqa: PLW0603 - a barrier cannot travel as an argument
    _together = together


def _replica(url: str, people: People, now: Any, acts: Sequence[Act]) -> list[Any]:
    store = Store(url, pool_size=2)
    own = Meetings(store, people, now)
    _together.wait(timeout=60)
    answers = [_until_answered(own, act) for act in acts]
    store.engine.dispose()
    return answers


def _until_answered(own: Meetings, act: Act) -> Any:
    """Whoever is told "not now" tries again."""
    method, person, given = act
    while True:
        try:
            return own.ask(method, by=person, **given)
        except sa.exc.SQLAlchemyError as error:
            if not transient(error):
                raise
