"""When schools teach, and when two of them teach at the same time."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from chassis.contract import Invalid
from services.identity.contract import SchoolYear, Span, TermsTogether

DAY = timedelta(days=1)
KEPT_YEARS = 3
LONGEST_YEAR = timedelta(days=366)
LOOKS_AHEAD = timedelta(days=300)
WEEKS_OF_A_MONTH = 3


def with_year(years: Iterable[SchoolYear], year: SchoolYear) -> tuple[SchoolYear, ...]:
    """The years with this one in place of what overlaps it, the newest kept; raises `Invalid`. (PS-22)"""
    if not year.first < year.last <= year.first + LONGEST_YEAR:
        raise Invalid(fields={"last": "out_of_order"})
    if any(not year.first <= one.first <= one.last <= year.last for one in year.breaks):
        raise Invalid(fields={"breaks": "out_of_order"})
    ordered = SchoolYear(year.first, year.last, tuple(_joined(year.breaks)))
    others = [one for one in years if one.last < year.first or year.last < one.first]
    return tuple(sorted([*others, ordered], key=lambda one: one.first)[-KEPT_YEARS:])


def breaks_between(years: Iterable[SchoolYear], start: date, end: date) -> tuple[Span, ...]:
    """Days on which a school does not teach: its breaks, and what lies between two of its years."""
    free = [Span(start, end)]
    for year in years:
        free = [part for one in free for part in _without(one, Span(year.first, year.last))]
        free += year.breaks
    return tuple(_joined(part for one in free if (part := _within(one, start, end))))


def together(
    own: Iterable[SchoolYear], other: Iterable[SchoolYear], today: date, *, own_usual: bool, other_usual: bool
) -> TermsTogether:
    """The coming months of two schools side by side. (PS-22)"""
    end = today + LOOKS_AHEAD
    own_breaks, other_breaks = breaks_between(own, today, end), breaks_between(other, today, end)
    teaching = [Span(today, end)]
    for off in (*own_breaks, *other_breaks):
        teaching = [part for one in teaching for part in _without(one, off)]
    return TermsTogether(tuple(teaching), own_breaks, other_breaks, own_usual, other_usual)


def months_of(spans: Iterable[Span]) -> tuple[date, ...]:
    """First days of the months of which these days fill three weeks or more."""
    days: dict[date, int] = {}
    for span in spans:
        day = span.first
        while day <= span.last:
            days[day.replace(day=1)] = days.get(day.replace(day=1), 0) + 1
            day += DAY
    return tuple(month for month in sorted(days) if days[month] >= WEEKS_OF_A_MONTH * 7)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The same days in order, what touches made one."""
    last: Span | None = None
    for span in sorted(spans, key=lambda one: one.first):
        if last and span.first <= last.last + DAY:
            last = Span(last.first, max(last.last, span.last))
        else:
            if last:
                yield last
            last = span
    if last:
        yield last


def _without(span: Span, off: Span) -> list[Span]:
    if off.last < span.first or span.last < off.first:
        return [span]
    before, after = Span(span.first, off.first - DAY), Span(off.last + DAY, span.last)
    return [part for part in (before, after) if part.first <= part.last]


def _within(span: Span, start: date, end: date) -> Span | None:
    inside = Span(max(span.first, start), min(span.last, end))
    return inside if inside.first <= inside.last else None
