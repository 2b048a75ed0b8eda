"""Finding partners in a browser, without scripts and with them; every page of it looked at closely."""

import pytest
import uuid_utils.compat as uuid

from tests.browser.chromium import Open
from tests.journeys.europe import Europe
from tests.stack import eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def mark() -> str:
    return f"zq{uuid.uuid7().hex[-9:]}"


def test_a_search_needs_no_scripts(desk: Open, europe: Europe) -> None:
    word = mark()
    reader = europe.teacher("ES", language="en", languages=("es", "en"), age_from=9, age_to=12)
    poland = europe.teacher(
        "PL", name="Wanda", keywords=(word,), languages=("pl", "en"), age_from=10, age_to=11
    )
    europe.teacher("FI", keywords=(word,), languages=("fi",))
    eventually(lambda: len(reader.get("/partners", text=word)["people"]) == 2, "both")
    ana = desk("en", scripts=False).logs_in(reader.email)
    page = ana.opens("/partners")
    ana.fills(text=word)
    ana.sends("form[role=search]")
    page.wait_for_url(f"**text={word}**")
    assert page.locator("main li.person").count() == 2
    page.locator('main .map a[aria-label^="Poland"]').click()
    page.wait_for_url("**countries=PL**")
    assert page.locator(f'main li.person a[href="/people/{poland.id}"]').count() >= 1
    assert page.locator("main li.person").count() == 1
    assert "ages 10 to 11 overlap" in page.locator("main .match").inner_text()
    page.locator('form[role=search] input[name="languages"][value="en"]').check()
    ana.sends("form[role=search]")
    assert page.locator("main .used li").count() == 2

    ana.opens(f"/partners?text={word}&countries=PL&languages=mt")
    assert page.locator("main li.person").count() == 0
    page.locator("main .empty a").first.click()
    assert page.locator("main li.person").count() == 1

    ana.fills(name="Choirs")
    ana.sends('form[action="/partners/saved/new"]')
    page.wait_for_url("**/partners/saved")
    assert "Choirs" in page.locator("main h2").first.inner_text()
    ana.had_no_mishap()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_finding_partners_is_easy_to_use_for_everybody(
    desk: Open, europe: Europe, language: str
) -> None:
    reader, other = europe.teacher("ES"), europe.teacher("PL")
    ana = desk(language).logs_in(reader.email)
    for path in (
        "/partners", "/people", "/schools", "/partners/tips", "/partners/saved", f"/people/{other.id}/terms", "/projects/search",
        "/forums/search", f"/people/{other.id}",
    ):  # fmt: skip
        ana.opens(path)
        ana.looks()
    ana.had_no_mishap()


def test_with_scripts_a_filter_is_in_force_at_once_and_the_way_back_works(desk: Open, europe: Europe) -> None:
    word, reader = mark(), europe.teacher("ES")
    for country in ("PL", "FI"):
        europe.teacher(country, keywords=(word,))
    eventually(lambda: len(reader.get("/partners", text=word)["people"]) == 2, "both")
    ana = desk("en").logs_in(reader.email)
    page = ana.opens(f"/partners?text={word}")
    page.evaluate("window.stayed = true")
    page.locator('form[role=search] input[name="countries"][value="FI"]').check()
    eventually(lambda: page.locator("main li.person").count() == 1, "one of them")
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    assert "countries=FI" in page.url
    assert page.locator('form[role=search] input[name="countries"][value="FI"]').is_checked()
    assert page.locator('form[role=search] input[name="countries"][value="FI"]:focus').count() == 1
    page.go_back()
    eventually(lambda: page.locator("main li.person").count() == 2, "both again")
    ana.had_no_mishap()


def test_a_place_in_a_project_is_asked_for_and_offered_in_the_portal(desk: Open, europe: Europe) -> None:
    project, newcomer = europe.approved_project(), europe.teacher("FI", name="Aino")
    asker = desk("en").logs_in(newcomer.email)
    page = asker.opens(f"/projects/{project.id}")
    asker.looks()
    asker.follows(f"/projects/{project.id}/place")
    asker.looks()
    asker.fills(message="My pupils of eleven sing every day and would love to join.")
    asker.sends()
    assert page.locator("#own-place").count() == 1

    founder = desk("en").logs_in(project.founder.email)
    founder.opens("/contacts?state=received")
    founder.sends('form[action$="/acceptance"]')
    board = founder.opens(f"/projects/{project.id}/partners")
    founder.looks()
    founder.sends(f'form[action="/projects/{project.id}/partners/invitation"]')
    assert board.locator("main .note.ok").count() == 1

    asker.opens(f"/projects/{project.id}")
    asker.sends('form[action$="/acceptance"]')
    assert page.locator('main a[href^="/twinspaces/"]').count() == 1
    asker.looks()
    asker.had_no_mishap()
    founder.had_no_mishap()
