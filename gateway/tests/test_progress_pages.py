"""Progress as pages: what is sorted where, a quiz that can be tried again, and pages that do without the bar."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from chassis.contract import NotFound
from gateway.portal.progress.views import sort
from services.identity import contract as identity
from services.progress import contract as progress
from services.progress.contract import Action, Area, AreaView, Counted

ME, ANA = UUID(int=1), UUID(int=5)
AREA = AreaView(
    Area.QUALITY, 15, 0,
    (
        Counted(Action.MEETING_HELD, 10, 1, 1, later=False, module=False),
        Counted(Action.MODULE_QUALITY, 5, 6, 1, later=False, module=True),
        Counted(Action.PRIZE, 5, 1, 0, later=True, module=False),
    ),
)  # fmt: skip
MINE = progress.Progress(
    ME, 3, (AREA,), hides_deeds=False, deeds=(progress.Deed(Action.MEETING_HELD, date(2026, 11, 3)),)
)
CARD = progress.ModuleCard("sing", Area.QUALITY, "Sing <b>well</b>", "How to sing.", 5, passed=False)
MODULE = progress.Module(
    CARD, "<h2>Sing</h2>", (progress.Question("one", "Do & re?", ("Do", "Re")),), pass_percent=80
)
TITLES = {"en": "Sing <b>well</b>", "pl": "Śpiewaj dobrze", "ar": "غنِّ جيدًا"}


def result(arguments):
    right = int(arguments["answers"][0].choice == 1)
    marked = (progress.Marked("one", bool(right), "" if right else "It is <re>."),)
    return progress.QuizResult("sing", right, 1, 100 * right, bool(right), bool(right), marked)


def written(arguments):
    """The module as progress gives it: it is there in three languages."""
    language = arguments["language"] if arguments["language"] in TITLES else "en"
    return replace(MODULE, card=replace(CARD, title=TITLES[language], language=language))


def test_actions_are_sorted_by_what_can_be_done_about_them():
    (shown,) = sort([AREA])
    named = [[one.action for one in lines] for lines in (shown.next, shown.full, shown.later)]
    assert named == [[Action.MODULE_QUALITY], [Action.MEETING_HELD], [Action.PRIZE]]


def test_ones_own_page_shows_the_bar_and_the_switch(english, services):
    services.answer(progress.my_progress, MINE)
    page = BeautifulSoup(english.get("/progress").text, "html.parser")
    assert [bar["value"] for bar in page.select("main progress")] == ["3", "15"]
    assert page.select_one('form[action="/progress/deeds"] input[name="hidden"]')["value"] == "yes"
    assert page.select_one('main a[href="/learning/modules"]')
    services.answer(progress.hide_deeds, MINE)
    assert english.fill_in("/progress", {}).status_code == 405
    csrf = page.select_one('input[name="csrf"]')["value"]
    english.send(
        "POST",
        "/progress/deeds",
        data={"csrf": csrf, "hidden": "yes"},
        headers={"Origin": "http://localhost:8000"},
    )
    assert services.calls_of(progress.hide_deeds) == [{"hidden": True}]


def test_whose_profile_is_hidden_has_no_progress_page(english, services):
    def hidden(_arguments):
        raise NotFound(what="Person")

    services.answer(identity.profile, hidden)
    services.answer(progress.progress, MINE)
    assert english.get(f"/people/{ANA}/progress").status_code == 404
    assert services.calls_of(progress.progress) == []


def test_a_quiz_sent_again_with_other_answers_is_marked_again(english, services):
    services.answer(progress.module, MODULE)
    services.answer(progress.take_quiz, result)
    fields = {"once": str(UUID(int=77))}
    wrong = english.fill_in("/learning/modules/sing", fields | {"q-one": "0"})
    assert "It is &lt;re&gt;." in wrong.text
    right = english.fill_in("/learning/modules/sing", fields | {"q-one": "1"})
    assert "It counts for your progress" in right.text
    assert {key for name, _arguments, key in services.asked if name == progress.take_quiz.name} == {None}


@pytest.mark.parametrize(("language", "direction"), [("pl", "ltr"), ("ar", "rtl")])
def test_a_module_is_read_and_marked_in_the_readers_language(browser, services, language, direction):
    services.answer(progress.module, written)
    services.answer(progress.take_quiz, result)
    browser.cookies.set("language", language)
    page = BeautifulSoup(browser.fill_in("/learning/modules/sing", {"q-one": "0"}).text, "html.parser")
    assert (page.html["lang"], page.html["dir"], page.h1.text) == (language, direction, TITLES[language])
    shown = page.select("article.prose, legend, #mark-one p, label span")
    assert [(one["lang"], one["dir"]) for one in shown] == [(language, direction)] * 5
    asked = [*services.calls_of(progress.module), *services.calls_of(progress.take_quiz)]
    assert {one["language"] for one in asked} == {language}


def test_a_module_not_written_in_the_readers_language_is_marked_as_english(browser, services):
    services.answer(progress.module, written)
    services.answer(progress.modules, lambda arguments: (written({"language": "es"}).card,))
    browser.cookies.set("language", "es")
    page = BeautifulSoup(browser.get("/learning/modules/sing").text, "html.parser")
    assert (page.html["lang"], page.article["lang"], page.article["dir"]) == ("es", "en", "ltr")
    assert {(one["lang"], one["dir"]) for one in page.select("legend, label span")} == {("en", "ltr")}
    card = BeautifulSoup(browser.get("/learning/modules").text, "html.parser").select_one("main li.card")
    assert card.a["lang"] == card.p["lang"] == "en"
    assert "inglés" in card.text


def test_the_list_of_modules_is_in_the_readers_language(browser, services):
    services.answer(progress.modules, lambda arguments: (written(arguments).card,))
    browser.cookies.set("language", "ar")
    card = BeautifulSoup(browser.get("/learning/modules").text, "html.parser").select_one("main li.card")
    assert (card.a["lang"], card.a["dir"], card.a.text) == ("ar", "rtl", TITLES["ar"])
    assert services.calls_of(progress.modules) == [{"language": "ar"}]
    assert "العربية" not in card.text


def test_choices_that_are_not_offered_are_no_answer(english, services):
    services.answer(progress.module, MODULE)
    services.answer(progress.take_quiz, result)
    for typed in ("7", "-1", "x", ""):
        english.fill_in("/learning/modules/sing", {"q-one": typed})
    assert [one["answers"][0].choice for one in services.calls_of(progress.take_quiz)] == [None] * 4


def test_the_desktop_does_without_the_bar_while_it_does_not_answer(english, services, me):
    services.answer(identity.me, me)
    page = english.get("/desktop")
    assert page.status_code == 200
    assert "My progress" in page.text
