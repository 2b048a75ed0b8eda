"""The progress bar and a module with its quiz, in a real browser: without scripts, narrow, and from right to left."""

import pytest

from services.progress.library import lessons
from tests.browser.chromium import Open
from tests.journeys.europe import Europe

pytestmark = [pytest.mark.stack, pytest.mark.browser, pytest.mark.timeout(300)]


def test_a_teacher_opens_the_bar_learns_what_counts_and_passes_a_module_without_scripts(
    desk: Open, europe: Europe
) -> None:
    ana, jan = europe.teacher("ES", language="en"), europe.teacher("PL", language="en")
    europe.become_contacts(ana, jan)
    europe.posts(ana)
    at = desk(scripts=False)
    at.logs_in(ana.email)
    at.awaits("/progress", "text=A post or reply in the partner forums")
    at.follows("/learning/modules")
    at.follows("/learning/modules/who-sees-what")
    for question in lessons()["who-sees-what"].questions:
        at.chooses(f"q-{question.name}", str(question.right))
    at.sends("#quiz")
    assert at.page.get_by_text("It counts for your progress").count() == 1
    at.follows("/progress")
    assert at.page.get_by_text("Passing a learning module about first steps").count() >= 1


def test_the_pages_of_progress_are_looked_at_closely(desk: Open, europe: Europe) -> None:
    ana, jan = europe.teacher("ES", language="en"), europe.teacher("PL", language="en")
    europe.become_contacts(ana, jan)
    europe.posts(ana)
    at = desk()
    at.logs_in(jan.email)
    at.awaits(f"/people/{ana.id}/progress", "text=A post or reply in the partner forums")
    at.looks()
    for path in (
        "/progress",
        f"/people/{ana.id}",
        "/desktop",
        "/learning/modules",
        "/learning/modules/a-first-letter",
    ):
        at.opens(path)
        at.looks()
    at.chooses("q-four", "0")
    for question in lessons()["a-first-letter"].questions[1:]:
        at.chooses(f"q-{question.name}", str(question.right))
    at.sends("#quiz")
    at.looks()
    arabic = desk("ar", narrow=True)
    arabic.logs_in(europe.teacher("JO").email)
    for path in (
        "/progress",
        "/learning/modules",
        "/learning/modules/a-first-letter",
        "/learning/modules/who-sees-what",
    ):
        arabic.opens(path)
        arabic.looks()
