"""Who reads and writes in a space, and that what is written stays harmless."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.twinspace.contract import (
    NestedTooDeep,
    NotYours,
    PageVisibility,
    PublishingNeedsConsent,
    SpaceClosed,
    SpaceState,
)
from services.twinspace.domain import Page, Space
from services.twinspace.text import to_html

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
ANA, TOMEK, JAN, STRANGER = (UUID(int=n) for n in range(1, 5))


def space(state: SpaceState = SpaceState.OPEN) -> Space:
    return Space(UUID(int=9), state, (ANA, TOMEK), (JAN,), NOW)


def page(visibility: PageVisibility = PageVisibility.DRAFT, author: UUID = JAN) -> Page:
    return Page(UUID(int=20), UUID(int=9), None, "Songs", "", "", visibility, author, author, NOW)


def write(it: Page, by: UUID, visibility: PageVisibility = PageVisibility.MEMBERS, **changes: object) -> None:
    where = changes.pop("where", space())
    said = {"title": "a", "text": "b", "html": "b", "parent": None, "confirmed": False, **changes}
    it.write(where, visibility=visibility, by=by, at=NOW, **said)  # type: ignore[arg-type]


@given(
    st.sampled_from(PageVisibility), st.sampled_from(SpaceState), st.sampled_from([None, ANA, JAN, STRANGER])
)
def test_nobody_outside_ever_reads_what_is_not_public(
    visibility: PageVisibility, state: SpaceState, reader: UUID | None
) -> None:
    readable = page(visibility).readable_by(space(state), reader)
    if state is SpaceState.HIDDEN or (visibility is not PageVisibility.PUBLIC and reader in (None, STRANGER)):
        assert not readable


def test_a_draft_is_its_authors_and_the_administrators() -> None:
    draft = page(author=ANA)
    assert draft.readable_by(space(), TOMEK)
    assert not draft.readable_by(space(), JAN)


def test_a_teacher_changes_only_own_pages() -> None:
    write(page(author=JAN), JAN)
    with pytest.raises(NotYours):
        write(page(author=ANA), JAN)


def test_publishing_is_for_administrators_and_said_twice() -> None:
    with pytest.raises(NotYours):
        write(page(author=JAN), JAN, PageVisibility.PUBLIC, confirmed=True)
    with pytest.raises(PublishingNeedsConsent):
        write(page(), ANA, PageVisibility.PUBLIC)
    write(page(), ANA, PageVisibility.PUBLIC, confirmed=True)


def test_a_closed_space_is_read_only_and_stays_closed() -> None:
    closed = space(SpaceState.CLOSED)
    with pytest.raises(SpaceClosed):
        write(page(), ANA, where=closed)
    closed.open(at=NOW)
    assert closed.state is SpaceState.CLOSED


def test_pages_nest_once() -> None:
    child = page()
    child.parent_id = UUID(int=21)
    other = Page(UUID(int=22), UUID(int=9), None, "x", "", "", PageVisibility.MEMBERS, ANA, ANA, NOW)
    with pytest.raises(NestedTooDeep):
        write(other, ANA, parent=child)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "<svg/onload=alert(1)>",
        "<iframe src=https://example.org></iframe>",
        "<a href='https://example.org' onclick='x()'>y</a>",
        "<style>*{display:none}</style>",
        "![x](https://example.org/spy.png)",
    ],
)
def test_what_teachers_write_stays_harmless(text: str) -> None:
    html = to_html(text)
    for bad in (
        "<script",
        "<img",
        "<svg",
        "<iframe",
        "<style",
        ' onclick="',
        'href="javascript',
        'href="data',
    ):
        assert bad not in html


def test_headings_begin_below_the_pages_own() -> None:
    assert to_html("# Songs") == "<h2>Songs</h2>\n"
