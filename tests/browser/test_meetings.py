"""A teacher holds an event, three others want its one place, and an officer offers a seminar, all through the portal."""

from datetime import timedelta

import pytest

from tests.browser.chromium import Desk, Open
from tests.journeys.europe import Europe

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]


def test_an_event_from_its_announcement_to_its_cancellation(desk: Open, europe: Europe) -> None:
    host, first, second = (europe.teacher(c) for c in ("FI", "FR", "SE"))
    holds = desk().logs_in(host.email)
    event = announces(holds, europe)
    holds.looks()

    seated = desk(scripts=False).logs_in(first.email)
    registers(seated, event, "Take a place")
    assert seated.page.locator("#seat ~ p .tag.ok").first.inner_text() == "Has a place"
    waits = desk(narrow=True).logs_in(second.email)
    registers(waits, event, "Join the waiting list")
    assert "Number 1 in line" in waits.page.locator("main").inner_text()
    waits.looks()

    seated.opens(f"{event}/discussion")
    seated.fills(text="Which key do we sing in?")
    seated.sends('main form.card[method="post"]')
    waits.opens(f"{event}/discussion")
    waits.looks()
    seated.opens(event)
    seated.sends(f'form[action="{event}/withdrawal"]')
    waits.awaits(event, "#seat ~ p .tag.ok")
    waits.awaits("/notifications", f'main a[href="{event}"]')

    for path in (f"{event}/people", f"{event}/invitations", f"{event}/edit", f"{event}/feedback"):
        holds.opens(path)
        holds.looks()
    for path in ("/events", "/events/calendar", "/events/mine", "/events/new"):
        waits.opens(path)
        waits.looks()
    holds.opens(f"{event}/cancellation")
    holds.looks()
    holds.fills(reason="The speaker is ill.")
    holds.sends()
    holds.page.wait_for_url(f"**{event}")
    waits.opens(event)
    assert "The speaker is ill." in waits.page.locator("main").inner_text()


def announces(holds: Desk, europe: Europe) -> str:
    """By the form; the address of the event's page."""
    page = holds.opens("/events/new")
    holds.looks()
    starts = europe.now + timedelta(days=9)
    holds.fills(
        kind="workshop", title="Songs across borders", description="How classes sing together online.",
        starts_at=f"{starts:%Y-%m-%dT}10:00", ends_at=f"{starts:%Y-%m-%dT}12:00",
        link="https://meet.example.org/songs", capacity="1",
    )  # fmt: skip
    page.locator('input[name="languages"][value="en"]').check()
    holds.sends()
    page.wait_for_url("**/events/*-*")
    assert "10:00" in page.locator("main header").inner_text()
    return page.url.removeprefix(str(page.evaluate("location.origin"))).partition("?")[0]


def registers(person: Desk, event: str, label: str) -> None:
    page = person.opens(event)
    assert page.locator(f'form[action="{event}/registration"] button').inner_text() == label
    person.sends(f'form[action="{event}/registration"]')


def test_the_catalogue_the_record_and_the_tutorials_in_arabic_and_narrow(desk: Open, europe: Europe) -> None:
    teacher, officer = europe.teacher("JO"), europe.officer("nss-pl")
    offers = desk().logs_in(officer.email)
    page = offers.opens("/learning/tutorials")
    offers.fills(organisation="nss-pl", title="First steps", url="https://example.org/film", language="pl")
    offers.sends('main form.card[method="post"]')
    offers.looks()
    assert page.locator('a[href="https://example.org/film"]').count() > 0
    reads = desk("ar", narrow=True).logs_in(teacher.email)
    for path in ("/learning", "/learning/record", "/learning/tutorials", "/events/calendar"):
        assert reads.opens(path).locator("html").get_attribute("dir") == "rtl"
        reads.looks()
