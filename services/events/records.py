"""Certificates as they are checked, somebody's record of professional development, and papers to be fetched."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import uuid_utils.compat as uuid
from sqlalchemy import insert

from chassis import files
from chassis.service import UnitOfWork
from chassis.settings import settings
from services.events import contract, wording
from services.events.domain import Meeting, Registration
from services.events.domain.limits import HoursRule, hours_rules
from services.events.store import seats
from services.events.store import tables as t

OWNER = "events"
PAPER_KEPT = timedelta(hours=1)
PROGRAMS = wording.Table(
    ("day", "until", "title", "kind", "hours", "completed", "certificate"), "yes", "no", kind=str
)
"""The words of a table that programs read: they never change."""


def certificate(meeting: Meeting, one: Registration, name: str) -> contract.CertificateView:
    """What a number proves; the name is asked of its owner each time."""
    completed = one.completed_at is not None
    return contract.CertificateView(
        number=one.certificate or "",
        kind=contract.CertificateKind.COMPLETION if completed else contract.CertificateKind.ATTENDANCE,
        person_name=name,
        title=meeting.title,
        meeting_kind=meeting.kind,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        time_zone=meeting.time_zone,
        hours=one.hours,
        issued_at=one.certificate_at or meeting.ends_at,
    )


def record(uow: UnitOfWork, country: str | None) -> contract.Record:
    """Hours count in the country's period, which ends now. (PD-11)"""
    rule = hours_rules(settings().hours_file).get(country or "", HoursRule(0, 1, ""))
    since = uow.now - timedelta(days=365 * rule.years)
    entries = tuple(
        contract.RecordEntry(
            registration_id=row["id"],
            meeting_id=row["meeting_id"],
            title=row["title"],
            kind=row["kind"],
            starts_at=row["starts_at"],
            ends_at=row["ends_at"],
            hours=row["hours"],
            completed=row["completed_at"] is not None,
            certificate=row["certificate"] or "",
        )
        for row in uow.rows(seats.record_of(uow.actor.id))
    )
    return contract.Record(
        entries=entries,
        hours=sum(e.hours for e in entries),
        country=country,
        wanted_hours=rule.hours,
        every_years=rule.years,
        counted_since=since,
        counted_hours=sum(e.hours for e in entries if e.ends_at >= since),
        note=rule.note,
        checked_on=rule.checked_on,
    )


def table(entries: Sequence[contract.RecordEntry], language: str | None) -> str:
    """The record as comma-separated values, days as spreadsheets read them; without a language for programs. (PD-11)"""
    words = wording.table(language) if language else PROGRAMS
    kept = io.StringIO()
    rows = csv.writer(kept)
    rows.writerow(words.columns)
    for one in entries:
        days = [f"{at:%Y-%m-%d}" for at in (one.starts_at, one.ends_at)]
        done = words.yes if one.completed else words.no
        rows.writerow([*days, plain_cell(one.title), words.kind(one.kind), one.hours, done, one.certificate])
    return kept.getvalue()


def plain_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def fetchable(uow: UnitOfWork, made: bytes, file_name: str) -> contract.Address:
    """A paper that can be fetched for a while; made anew when it is asked for again."""
    file_id = uuid.uuid7()
    path = files.path_of(OWNER, file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)
    kept = {"id": file_id, "by": uow.actor.id, "file_name": file_name, "delete_at": uow.now + PAPER_KEPT}
    uow.session.execute(insert(t.file).values(**kept))
    return address(file_id, file_name, ("application/pdf",))


def address(file_id: UUID, file_name: str, types: tuple[str, ...]) -> contract.Address:
    """A short-lived address on the files' own origin."""
    ticket = files.Ticket(files.Purpose.DOWNLOAD, OWNER, file_id, file_name, types)
    return contract.Address(files.download_address(ticket), file_name)
