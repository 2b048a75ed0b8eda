"""Reads outside transactions: a connection that died idle is noticed by the read itself, which is asked again."""

import pytest
from sqlalchemy.exc import DBAPIError

from chassis.store import Store


class Connections(Store):
    """A database whose first connections have died, as after its restart."""

    def __init__(self, *failures: DBAPIError) -> None:
        self._failures = list(failures)
        self.asked = 0

    def _read_once(self, statement, parameters, taken):
        self.asked += 1
        if self._failures:
            raise self._failures.pop(0)
        return ["row"]


def failure(*, died: bool) -> DBAPIError:
    return DBAPIError("SELECT", {}, Exception("server closed the connection"), connection_invalidated=died)


def test_a_read_on_a_dead_connection_is_asked_once_more():
    store = Connections(failure(died=True))
    assert store.rows("SELECT") == ["row"]
    assert store.asked == 2


def test_a_database_that_stays_away_is_told_after_the_second_try():
    store = Connections(failure(died=True), failure(died=True))
    with pytest.raises(DBAPIError):
        store.rows("SELECT")
    assert store.asked == 2


def test_a_wrong_statement_is_not_tried_again():
    store = Connections(failure(died=False))
    with pytest.raises(DBAPIError):
        store.rows("SELECT")
    assert store.asked == 1
