"""A pump takes due rows one by one, and rests when there is none."""

from collections import Counter
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from chassis.entrypoints import Pumps
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
