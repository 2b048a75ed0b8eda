"""What is on: the list with its filters, the month, one's own, and calendars to subscribe to."""

from calendar import Calendar
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from starlette.responses import Response

from chassis.contract import Invalid, Request
from gateway.forms import arguments_from
from gateway.languages import current_locale, zone
from gateway.portal import choices
from gateway.portal.catalogue import gettext as _
from gateway.portal.visit import Visit
from services.events import contract as events
from services.events.contract import Kind, MeetingCard, Mode, When

MEETING_KINDS = tuple(Kind)[:6]
ACTIVITY_KINDS = tuple(Kind)[6:]
OFFICERS = ("officer", "lead", "css")


def listing(
    request: Request[..., events.Meetings], kinds: tuple[Kind, ...], template: str, section: str
) -> Callable[[Visit], Awaitable[Response]]:
    """A list by date with filters; a filter nobody can read is left out, saying so. (EV-23 PD-01)"""

    async def view(visit: Visit) -> Response:
        form = visit.form(dict(visit.query))
        asked = arguments_from(request, visit.query, zone(visit.time_zone))
        try:
            arguments = request.parse({n: v for n, v in asked.items() if n in visit.query})
        except Invalid as invalid:
            form.refuse(invalid)
            arguments = request.parse({})
        found = await visit.call(request(**arguments))
        return await visit.show(
            template,
            form=form,
            found=found,
            section=section,
            kinds=[(k.value, label) for k, label in _words(kinds)],
            modes=choices.words_of(Mode),
            whens=choices.words_of(When),
            languages_offered=choices.languages(),
            in_use=sum(bool(visit.query.get(n)) for n in ("kind", "language", "mode", "free"))
            + (visit.query.get("when") not in (None, "", "coming")),
            may_offer=visit.session is not None and visit.session.holds(*OFFICERS),
        )

    view.__doc__ = f"{section}, by date with filters."
    return view


def _words(kinds: tuple[Kind, ...]) -> list[tuple[Kind, str]]:
    labels = dict(choices.words_of(Kind))
    return [(kind, labels[kind.value]) for kind in kinds]


# ---- the month


async def month(visit: Visit) -> Response:
    """A month day by day: what everybody may find, and one's own. (EV-11)"""
    found = await visit.call(events.calendar(month=_first_day(visit.query.get("month", ""))))
    first = found.first
    days = in_days(found.meetings, first, zone(visit.time_zone))
    return await visit.show(
        "meetings/calendar.html",
        section="calendar",
        first=first,
        name=format_date(first, "LLLL yyyy", locale=current_locale()),
        weeks=Calendar(current_locale().first_week_day).monthdatescalendar(first.year, first.month),
        weekdays=_weekdays(),
        days=days,
        before=_month_name(first - timedelta(days=1)),
        after=_month_name((first + timedelta(days=32)).replace(day=1)),
    )


def in_days(cards: tuple[MeetingCard, ...], first: date, place: Any) -> dict[date, list[MeetingCard]]:
    """Each day of the month with what is on, by the reader's clocks; what lasts longer stands on each of its days."""
    found: dict[date, list[MeetingCard]] = {}
    for card in cards:
        begins, ends = card.starts_at.astimezone(place).date(), card.ends_at.astimezone(place).date()
        at = max(begins, first)
        while at <= ends and at.month == first.month and at.year == first.year:
            found.setdefault(at, []).append(card)
            at += timedelta(days=1)
    return dict(sorted(found.items()))


def _first_day(typed: str) -> date | None:
    """The month asked for; the present one where it cannot be read."""
    try:
        chosen = date.fromisoformat(f"{typed[:7]}-01")
    except ValueError:
        return None
    return chosen if 1990 <= chosen.year <= 2199 else None


def _month_name(day: date) -> tuple[str, str]:
    return f"{day:%Y-%m}", str(format_date(day, "LLLL yyyy", locale=current_locale()))


def _weekdays() -> list[str]:
    names, begins = current_locale().days["stand-alone"]["abbreviated"], current_locale().first_week_day
    return [str(names[(begins + n) % 7]) for n in range(7)]


# ---- one's own


async def mine(visit: Visit) -> Response:
    """What one holds, is registered for and was invited to; the addresses of one's own calendar. (EV-11 b.10 15)"""
    found = await visit.call(events.my_meetings())
    asked: list[Any] = [events.my_feed()]
    officer = visit.session is not None and visit.session.holds(*OFFICERS)
    if officer:
        asked.append(events.awaiting_release())
    feed, *waiting = await visit.together(*asked)
    groups = [
        ("invited", _("Invited to"), found.invited),
        ("registered", _("Registered for"), found.registered),
        ("organised", _("Held by me"), found.organised),
    ]
    return await visit.show(
        "meetings/mine.html",
        section="mine",
        found=found,
        groups=groups,
        feed=feed,
        origin=visit.parts.settings.public_url,
        in_review=(waiting[0] or ()) if waiting else (),
    )


async def reset_feed(visit: Visit) -> Response:
    """A new secret address; the old one is forgotten."""
    await visit.call(events.reset_feed())
    return visit.go("/events/mine", "feed_reset")


# ---- calendars


async def meeting_calendar(visit: Visit) -> Response:
    """One meeting for one's calendar. (EV-11)"""
    return _calendar(visit, await visit.call(events.meeting_calendar(visit.path["meeting_id"])))


async def public_calendar(visit: Visit) -> Response:
    """What everybody may find, by kind and language, to subscribe to. (EV-11 EV-12)"""
    asked = arguments_from(events.public_feed, visit.query, zone(visit.time_zone))
    return _calendar(visit, await visit.call(events.public_feed(**events.public_feed.parse(asked))))


async def personal_calendar(visit: Visit) -> Response:
    """One's own, by the secret address alone. (EV-11)"""
    periods = visit.query.get("periods") == "yes"
    return _calendar(visit, await visit.call(events.personal_feed(visit.path["token"], periods)))


def _calendar(visit: Visit, file: events.CalendarFile) -> Response:
    headers = {
        "ETag": f'"{file.tag}"',
        "Cache-Control": "private, max-age=300" if visit.session is None else "no-store",
        "Content-Disposition": f'attachment; filename="{file.file_name}"',
    }
    if visit.request.headers.get("if-none-match", "").strip().removeprefix("W/") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(file.text, headers=headers, media_type="text/calendar; charset=utf-8")
