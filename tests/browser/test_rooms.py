"""Teachers meet in a room: real Janus, real browsers with a camera that shows a test picture."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.browser.chromium import CHROMIUM, QUIET, Desk, Open, chromium
from tests.journeys.europe import Europe, Person, Refused
from tests.journeys.test_meetings import announce, register
from tests.stack import eventually, supervisor

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]
STAYS = 30


@pytest.fixture
def desks(running_stack: None) -> Iterator[Open]:
    """Desks whose browsers are processes of their own."""
    with chromium() as first:
        browsers, made = [first], []

        def sit_down(language: str = "en", **options: bool) -> Desk:
            if made:
                launch = first.browser_type.launch
                browsers.append(launch(executable_path=CHROMIUM, headless=True, args=QUIET))
            made.append(Desk(browsers[-1], language, **options))
            return made[-1]

        yield sit_down
        for one in made:
            one.had_no_mishap()
        for browser in browsers[1:]:
            browser.close()


def soon(europe: Europe, host: Person, **changes: object) -> str:
    """An event that begins in twenty minutes in a room of the installation's own."""
    return announce(europe, host, link="", hours=1 / 3, **changes)


def enters(person: Desk, meeting_id: str) -> None:
    """From the event's page, with camera and microphone."""
    page = person.opens(f"/events/{meeting_id}")
    person.sends(f'form[action="/events/{meeting_id}/entry"]')
    page.wait_for_url("**/room")
    page.locator("#microphone").check()
    page.locator("#camera").check()
    page.locator("[data-before] button").click()
    page.locator("[data-inside]").wait_for()


def frames(person: Desk) -> int:
    """How many pictures of others this browser has decoded in the present connection."""
    found = person.page.evaluate(
        """async () => {
            let frames = 0
            const stats = room?.incoming ? await room.incoming.getStats() : []
            stats.forEach((one) => { if (one.type === "inbound-rtp" && one.kind === "video") frames += one.framesDecoded })
            return frames
        }"""
    )
    return int(found)


def see_each_other(*people: Desk) -> None:
    for person in people:
        eventually(lambda: frames(person) > 0, "pictures of the other", STAYS)  # noqa: B023 - asked at once
        heard = "[...document.querySelectorAll('audio')].some((one) => one.srcObject)"
        eventually(lambda: person.page.evaluate(heard), "sound of the other", STAYS)  # noqa: B023 - the same


def says(person: Desk, words: str) -> None:
    person.page.locator("[data-state]", has_text=words).wait_for(timeout=1000 * STAYS)


def two_with_places(desks: Open, europe: Europe, **guests: bool) -> tuple[str, Person, Person, Desk, Desk]:
    """An event, its host and somebody who has a place, and where each of the two sits; `guests` is for the latter's."""
    host, guest = europe.teacher("FI"), europe.teacher("SE")
    meeting_id = soon(europe, host)
    register(guest, meeting_id)
    return meeting_id, host, guest, desks().logs_in(host.email), desks(**guests).logs_in(guest.email)


def meet(meeting_id: str, *people: Desk) -> None:
    for person in people:
        enters(person, meeting_id)
    see_each_other(*people)


def test_two_people_in_two_browsers_see_and_hear_each_other(desks: Open, europe: Europe) -> None:
    meeting_id, host, guest, one, two = two_with_places(desks, europe, narrow=True)
    page = one.opens(f"/events/{meeting_id}/room")
    assert page.locator("[data-inside]").is_hidden()
    assert "only while you are in the room" in page.locator("main").inner_text()
    one.looks()
    meet(meeting_id, one, two)
    for person in (one, two):
        names = person.page.locator("[data-people] strong").all_inner_texts()
        assert sorted(names) == sorted([host.name, guest.name])
        person.looks()

    two.page.locator('[data-switch="camera"]').press("Enter")
    one.page.locator(f'[data-pictures] li[data-id="{guest.id}"]').wait_for(state="detached")
    two.page.locator('[data-switch="camera"]').press("Enter")
    one.page.locator(f'[data-pictures] li[data-id="{guest.id}"]').wait_for()

    line = one.page.locator(f'[data-people] li[data-id="{guest.id}"]')
    assert two.page.locator("[data-order]").count() == 0, "only hosts keep order"
    line.locator('[data-then="silence"]').click()
    says(two, "switched your microphone off")
    assert two.page.locator('[data-switch="microphone"]').is_disabled()
    line.locator('[data-then="speak"]').click()
    says(two, "given your microphone back")
    line.locator('[data-then="remove"]').click()
    says(two, "not in the room any more")
    line.wait_for(state="detached")
    two.page.locator("[data-before] button").click()
    says(two, "A host has removed you")
    two.mishaps.clear()  # that the pass is refused is noted by the browser

    one.opens(f"/events/{meeting_id}/people")
    one.looks()
    one.page.locator('button:has-text("Let into the room again")').click()
    enters(two, meeting_id)
    two.page.locator("[data-leave]").click()
    says(two, "You have left the room")
    assert two.page.evaluate("own.camera === null && own.microphone === null")


