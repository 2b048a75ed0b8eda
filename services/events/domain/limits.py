"""Numbers of policy, from `data/limits.toml`, and what countries ask for, from `data/hours.toml`."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits as the file says them."""

    room_capacity: int
    most_capacity: int
    offer_holds: timedelta
    cut_off: timedelta
    room_for_hosts: timedelta
    room_for_participants: timedelta
    reminders: tuple[int, ...]
    settles_after: timedelta
    no_show_period: timedelta
    no_shows: int
    rare_country_percent: int
    review_first_meetings: bool
    newcomer: timedelta
    most_file_bytes: int


@dataclass(frozen=True, slots=True)
class HoursRule:
    """How many hours in how many years a country asks for, and since when that is known from it. (PD-11)"""

    hours: int
    years: int
    note: str
    checked_on: date | None = None


@cache
def limits() -> Limits:
    """The limits of this installation."""
    found = tomllib.loads((DATA / "limits.toml").read_text("utf-8"))
    return Limits(
        room_capacity=found["room_capacity"],
        most_capacity=found["most_capacity"],
        offer_holds=timedelta(hours=found["offer_hours"]),
        cut_off=timedelta(hours=found["cut_off_hours"]),
        room_for_hosts=timedelta(hours=found["room_hours_hosts"]),
        room_for_participants=timedelta(minutes=found["room_minutes_participants"]),
        reminders=tuple(sorted(found["remind_hours"], reverse=True)),
        settles_after=timedelta(hours=found["settle_hours"]),
        no_show_period=timedelta(days=found["no_show_days"]),
        no_shows=found["no_shows"],
        rare_country_percent=found["rare_country_percent"],
        review_first_meetings=found["review_first_meetings"],
        newcomer=timedelta(days=found["newcomer_days"]),
        most_file_bytes=found["most_file_bytes"],
    )


@cache
def hours_rules(own_file: str = "") -> dict[str, HoursRule]:
    """The rule of each country that has one; an operator's own file takes the place of the one that comes along."""
    found = tomllib.loads(Path(own_file or DATA / "hours.toml").read_text("utf-8"))
    return {country: HoursRule(**rule) for country, rule in found.items()}
