"""Business time. Tokens, deadlines and time-outs use real time and do not come here."""

from datetime import UTC, datetime, timedelta

from chassis.settings import settings


def now() -> datetime:
    """Real time in UTC plus, on development and test stacks only, the offset kept in `<controls>/clock`.

    The file is read each time, so that moving the clock reaches every process at once.
    """
    return datetime.now(UTC) + offset()


def offset() -> timedelta:
    """How far business time runs ahead of real time."""
    controls = settings().controls
    if controls is None:
        return timedelta()
    try:
        return timedelta(seconds=float((controls / "clock").read_text()))
    except FileNotFoundError:
        return timedelta()
