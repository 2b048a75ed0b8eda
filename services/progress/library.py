"""The modules, from `modules/`: in a folder for each language, a text in Markdown and a TOML file with its quiz.

The English ones decide: area, minutes, which questions there are and which choice is right stand there and nowhere
else. A translation says the same in other words, its choices in the same order.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import cmarkgfm
import nh3

from services.progress.contract import Area
from services.progress.domain.quiz import Asked, Lesson

FOLDER = Path(__file__).parent / "modules"
ENGLISH = "en"
TRANSLATED = {"title", "summary", "question"}
TRANSLATED_OF_A_QUESTION = {"name", "text", "choices", "why"}
TAGS = {"a", "blockquote", "code", "em", "h2", "h3", "li", "ol", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip


def lessons(language: str | None = None) -> Mapping[str, Lesson]:
    """All modules by name, area by area, in a language; in English those that are not written in it."""
    known = library()
    return known.get(language or ENGLISH, known[ENGLISH])


@cache
def library() -> Mapping[str, Mapping[str, Lesson]]:
    """All modules by language and name; raises `ValueError` for one that is not whole."""
    return read_all(FOLDER)


def read_all(folder: Path) -> dict[str, dict[str, Lesson]]:
    """The modules below a folder; raises `ValueError` for one that is not whole or a translation that does not fit."""
    areas = list(Area)
    originals = [read(path) for path in _modules_in(folder / ENGLISH)]
    english = {one.name: one for one in sorted(originals, key=lambda one: (areas.index(one.area), one.name))}
    found = {ENGLISH: english}
    for place in sorted(folder.iterdir()):
        if place.is_dir() and place.name != ENGLISH:
            translations = [translated(path, english) for path in _modules_in(place)]
            found[place.name] = english | {one.name: one for one in translations}
    return found


def _modules_in(place: Path) -> list[Path]:
    """The TOML files there should be: whatever is there, text or quiz, is half of a module."""
    return [place / f"{name}.toml" for name in sorted({path.stem for path in place.iterdir()})]


def read(path: Path) -> Lesson:
    """An English module; raises `ValueError` when it has not four to six questions, each with one choice right."""
    said, html = _both_files(path)
    questions = tuple(
        Asked(q["name"], q["text"], tuple(q["choices"]), q["right"], q["why"]) for q in said["question"]
    )
    if not 4 <= len(questions) <= 6 or len({q.name for q in questions}) != len(questions):
        raise ValueError(f"{path.name}: four to six questions with names of their own")
    for q in questions:
        if not 2 <= len(q.choices) <= 6 or not 0 <= q.right < len(q.choices) or not q.why:
            raise ValueError(f"{path.name}: {q.name} needs two to six choices, one of them right, and why")
    return Lesson(
        path.stem,
        ENGLISH,
        Area(said["area"]),
        said["title"],
        said["summary"],
        said["minutes"],
        html,
        questions,
    )


def translated(path: Path, english: Mapping[str, Lesson]) -> Lesson:
    """A module in the language its folder is named after; raises `ValueError` when it does not fit the English one.

    It has the same questions in the same order, each with as many choices, and says nothing the English one decides.
    """
    where = f"{path.parent.name}/{path.name}"
    if path.stem not in english:
        raise ValueError(f"{where}: there is no such module in English")
    original = english[path.stem]
    said, html = _both_files(path)
    if said.keys() != TRANSLATED or any(q.keys() != TRANSLATED_OF_A_QUESTION for q in said["question"]):
        raise ValueError(f"{where}: title, summary and questions with name, text, choices and why, no more")
    if [q["name"] for q in said["question"]] != [q.name for q in original.questions]:
        raise ValueError(f"{where}: not the questions of the English module in their order")
    questions = []
    for q, asked in zip(said["question"], original.questions, strict=True):
        if len(q["choices"]) != len(asked.choices):
            raise ValueError(f"{where}: {asked.name} has not as many choices as in English")
        if not all((q["text"], *q["choices"], q["why"])):
            raise ValueError(f"{where}: {asked.name} has an empty text")
        questions.append(Asked(asked.name, q["text"], tuple(q["choices"]), asked.right, q["why"]))
    return Lesson(
        original.name,
        path.parent.name,
        original.area,
        said["title"],
        said["summary"],
        original.minutes,
        html,
        tuple(questions),
    )


def _both_files(path: Path) -> tuple[dict[str, Any], str]:
    """The quiz, and the text as HTML; raises `ValueError` where one of the two is missing."""
    text = path.with_suffix(".md")
    for file in (path, text):
        if not file.exists():
            raise ValueError(f"{file.parent.name}/{file.name} is missing")
    return tomllib.loads(path.read_text("utf-8")), to_html(text.read_text("utf-8"))


def to_html(text: str) -> str:
    """Safe HTML; a module's title is the page's, so its own headings begin at the second level."""
    rendered = cmarkgfm.github_flavored_markdown_to_html(text)
    return nh3.clean(
        rendered, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https"}, link_rel="noopener noreferrer"
    )
