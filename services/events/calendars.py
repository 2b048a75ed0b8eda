"""Meetings as iCalendar: the same UID for life, a SEQUENCE that rises, CANCELLED instead of silence. (EV-11 EV-12)"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from chassis.contract import NotFound
from chassis.settings import settings
from services.events.contract import CalendarFile, MeetingState, Place
from services.events.domain import Meeting

PRODUCT = "-//Schoolbridge//events//EN"
REFRESH = timedelta(hours=1)
_TAG_LENGTH = 32


def write(
    meetings: Iterable[tuple[Meeting, Place | None]],
    *,
    name: str,
    periods: bool = False,
    method: str = "PUBLISH",
) -> str:
    """A calendar of these meetings; with `periods` also of the times in which one can register."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for one, place in meetings:
        calendar.add_component(_event(one, place))
        if periods and one.registration_from is not None:
            calendar.add_component(_period(one, one.registration_from))
    calendar.add_missing_timezones()
    return str(calendar.to_ical(), "utf-8")


def file_of(text: str, name: str) -> CalendarFile:
    """The text with a tag that changes when it does."""
    return CalendarFile(text, name, hashlib.sha256(text.encode()).hexdigest()[:_TAG_LENGTH])


def _event(meeting: Meeting, place: Place | None) -> Event:
    event = _bare(meeting, meeting.id.hex, meeting.title, meeting.starts_at, meeting.ends_at)
    cancelled = meeting.state is MeetingState.CANCELLED
    tentative = place in (Place.PENDING, Place.WAITING, Place.OFFERED)
    event.add("status", "CANCELLED" if cancelled else "TENTATIVE" if tentative else "CONFIRMED")
    words = [meeting.description, meeting.cancelled_reason if cancelled else meeting.change_reason]
    event.add("description", "\n\n".join(word for word in words if word))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("categories", [str(meeting.kind)])
    return event


def _period(meeting: Meeting, opens: datetime) -> Event:
    """When one can register: takes no time of anybody's day. (EV-12)"""
    event = _bare(
        meeting, f"{meeting.id.hex}.registration", f"Registration: {meeting.title}", opens, meeting.closes_at
    )
    event.add("status", "CANCELLED" if meeting.state is MeetingState.CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _bare(meeting: Meeting, name: str, summary: str, starts: datetime, ends: datetime) -> Event:
    event = Event()
    event.add("uid", f"{name}@schoolbridge")
    event.add("sequence", meeting.sequence)
    event.add("summary", summary)
    event.add("dtstamp", (meeting.changed_at or meeting.created_at).astimezone(UTC))
    event.add("last-modified", (meeting.changed_at or meeting.created_at).astimezone(UTC))
    event.add("dtstart", _local(starts, meeting.time_zone))
    event.add("dtend", _local(ends, meeting.time_zone))
    event.add("url", f"{settings().public_url}/events/{meeting.id}")
    return event


def _local(moment: datetime, zone: str) -> datetime:
    """In the organiser's zone; in UTC where that zone's clocks show the hour twice, since only then it is plain."""
    local = moment.astimezone(ZoneInfo(zone))
    return (
        moment.astimezone(UTC)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        else local
    )


# ---- the secret address of a personal feed


def feed_token(person_id: UUID, generation: int) -> str:
    """A secret that names a person and can be taken back; nothing of it is kept."""
    said = person_id.bytes + generation.to_bytes(4, "big")
    return base64.urlsafe_b64encode(said + _seal(said)).decode().rstrip("=")


def open_feed_token(token: str) -> tuple[UUID, int]:
    """Whose feed, in which generation; raises `NotFound`."""
    try:
        whole = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        said, seal = whole[:20], whole[20:]
        if len(whole) != 36 or not hmac.compare_digest(seal, _seal(said)):
            raise NotFound(what="feed")
        return UUID(bytes=said[:16]), int.from_bytes(said[16:], "big")
    except ValueError as wrong:
        raise NotFound(what="feed") from wrong


def _seal(said: bytes) -> bytes:
    secret = settings().link_secret
    if not secret:
        raise SystemExit("SCHOOLBRIDGE_LINK_SECRET is not set: anybody could write links")
    return hmac.new(secret.encode(), b"events.feed" + said, hashlib.sha256).digest()[:16]
