"""Writing invented rows into identity's database by COPY, batch after batch; what is there already stays as it is."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

import psycopg2

from deploy.data.invention import BATCH, Invention, Row, id_of

_ESCAPED = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def fill(database_url: str, invention: Invention, size: int) -> Iterator[tuple[int, int]]:
    """Add whoever of the first `size` people is missing, in order; after each batch how many people are there of how
    many that batch has added. Each batch is one transaction, so that filling may be interrupted and repeated.

    The address is the owner's: PostgreSQL counts afterwards what is there, and lets nobody else ask for that. Until it
    has, it reads tables from end to end for each page of people.
    """
    with closing(psycopg2.connect(database_url.replace("+psycopg2", ""))) as connection:
        for number in range(-(-size // BATCH)):
            most = min(BATCH, size - number * BATCH)
            with connection, connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
                yield number * BATCH + most, _add(cursor, invention, number, most)
        with connection, connection.cursor() as cursor:
            cursor.execute("ANALYZE school, person, affiliation")


def _add(cursor: Any, invention: Invention, number: int, most: int) -> int:
    """The people of one batch who are not there yet, with their schools."""
    first = number * BATCH
    wanted = [id_of("person", first + each, invention.seed) for each in range(most)]
    if len(_known(cursor, "person", wanted)) == most:
        return 0
    added = 0
    for table, rows in invention.batch(number, most).tables():
        known = _known(cursor, table, [row["id"] for row in rows])
        new = [row for row in rows if row["id"] not in known]
        _copy(cursor, table, new)
        added = len(new) if table == "person" else added
    return added


def _known(cursor: Any, table: str, ids: list[UUID]) -> set[UUID]:
    cursor.execute(f"SELECT id::text FROM {table} WHERE id = ANY(%s::uuid[])", ([str(one) for one in ids],))  # noqa: S608 - our own names
    return {UUID(one) for (one,) in cursor.fetchall()}


def _copy(cursor: Any, table: str, rows: list[Row]) -> None:
    if not rows:
        return
    lines = StringIO("".join(map(_line, rows)))
    cursor.copy_expert(f"COPY {table} ({', '.join(rows[0])}) FROM STDIN", lines)


def _line(row: Row) -> str:
    return "\t".join(map(_written, row.values())) + "\n"


def _written(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else str(value)
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        return "".join(_ESCAPED.get(letter, letter) for letter in text)
    return text
