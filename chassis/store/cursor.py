"""Where a page of a list ended: a moment and an id, as one opaque text."""

from datetime import datetime
from uuid import UUID

from chassis.contract import Invalid


def write_cursor(at: datetime, last: UUID) -> str:
    """The cursor behind a line."""
    return f"{at.isoformat()}~{last}"


def read_cursor(cursor: str) -> tuple[datetime, UUID] | None:
    """Where the page before ended, None at the beginning; raises `Invalid` for a text that is not a cursor."""
    if not cursor:
        return None
    try:
        at, last = cursor.split("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment, UUID(last)
    except ValueError as wrong:
        raise Invalid(fields={"cursor": ["not_a_cursor"]}) from wrong
