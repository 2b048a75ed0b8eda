"""A pump takes due rows one by one, and rests when there is none."""

from collections import Counter
from types import SimpleNamespace

import eventlet
import pytest
from eventlet.event import Event as Signal
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from chassis.container import Container
from chassis.entrypoints import Pumps
from chassis.link import Link
from chassis.store import UnitOfWork


class Waking:
    """The link, which counts whom a commit has woken."""

    def __init__(self) -> None:
        self.woken: Counter[str] = Counter()

    def wake_pump(self) -> None:
        self.woken["pump"] += 1

    def wake_relay(self) -> None:
        self.woken["relay"] += 1


@pytest.fixture
def database():
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE due (id INTEGER)"))
    return engine


@pytest.fixture
def link():
    return Waking()


@pytest.fixture
def pump(database, link):
    def take_one(uow: UnitOfWork) -> bool:
        found = uow.session.execute(text("SELECT id FROM due LIMIT 1")).scalar()
        if found is None:
            return False
        uow.session.execute(text("DELETE FROM due WHERE id = :id"), {"id": found})
        return True

    pumping = Pumps()
    pumping.method_name = "take_one"
    pumping.deliveries = SimpleNamespace(link=link)
    pumping.container = SimpleNamespace(
        store=SimpleNamespace(engine=database), instance=SimpleNamespace(take_one=take_one)
    )
    return pumping


def test_looking_and_finding_nothing_does_not_wake_the_pump_again(pump, link):
    assert pump.pump() is False
    assert not link.woken


def test_a_row_that_was_taken_stays_taken(pump, link, database):
    with database.begin() as connection:
        connection.execute(text("INSERT INTO due VALUES (1), (2)"))
    assert [pump.pump(), pump.pump(), pump.pump()] == [True, True, False]
    assert link.woken["pump"] == 2


def test_a_wake_up_during_the_work_is_not_lost():
    link = Link.__new__(Link)
    link.pump_wake = Signal()
    before = link.pump_wake
    link.wake_pump()
    assert before.ready()
    assert not link.pump_wake.ready()
    assert link.pump_wake is not before


def test_one_pump_that_waits_holds_up_no_other():
    container = Container.__new__(Container)
    container.link = SimpleNamespace(pump_wake=Signal())
    taken, never = [], Signal()

    def takes() -> bool:
        taken.append(1)
        return len(taken) < 3

    with eventlet.Timeout(5):
        waiting = eventlet.spawn(container._pump, never.wait)
        working = eventlet.spawn(container._pump, takes)
        while len(taken) < 3:
            eventlet.sleep(0.01)
    for thread in (waiting, working):
        thread.kill()
