"""A database that was restarted is no failure of whoever comes next; what may have been committed is not done twice."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from chassis.entrypoints import Pumps
from chassis.store import Store, UnitOfWork
from chassis.store.tables import answered, inbox
from chassis.store.unit_of_work import take_in

LINK = SimpleNamespace(wake_pump=lambda: None, wake_relay=lambda: None)


@pytest.fixture
def store(database: Callable[[str], str]) -> Iterator[Store]:
    opened = Store(database("search"))
    with opened.engine.begin() as connection:
        connection.execute(text("TRUNCATE answered, inbox"))
    yield opened
    opened.engine.dispose()


def cut(store: Store) -> None:
    """Every connection to the database but this one ends, as when it is restarted."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    store.rows(text(others))


def effects(store: Store) -> int:
    return int(store.rows(select(func.count().label("n")).select_from(answered))[0]["n"])


def unit(store: Store, *, guarded: bool) -> UnitOfWork:
    guard = take_in("search.test", UUID(int=1)) if guarded else None
    return UnitOfWork(store, LINK, guard=guard)  # type: ignore[arg-type]


def something(uow: UnitOfWork) -> None:
    uow.session.execute(insert(answered).values(key="one", fingerprint=""))


@pytest.mark.parametrize("guarded", [False, True])
def test_a_connection_that_died_meanwhile_is_nobodys_failure(store: Store, guarded: bool) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    cut(store)
    uow = unit(store, guarded=guarded)
    Pumps().in_transaction(uow, lambda: something(uow))
    assert effects(store) == 1


def test_one_that_dies_before_the_commit_has_everything_done_again(store: Store) -> None:
    uow, deaths = unit(store, guarded=True), [1]

    def handle() -> None:
        something(uow)
        while deaths:
            cut(store)
            deaths.pop()

    Pumps().in_transaction(uow, handle)
    assert effects(store) == 1
    assert len(store.rows(select(inbox))) == 1


def test_a_commit_of_unknown_end_is_not_done_again_where_nothing_would_notice(store: Store) -> None:
    uow, deaths = unit(store, guarded=False), []

    def handle() -> None:
        something(uow)
        deaths.append(1)
        cut(store)

    with pytest.raises(DBAPIError):
        Pumps().in_transaction(uow, handle)
    assert len(deaths) == 1
    assert effects(store) == 0
