"""Lets the demo's people hold meetings, register, withdraw, come and complete, as the plan has it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from deploy.demo.plan import Meeting, Person, Plan, id_of
from deploy.door import Door

ROOM = "https://meet.example.org/"
NOON = clock_time(12)


class Gatherings:
    """What happens to meetings on each day of the story."""

    def __init__(
        self, plan: Plan, door: Callable[[Person], Door], happened: Callable[[str], None], today: date
    ) -> None:
        self.plan, self.door, self.happened, self.today = plan, door, happened, today

    def move(self, meeting: Meeting, day: int) -> None:
        """All that happens to one meeting on that day, in an order in which it can happen."""
        if meeting.announced == day:
            self.announce(meeting)
        if meeting.registration_day == day:
            self.register(meeting)
        if meeting.registration_day + 2 == day:
            for person in meeting.withdraws:
                self.door(person).asks("DELETE", f"/meetings/{meeting.id}/registration")
                self.happened("withdrawn registrations")
        if meeting.cancelled and meeting.cancelled[0] == day:
            self.door(meeting.by).post(
                f"/meetings/{meeting.id}/cancellation", {"reason": meeting.cancelled[1]}
            )
            self.happened("cancelled meetings")
        if meeting.starts[0] + 1 == day and meeting.came:
            ids = [str(meeting.registration_of(person)) for person in meeting.came]
            self.door(meeting.by).post(f"/meetings/{meeting.id}/attendance", {"registration_ids": ids})
            self.happened("attendance lists")
        if meeting.last_day + 1 == day:
            for person in meeting.completed:
                path = f"/meetings/{meeting.id}/registrations/{meeting.registration_of(person)}/completion"
                self.door(meeting.by).post(path, {"hours": meeting.sheet["hours"]})
                self.happened("completed courses")

    def announce(self, meeting: Meeting) -> None:
        """Announce it and invite; who wants to is told when it opens."""
        host = self.door(meeting.by)
        host.post("/meetings", self._sheet(meeting))
        self.happened("meetings")
        if meeting.invites:
            invited = [str(person.id) for person in meeting.invites]
            host.post(f"/meetings/{meeting.id}/invitations", {"person_ids": invited})
        for person in meeting.wishes:
            self.door(person).put(f"/meetings/{meeting.id}/reminder")

    def _sheet(self, meeting: Meeting) -> dict[str, Any]:
        sheet = dict(meeting.sheet)
        zone = sheet.pop("zone")
        starts = self._moment(meeting.starts[0], meeting.starts[1], zone)
        online = sheet.setdefault("mode", "online") != "on_site"
        return sheet | {
            "meeting_id": str(meeting.id),
            "time_zone": zone,
            "link": sheet.get("link", f"{ROOM}{meeting.key}" if online else ""),
            "starts_at": starts.isoformat(),
            "ends_at": (starts + meeting.lasts).isoformat(),
            "registration_from": self._day(meeting.opens, zone),
            "registration_until": self._day(meeting.closes, zone),
        }

    def _day(self, day: int | None, zone: str) -> str | None:
        return None if day is None else self._moment(day, NOON, zone).isoformat()

    def _moment(self, day: int, at: clock_time, zone: str) -> datetime:
        local = datetime.combine(self.today + timedelta(days=day), at, ZoneInfo(zone))
        return local.astimezone(UTC)

    def register(self, meeting: Meeting) -> None:
        """Everybody in the plan's order, what the organiser says to it, and the first words."""
        for person in meeting.registers:
            body = {"registration_id": str(meeting.registration_of(person))}
            self.door(person).post(f"/meetings/{meeting.id}/registrations", body)
            self.happened("registrations for meetings")
        for person in meeting.approves:
            path = f"/meetings/{meeting.id}/registrations/{meeting.registration_of(person)}/approval"
            self.door(meeting.by).post(path)
        for number, (person, text) in enumerate(meeting.posts):
            post_id: UUID = id_of("meeting post", f"{meeting.key} {number}")
            self.door(person).put(f"/meetings/{meeting.id}/posts/{post_id}", {"text": text})

    def add_tutorials(self) -> None:
        """What support organisations point to."""
        for one in self.plan.tutorials:
            body = {
                "organisation": one.organisation,
                "title": one.title,
                "url": one.url,
                "language": one.language,
                "video": one.video,
            }
            self.door(one.by).put(f"/tutorials/{id_of('tutorial', one.url)}", body)
            self.happened("tutorials")

    def differences(self) -> Iterator[str]:
        """Where a meeting does not stand as the plan wants."""
        for meeting in self.plan.meetings:
            seen = self.door(meeting.by).get(f"/meetings/{meeting.id}")
            for name in ("state", "confirmed", "waiting"):
                if seen[name] != getattr(meeting, name):
                    yield f"{meeting.key}: {name} is {seen[name]}, not {getattr(meeting, name)}"
