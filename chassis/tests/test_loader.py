"""Reads that arrive while the same look-up is under way go together afterwards."""

from typing import Any

import eventlet
import pytest
from sqlalchemy import column, select

from chassis.store import Loader


class SlowStore:
    """Answers after a turn of the event loop, and remembers what it was asked."""

    def __init__(self, fails: bool = False) -> None:
        self.asked: list[list[int]] = []
        self.fails = fails

    def rows(self, _statement: Any, parameters: dict[str, Any]) -> list[dict[str, int]]:
        self.asked.append(sorted(parameters["ids"]))
        eventlet.sleep(0.01)
        if self.fails:
            raise RuntimeError("the database is away")
        return [{"id": i, "square": i * i} for i in parameters["ids"]]


def look_up() -> Loader:
    return Loader(select(column("id")))


def test_a_lone_read_waits_for_nothing() -> None:
    store = SlowStore()
    assert look_up().load(store, [3])[3][0]["square"] == 9
    assert store.asked == [[3]]


def test_reads_that_come_meanwhile_share_one_query() -> None:
    store, loader = SlowStore(), look_up()
    threads = [eventlet.spawn(loader.load, store, [n]) for n in range(10)]
    answers = [thread.wait() for thread in threads]
    assert [a[n][0]["square"] for n, a in enumerate(answers)] == [n * n for n in range(10)]
    assert store.asked == [[0], [1, 2, 3, 4, 5, 6, 7, 8, 9]]


def test_a_failure_reaches_whoever_shared_the_query_and_nobody_later() -> None:
    store, loader = SlowStore(fails=True), look_up()
    threads = [eventlet.spawn(loader.load, store, [n]) for n in range(3)]
    for thread in threads:
        with pytest.raises(RuntimeError):
            thread.wait()
    store.fails = False
    assert loader.load(store, [5])[5][0]["square"] == 25


def test_nothing_asked_is_nothing_read() -> None:
    store = SlowStore()
    assert look_up().load(store, []) == {}
    assert store.asked == []
