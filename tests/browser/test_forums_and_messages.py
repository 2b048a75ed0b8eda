"""Looking for a partner and writing to them through the portal's own forms, in a real browser."""

import pytest

from chassis.contract import Grant
from tests.browser.chromium import Desk, Open
from tests.journeys.europe import Europe

pytestmark = [pytest.mark.stack, pytest.mark.browser]

IDEA = "Two choirs learn three songs from each other.\n\nNobody needs to read music."


def test_from_a_post_in_the_forums_to_a_conversation(desk: Open, europe: Europe) -> None:
    author, reader = europe.teacher("ES", name="Ana"), europe.teacher("PL", name="Jan")
    ana, jan = desk().logs_in(author.email), desk(narrow=True).logs_in(reader.email)
    title = f"Songs of {author.name}"
    post = posts(ana, title)
    replies(jan, post, title)
    writes(jan, title)
    answers(ana, title)
    moderates(desk().logs_in(europe.teacher("IE", grants=(Grant("moderator", "forums"),)).email), post)
    ana.opens(post)
    assert "Settled by mail" in ana.page.locator("main").inner_text()


def posts(ana: Desk, title: str) -> str:
    page = ana.opens("/forums")
    ana.looks()
    ana.follows("/forums/new")
    ana.looks()
    ana.chooses("section", "new-project")
    ana.fills(
        band="7-11", title=title, idea=IDEA, language="en", age_from="8", age_to="10", partners_wanted="1"
    )
    ana.chooses("languages", "en")
    ana.sends()
    page.wait_for_url("**/forums/posts/*")
    ana.looks()
    return "/forums/posts/" + page.url.rsplit("/", 1)[-1]


def replies(jan: Desk, post: str, title: str) -> None:
    page = jan.opens("/forums/new-project/7-11?language=en&age_from=9")
    jan.looks()
    assert not page.locator("#subject").is_visible()
    page.locator("details.filters summary").click()
    assert page.locator("#subject").is_visible()
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_url(f"**{post}")
    jan.fills(text="We sing, too.")
    jan.sends(f'form[action="{post}/replies"]')
    assert "We sing, too." in page.locator("main ol.grid > li").inner_text()
    jan.looks()


def writes(jan: Desk, title: str) -> None:
    page = jan.page
    jan.follows("/messages/new")
    jan.looks()
    assert page.locator("#subject").input_value() == title
    jan.fills(text="Shall we begin in January?")
    jan.sends('form[action="/messages/new"]')
    page.wait_for_url("**/messages/*-*")
    jan.opens("/messages/sent")
    jan.looks()


def answers(ana: Desk, title: str) -> None:
    page = ana.opens("/messages")
    assert page.locator('.acts a[href="/messages"] .count').inner_text() == "1"
    ana.looks()
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_load_state()
    assert page.locator('.acts a[href="/messages"] .count').count() == 0
    ana.fills(text="In January, yes!")
    ana.sends("form#answer")
    ana.looks()
    ana.sends('form[action$="/archive"]')
    assert page.get_by_role("link", name=title, exact=True).count() == 0
    ana.opens("/messages/archive")
    assert page.get_by_role("link", name=title, exact=True).count() == 1
    ana.opens("/account/language")
    ana.looks()


def moderates(moderator: Desk, post: str) -> None:
    moderator.opens(post)
    moderator.follows(f"{post}/moderation")
    moderator.looks()
    moderator.chooses("action", "close")
    moderator.fills(reason="Settled by mail")
    moderator.sends()
    moderator.page.wait_for_url(f"**{post}")
