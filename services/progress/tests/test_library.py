"""The modules are whole, say enough, and are safe to show."""

from collections import Counter
from pathlib import Path

import pytest

from services.progress.contract import Area
from services.progress.library import FOLDER, lessons, read, to_html


def test_every_area_has_at_least_two_modules_and_not_more_than_count() -> None:
    per_area = Counter(lesson.area for lesson in lessons().values())
    assert all(2 <= per_area[area] <= 6 for area in Area)


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.toml"))])
def test_a_module_has_a_text_to_read_and_choices_that_differ(name: str) -> None:
    lesson = lessons()[name]
    assert len(lesson.html) > 1_000
    assert "<h2>" in lesson.html
    assert all(len(set(q.choices)) == len(q.choices) for q in lesson.questions)


def test_the_right_choice_is_not_always_at_the_same_place() -> None:
    places = Counter(q.right for lesson in lessons().values() for q in lesson.questions)
    assert max(places.values()) < sum(places.values()) / 2


def test_html_and_scripts_in_a_text_do_not_reach_the_page() -> None:
    html = to_html(
        "## Hello\n\n<script>alert(1)</script> [x](javascript:alert(1)) <img src=//else.example/a.png>"
    )
    assert "script" not in html
    assert "img" not in html
    assert "<h2>" in html


def test_a_module_without_a_right_choice_is_refused(tmp_path: Path) -> None:
    text = (FOLDER / "who-sees-what.toml").read_text("utf-8")
    (tmp_path / "broken.md").write_text("Hello")
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace("right = ", "right = 9"))
    with pytest.raises(ValueError, match="one of them right"):
        read(broken)
    broken.write_text(text[: text.index("[[question]]", text.index("[[question]]") + 5)])
    with pytest.raises(ValueError, match="four to six"):
        read(broken)