def test_who_gives_up_a_place_is_out_of_the_room_at_once(desks: Open, europe: Europe) -> None:
    meeting_id, _, guest, one, two = two_with_places(desks, europe)
    meet(meeting_id, one, two)
    guest.delete(f"/meetings/{meeting_id}/registration")
    says(two, "not in the room any more")
    one.page.locator(f'[data-people] li[data-id="{guest.id}"]').wait_for(state="detached")


def test_nobody_is_called_what_their_own_browser_makes_up(desks: Open, europe: Europe) -> None:
    meeting_id, host, guest, one, two = two_with_places(desks, europe)
    two.page.add_init_script(
        """const send = WebSocket.prototype.send
        WebSocket.prototype.send = function (words) {
            send.call(this, words.replace('"ptype":"publisher"', '"ptype":"publisher","display":"The organisers"'))
        }"""
    )
    meet(meeting_id, one, two)
    assert sorted(one.page.locator("[data-people] strong").all_inner_texts()) == sorted(
        [host.name, guest.name]
    )
    assert "The organisers" not in one.page.locator("main").inner_text()


def test_whoever_has_no_place_enters_neither_by_page_nor_by_api(desk: Open, europe: Europe) -> None:
    host, guest, stranger = (europe.teacher(c) for c in ("FI", "SE", "FR"))
    meeting_id = soon(europe, host)
    later = announce(europe, host, link="", hours=20)
    for one in (meeting_id, later):
        register(guest, one)
        with pytest.raises(Refused) as refused:
            stranger.post(f"/meetings/{one}/entry", {})
        assert refused.value.code == "seat_needed"
    outside = desk().logs_in(stranger.email)
    page = outside.opens(f"/events/{meeting_id}/room")
    assert "Only hosts, speakers and those with a place" in page.locator("main").inner_text()
    assert page.locator("[data-room]").count() == 0
    outside.looks()
    outside.mishaps.clear()  # the browser notes the status of a page that says no
    page = desk("ar", narrow=True).logs_in(guest.email).opens(f"/events/{later}/room")
    assert page.locator("[data-room]").count() == 0, "for participants it opens half an hour before"
    assert page.locator(".note.bad").count() == 1
    page = (early := desk("ar", narrow=True).logs_in(host.email)).opens(f"/events/{later}/room")
    assert page.locator("[data-before]").is_visible(), "for hosts a day before"
    early.looks()
    assert guest.post(f"/meetings/{meeting_id}/entry", {})["room_pass"]["participant"] == str(guest.id)


def test_without_scripts_the_page_says_what_else_one_can_do(desk: Open, europe: Europe) -> None:
    host = europe.teacher("FI")
    meeting_id = soon(europe, host)
    reads = desk(scripts=False).logs_in(host.email)
    page = reads.opens(f"/events/{meeting_id}/room")
    assert "The room needs JavaScript" in page.locator("main").inner_text()
    assert page.locator(f'main a[href="/events/{meeting_id}/discussion"]').first.is_visible()
    assert page.locator("[data-before]").is_hidden()


@pytest.mark.alone
def test_a_room_whose_server_was_killed_is_entered_again_by_itself(desks: Open, europe: Europe) -> None:
    meeting_id, _, _, one, two = two_with_places(desks, europe)
    meet(meeting_id, one, two)
    running = supervisor().state("janus").pid
    assert running
    os.kill(running, signal.SIGKILL)
    for person in (one, two):
        says(person, "The connection to the room is lost")
    for person in (one, two):
        says(person, "You are in the room.")
        person.mishaps.clear()  # the browser notes a connection that is lost
    see_each_other(one, two)
    assert supervisor().state("janus").pid != running
