"""The modules are whole in every language, say enough, and are safe to show."""

import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from services.progress.contract import Area
from services.progress.domain.quiz import Lesson
from services.progress.library import ENGLISH, FOLDER, lessons, library, read, read_all, to_html

TRANSLATIONS = sorted(place.name for place in FOLDER.iterdir() if place.name != ENGLISH)
NAMES = sorted(path.stem for path in (FOLDER / ENGLISH).glob("*.toml"))
ALL = [(language, name) for language in TRANSLATIONS for name in NAMES]
IN_ARABIC_LETTERS = re.compile(r"[\u0600-\u06ff]")
ENGLISH_WORDS = re.compile(
    r"\b(the|and|with|you|your|of|what|pupils?|project|profile|member)\b", re.IGNORECASE
)


def texts_of(lesson: Lesson) -> list[str]:
    """Every text of a module, paragraph by paragraph."""
    paragraphs = [text.strip() for text in re.split(r"<[^>]*>", lesson.html) if re.search(r"\w", text)]
    said = [said for q in lesson.questions for said in (q.text, *q.choices, q.why)]
    return [lesson.title, lesson.summary, *paragraphs, *said]


def test_every_area_has_at_least_two_modules_and_not_more_than_count() -> None:
    per_area = Counter(lesson.area for lesson in lessons().values())
    assert all(2 <= per_area[area] <= 6 for area in Area)


@pytest.mark.parametrize(("language", "name"), [*((ENGLISH, name) for name in NAMES), *ALL])
def test_a_module_has_a_text_to_read_and_choices_that_differ(language: str, name: str) -> None:
    lesson = lessons(language)[name]
    assert len(lesson.html) > 1_000
    assert "<h2>" in lesson.html
    assert all(len(set(q.choices)) == len(q.choices) for q in lesson.questions)


def test_the_right_choice_is_not_always_at_the_same_place() -> None:
    places = Counter(q.right for lesson in lessons().values() for q in lesson.questions)
    assert max(places.values()) < sum(places.values()) / 2


# ---- in other languages


def test_every_module_is_there_in_every_language() -> None:
    assert {"es", "pl", "ar"} <= set(TRANSLATIONS)
    for language in TRANSLATIONS:
        assert [one.language for one in lessons(language).values()] == [language] * len(NAMES)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_a_translation_asks_and_marks_as_the_english_module_does(language: str, name: str) -> None:
    lesson, english = lessons(language)[name], lessons()[name]
    assert [(q.name, len(q.choices), q.right) for q in lesson.questions] == [
        (q.name, len(q.choices), q.right) for q in english.questions
    ]
    assert (lesson.name, lesson.area, lesson.minutes) == (english.name, english.area, english.minutes)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_a_translation_has_the_headings_lists_and_links_of_the_english_text(language: str, name: str) -> None:
    lesson, english = lessons(language)[name], lessons()[name]
    assert re.findall(r"<[^>]*>", lesson.html) == re.findall(r"<[^>]*>", english.html)


@pytest.mark.parametrize(("language", "name"), ALL)
def test_no_english_is_left_in_a_translation(language: str, name: str) -> None:
    texts = texts_of(lessons(language)[name])
    assert set(texts) & set(texts_of(lessons()[name])) == set()
    assert [text for text in texts if ENGLISH_WORDS.search(text)] == []


@pytest.mark.parametrize("name", NAMES)
def test_arabic_is_written_in_arabic_letters(name: str) -> None:
    assert [text for text in texts_of(lessons("ar")[name]) if not IN_ARABIC_LETTERS.search(text)] == []


def test_the_search_for_english_finds_it() -> None:
    for lesson in lessons().values():
        assert ENGLISH_WORDS.search(lesson.html)
        assert not any(IN_ARABIC_LETTERS.search(text) for text in texts_of(lesson))


def test_a_language_nobody_has_written_in_is_answered_in_english() -> None:
    assert lessons("xx") == lessons() == library()[ENGLISH]


