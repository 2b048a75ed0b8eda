"""Reads that arrive while the same look-up is in flight share the next `WHERE id = ANY(…)`."""

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any

from eventlet.event import Event
from sqlalchemy import RowMapping, Select


class _Flight:
    """One query under way, or waiting to be, with the ids it is to bring."""

    def __init__(self) -> None:
        self.ids: set[Any] = set()
        self.landed = Event()


class Loader:
    """A named look-up by id: `Loader(select(…).where(t.c.id == any_(bindparam("ids", type_=ARRAY(…)))), key="id")`.

    Runs on an autocommit connection with Core; the first call goes at once, those that come while it is under
    way go together afterwards. No timer: a lone call waits for nothing.
    """

    def __init__(self, statement: Select[Any], key: str = "id") -> None:
        self.statement = statement
        self.key = key
        self._flying: _Flight | None = None
        self._waiting: _Flight | None = None

    def load(self, store: Any, ids: Iterable[Any]) -> dict[Any, list[RowMapping]]:
        """Rows by id; an id without rows is missing from the answer."""
        wanted = set(ids)
        if not wanted:
            return {}
        if self._flying is None:
            flight = self._flying = _Flight()
            flight.ids = wanted
            rows = self._fly(store, flight)
        elif self._waiting is None:
            flight = self._waiting = _Flight()
            flight.ids = set(wanted)
            self._await_turn()
            self._flying, self._waiting = flight, None
            rows = self._fly(store, flight)
        else:
            flight = self._waiting
            flight.ids |= wanted
            rows = flight.landed.wait()
        return {i: rows[i] for i in wanted if i in rows}

    def _await_turn(self) -> None:
        while (ahead := self._flying) is not None:
            with contextlib.suppress(Exception):  # its own callers are told; this one only waits for its turn
                ahead.landed.wait()

    def _fly(self, store: Any, flight: _Flight) -> dict[Any, list[RowMapping]]:
        try:
            found: Sequence[RowMapping] = store.rows(self.statement, {"ids": list(flight.ids)})
        except BaseException as error:
            self._flying = None
            flight.landed.send_exception(error)
            raise
        rows: dict[Any, list[RowMapping]] = {}
        for row in found:
            rows.setdefault(row[self.key], []).append(row)
        self._flying = None
        flight.landed.send(rows)
        return rows
