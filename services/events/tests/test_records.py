"""Certificates, records and tutorials: numbers anybody can check, papers, tables, and each organisation's own."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid

from chassis import files
from chassis.contract import Actor, Forbidden, NotFound
from chassis.files import Purpose, read_ticket
from chassis.settings import settings
from services.events import contract, papers
from services.events.tests.conftest import DAY, HOUR, STARTS, Meetings
from services.events.tests.reading import Paper


def fetched(address: Any) -> bytes:
    """What is fetched at a signed address."""
    ticket = read_ticket(address.url.rpartition("/")[2], Purpose.DOWNLOAD)
    return files.path_of(ticket.service, ticket.file_id).read_bytes()


def completed(meetings: Meetings, officer: Actor, person: UUID, hours: int = 6, **changes: Any) -> Any:
    """Somebody goes through a course; the registration."""
    meeting_id = meetings.meeting(officer, kind="short_course", **changes)
    _, mine = meetings.register(meeting_id, person)
    meetings.now = STARTS + HOUR
    given = {"meeting_id": meeting_id, "registration_id": mine.id, "hours": hours}
    meetings.ask("complete", by=officer, **given)
    meetings.pump()
    return meetings.ask("meeting", by=person, meeting_id=meeting_id).mine


def test_who_was_there_gets_a_certificate_that_anybody_can_check(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    (guest, mine), (absent, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    meetings.now = STARTS
    meetings.ask("check_in", by=host, meeting_id=meeting_id, registration_ids=[mine.id])
    meetings.time_is(STARTS + 4 * HOUR)
    [issued] = meetings.said("CertificateIssued")
    assert issued["person_id"] == str(guest)
    number = meetings.ask("meeting", by=guest, meeting_id=meeting_id).mine.certificate
    shown = meetings.ask("certificate", number=number.lower())
    assert (shown.person_name, shown.title, shown.kind) == ("Ana Ruiz", "Songs across borders", "attendance")
    assert meetings.ask("meeting", by=absent, meeting_id=meeting_id).mine.certificate == ""
    meetings.refusal(NotFound, "certificate", number="SB-2026-AAAAAAAAAAAAAAAA")
    paper = Paper(fetched(meetings.ask("certificate_file", by=guest, registration_id=mine.id)))
    assert paper.keeps_its_standards
    assert all(paper.says(words) for words in ("Ana Ruiz", "Songs across borders", number))
    meetings.refusal(NotFound, "certificate_file", by=absent, registration_id=mine.id)


def test_completing_a_course_brings_hours_a_certificate_and_an_entry_in_the_record(
    meetings: Meetings,
) -> None:
    person = meetings.person("PL")
    mine = completed(meetings, meetings.officer(), person, hours=6)
    assert (mine.hours, bool(mine.certificate)) == (6, True)
    [said] = meetings.said("ActivityCompleted")
    assert (said["person_id"], said["hours"], said["kind"]) == (str(person), 6, "short_course")
    record = meetings.ask("record", by=person)
    assert (record.hours, record.country, record.wanted_hours, record.counted_hours) == (6, "PL", 10, 6)
    assert record.entries[0].certificate == mine.certificate
    assert meetings.ask("certificate", number=mine.certificate).kind == "completion"


def test_hours_count_in_the_countrys_own_period(meetings: Meetings) -> None:
    person, officer = meetings.person("PL"), meetings.officer()
    completed(meetings, officer, person, hours=6)
    meetings.now += 366 * DAY
    record = meetings.ask("record", by=person)
    assert (record.hours, record.counted_hours) == (6, 0)


def test_a_country_without_a_rule_asks_for_nothing(meetings: Meetings) -> None:
    record = meetings.ask("record", by=meetings.person("XK"))
    assert (record.wanted_hours, record.entries) == (0, ())


def test_a_figure_says_when_it_was_checked_and_an_operators_file_takes_its_place(
    meetings: Meetings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    person = meetings.person("PL")
    assert meetings.ask("record", by=person).checked_on is None, "nobody has asked the ministry"
    own = tmp_path / "hours.toml"
    own.write_text('[PL]\nhours = 35\nyears = 2\nnote = ""\nchecked_on = 2026-09-01\n')
    monkeypatch.setenv("SCHOOLBRIDGE_HOURS_FILE", str(own))
    settings.cache_clear()
    try:
        record = meetings.ask("record", by=person)
        assert (record.wanted_hours, record.every_years, record.checked_on) == (35, 2, date(2026, 9, 1))
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_the_record_as_a_table_and_as_a_paper(meetings: Meetings) -> None:
    person = meetings.person("PL")
    completed(meetings, meetings.officer(), person, title="=SUM(A1), songs")
    rows = list(csv.DictReader(io.StringIO(meetings.ask("record_table", by=person))))
    assert [(r["title"], r["hours"], r["completed"]) for r in rows] == [("'=SUM(A1), songs", "6", "yes")]
    paper = meetings.ask("record_file", by=person)
    assert Paper(fetched(paper)).says("=SUM(A1), songs")
    meetings.time_is(meetings.now + 2 * HOUR)
    with pytest.raises(FileNotFoundError):
        fetched(paper)


def test_papers_are_in_the_language_asked_for_or_else_in_their_owners(meetings: Meetings) -> None:
    person = meetings.person("PL")
    mine = completed(meetings, meetings.officer(), person)
    said = {
        None: ("es", "Certificado de finalización", "Historial de desarrollo profesional"),
        "pl": ("pl", "Zaświadczenie o ukończeniu", "Wykaz doskonalenia zawodowego"),
        "fi": ("en", "Certificate of completion", "Record of professional development"),
    }
    for asked, (language, certificate, record) in said.items():
        given = {"language": asked} if asked else {}
        first = Paper(fetched(meetings.ask("certificate_file", by=person, registration_id=mine.id, **given)))
        second = Paper(fetched(meetings.ask("record_file", by=person, **given)))
        assert (first.language, second.language) == (language, language)
        assert first.says(certificate)
        assert second.says(record)


def test_a_countrys_note_is_read_in_ones_language_and_an_operators_own_as_it_was_written(
    meetings: Meetings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    person = meetings.person("PL")
    note = meetings.ask("record", by=person, language="pl").note
    assert note == "Przedstawiane dyrekcji szkoły wraz z rocznym planem pracy."
    assert meetings.ask("record", by=person).note == "Shown to the head teacher with the yearly plan of work."
    own = tmp_path / "hours.toml"
    own.write_text('[PL]\nhours = 35\nyears = 2\nnote = "100% na miejscu."\n')
    monkeypatch.setenv("SCHOOLBRIDGE_HOURS_FILE", str(own))
    settings.cache_clear()
    try:
        assert meetings.ask("record", by=person, language="ar").note == "100% na miejscu."
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_a_table_for_people_speaks_their_language_and_one_for_programs_never_changes(
    meetings: Meetings,
) -> None:
    person = meetings.person("PL")
    completed(meetings, meetings.officer(), person)
    plain, polish = (
        list(csv.reader(io.StringIO(meetings.ask("record_table", by=person, **given))))
        for given in ({}, {"language": "pl"})
    )
    assert plain[0] == ["day", "until", "title", "kind", "hours", "completed", "certificate"]
    assert plain[1][:6] == ["2026-09-11", "2026-09-11", "Songs across borders", "short_course", "6", "yes"]
    assert polish[0][:4] == ["Pierwszy dzień", "Ostatni dzień", "Aktywność", "Rodzaj"]
    assert polish[1][:6] == ["2026-09-11", "2026-09-11", "Songs across borders", "Krótki kurs", "6", "tak"]


def test_the_number_is_the_same_for_the_same_registration_and_not_to_be_guessed() -> None:
    one, other = uuid.uuid7(), uuid.uuid7()
    assert papers.number_of(one, 2026) == papers.number_of(one, 2026) != papers.number_of(other, 2026)
    assert papers.number_of(one, 2026).startswith("SB-2026-")


# ---- tutorials


def test_each_organisation_keeps_its_own_tutorials(meetings: Meetings) -> None:
    officer, other = meetings.officer("nss-pl"), meetings.officer("nss-de")
    tutorial_id = uuid.uuid7()
    said: dict[str, Any] = {
        "tutorial_id": tutorial_id, "organisation": "nss-pl", "title": "First steps",
        "url": "https://example.org/film", "language": "pl", "video": True,
    }  # fmt: skip
    meetings.refusal(Forbidden, "save_tutorial", by=other, **said)
    meetings.ask("save_tutorial", by=officer, **said)
    meetings.refusal(NotFound, "save_tutorial", by=other, **said | {"organisation": "nss-de"})
    meetings.ask("save_tutorial", by=officer, **said | {"title": "First steps, again"})
    [shown] = meetings.ask("tutorials")
    assert (shown.title, shown.may_edit) == ("First steps, again", False)
    assert meetings.ask("tutorials", by=officer)[0].may_edit
    assert meetings.ask("tutorials", organisation="nss-de") == ()
    meetings.refusal(NotFound, "delete_tutorial", by=other, tutorial_id=tutorial_id)
    meetings.ask("delete_tutorial", by=officer, tutorial_id=tutorial_id)
    assert meetings.ask("tutorials") == ()


def test_a_tutor_may_say_who_completed(meetings: Meetings) -> None:
    officer, tutor = meetings.officer(), meetings.person()
    meeting_id = meetings.meeting(officer, kind="learning_event", ends_at=(STARTS + 10 * DAY).isoformat())
    meetings.ask("name_crew", by=officer, meeting_id=meeting_id, speakers=[tutor])
    person, mine = meetings.register(meeting_id)
    meetings.now = STARTS + DAY
    given = {"meeting_id": meeting_id, "registration_id": mine.id, "hours": 9}
    meetings.refusal(contract.NotTheHost, "complete", by=person, **given)
    assert meetings.ask("complete", by=tutor, **given).hours == 9