# ---- what is refused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One module in English and Polish, to be spoilt."""
    for language in (ENGLISH, "pl"):
        (tmp_path / language).mkdir()
        for ending in ("md", "toml"):
            shutil.copy(FOLDER / language / f"who-sees-what.{ending}", tmp_path / language)
    return tmp_path


def test_what_is_not_translated_is_there_in_english_at_its_place(folder: Path) -> None:
    for ending in ("md", "toml"):
        shutil.copy(FOLDER / ENGLISH / f"a-first-letter.{ending}", folder / ENGLISH)
    shown = read_all(folder)["pl"]
    assert {name: one.language for name, one in shown.items()} == {
        "who-sees-what": "pl",
        "a-first-letter": "en",
    }
    assert list(shown) == list(read_all(folder)[ENGLISH])


def without_the_last_question(text: str) -> str:
    return text[: text.rindex("[[question]]")]


def in_another_order(text: str) -> str:
    head, *questions = text.split("[[question]]")
    return "[[question]]".join([head, *(f"{one.rstrip()}\n\n" for one in reversed(questions))])


def without_a_choice(text: str) -> str:
    return re.sub(r'choices = \[\n    "[^\n]*\n', "choices = [\n", text, count=1)


@pytest.mark.parametrize(
    ("spoil", "finding"),
    [
        (without_the_last_question, "not the questions"),
        (in_another_order, "not the questions"),
        (lambda text: text.replace('name = "follow"', 'name = "obserwuje"'), "not the questions"),
        (without_a_choice, "not as many choices"),
        (lambda text: re.sub(r'why = "[^"]*"', 'why = ""', text, count=1), "empty"),
        (lambda text: re.sub(r"why = .*\n", "", text, count=1), "no more"),
        (lambda text: text.replace("\nwhy = ", "\nright = 0\nwhy = "), "no more"),
        (lambda text: f"minutes = 9\n{text}", "no more"),
        (lambda text: text.replace("summary = ", "about = ", 1), "no more"),
    ],
)
def test_a_translation_that_does_not_fit_the_english_module_is_refused(
    folder: Path, spoil: Callable[[str], str], finding: str
) -> None:
    read_all(folder)
    quiz = folder / "pl" / "who-sees-what.toml"
    whole = quiz.read_text("utf-8")
    quiz.write_text(spoil(whole), "utf-8")
    assert quiz.read_text("utf-8") != whole
    with pytest.raises(ValueError, match=finding) as refused:
        read_all(folder)
    assert "pl/who-sees-what.toml" in str(refused.value)


@pytest.mark.parametrize("missing", ["pl/who-sees-what.md", "pl/who-sees-what.toml", "en/who-sees-what.md"])
def test_half_a_module_is_refused(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ValueError, match=f"{missing} is missing"):
        read_all(folder)


def test_a_translation_of_nothing_is_refused(folder: Path) -> None:
    for ending in ("md", "toml"):
        (folder / "pl" / f"who-sees-what.{ending}").rename(folder / "pl" / f"kto-co-widzi.{ending}")
    with pytest.raises(ValueError, match="no such module in English"):
        read_all(folder)


def test_html_and_scripts_in_a_text_do_not_reach_the_page() -> None:
    html = to_html(
        "## Hello\n\n<script>alert(1)</script> [x](javascript:alert(1)) <img src=//else.example/a.png>"
    )
    assert "script" not in html
    assert "img" not in html
    assert "<h2>" in html


def test_a_module_without_a_right_choice_is_refused(tmp_path: Path) -> None:
    text = (FOLDER / ENGLISH / "who-sees-what.toml").read_text("utf-8")
    (tmp_path / "broken.md").write_text("Hello")
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace("right = ", "right = 9"))
    with pytest.raises(ValueError, match="one of them right"):
        read(broken)
    broken.write_text(text[: text.index("[[question]]", text.index("[[question]]") + 5)])
    with pytest.raises(ValueError, match="four to six"):
        read(broken)
