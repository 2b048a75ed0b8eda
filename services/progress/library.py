"""The modules, from `modules/`: a text in Markdown and a TOML file with its quiz, one pair for each."""

import tomllib
from functools import cache
from pathlib import Path

import cmarkgfm
import nh3

from services.progress.contract import Area
from services.progress.domain.quiz import Asked, Lesson

FOLDER = Path(__file__).parent / "modules"
TAGS = {"a", "blockquote", "code", "em", "h2", "h3", "li", "ol", "p", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}  # fmt: skip


@cache
def lessons() -> dict[str, Lesson]:
    """All modules by name, area by area; raises `ValueError` for one that is not whole."""
    found = [read(path) for path in sorted(FOLDER.glob("*.toml"))]
    areas = list(Area)
    return {one.name: one for one in sorted(found, key=lambda one: (areas.index(one.area), one.name))}


def read(path: Path) -> Lesson:
    """One module; raises `ValueError` when it has not four to six questions, each with one of its choices right."""
    said = tomllib.loads(path.read_text("utf-8"))
    questions = tuple(
        Asked(q["name"], q["text"], tuple(q["choices"]), q["right"], q["why"]) for q in said["question"]
    )
    if not 4 <= len(questions) <= 6 or len({q.name for q in questions}) != len(questions):
        raise ValueError(f"{path.name}: four to six questions with names of their own")
    for q in questions:
        if not 2 <= len(q.choices) <= 6 or not 0 <= q.right < len(q.choices) or not q.why:
            raise ValueError(f"{path.name}: {q.name} needs two to six choices, one of them right, and why")
    text = path.with_suffix(".md").read_text("utf-8")
    return Lesson(
        path.stem,
        Area(said["area"]),
        said["title"],
        said["summary"],
        said["minutes"],
        to_html(text),
        questions,
    )


def to_html(text: str) -> str:
    """Safe HTML; a module's title is the page's, so its own headings begin at the second level."""
    rendered = cmarkgfm.github_flavored_markdown_to_html(text)
    return nh3.clean(
        rendered, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https"}, link_rel="noopener noreferrer"
    )
