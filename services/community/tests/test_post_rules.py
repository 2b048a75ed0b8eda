"""Posts of the forums: how long they are open, and who may do what in which state. (PS-12 to PS-19 PS-25)"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import Failure, Invalid
from services.community.conduct import limits
from services.community.contract import Band, Moderation, NotTheAuthor, PostNotOpen, PostState, Section
from services.community.domain.post import AGES, Post, PostText, Reader, actions, check_ages

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
RULES = limits().posts
ANA, JAN = UUID(int=1), UUID(int=2)
TEXT = PostText("Songs we swap", "Two choirs learn each other's songs.", 8, 10, "en", ("en",), 2)
POST_ACTIONS = [one for one in Moderation if one is not Moderation.REMOVE_REPLY]


def written(text: PostText = TEXT) -> Post:
    return Post.write(UUID(int=9), ANA, Section.NEW_PROJECT, Band.FROM_7, text, NOW, RULES)


def act(post: Post, what: str, by: UUID, at: datetime) -> object:
    match what:
        case "edit":
            return post.edit(TEXT, by, at)
        case "find":
            return post.find(by, at)
        case "renew":
            return post.renew(by, at, RULES)
        case "reply":
            return post.take_reply(at)
        case "expire":
            return post.expire(at) if post.state_at(at) is not post.state else None
        case _:
            return post.moderate(Moderation(what), "Because", Section.COLLABORATION, None, at)


ACTS = ["edit", "find", "renew", "reply", "expire", *(str(one) for one in POST_ACTIONS)]
histories = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from([ANA, JAN]), st.integers(0, 40)), max_size=30
)


@given(histories)
def test_whatever_happens_only_an_open_post_is_pinned_and_what_is_removed_stays_removed(
    history: list[tuple[str, UUID, int]],
) -> None:
    post, now, removed = written(), NOW, False
    for what, by, days in history:
        now += timedelta(days=days)
        before, text = post.state_at(now), (post.title, post.state)
        try:
            happened = act(post, what, by, now)
        except Failure:
            assert (post.title, post.state) == text
            happened = None
        if by == JAN and what in ("edit", "find", "renew"):
            assert happened is None
        if removed:
            assert post.state is PostState.REMOVED
        removed = removed or post.state is PostState.REMOVED
        assert not (post.pinned and post.state is not PostState.OPEN)
        if happened and what == "reply":
            assert before in (PostState.OPEN, PostState.FOUND)
        assert post.expires_at - post.renewed_at == RULES.open_for


def test_a_post_is_open_for_sixty_days_and_can_be_renewed() -> None:
    post = written()
    last = NOW + timedelta(days=60)
    assert post.state_at(last - timedelta(seconds=1)) is PostState.OPEN
    assert post.state_at(last) is PostState.EXPIRED
    with pytest.raises(PostNotOpen):
        post.edit(TEXT, ANA, last)
    post.renew(ANA, last, RULES)
    assert post.state_at(last + timedelta(days=59)) is PostState.OPEN


def test_only_its_author_edits_marks_and_renews() -> None:
    for what in ("edit", "find", "renew"):
        with pytest.raises(NotTheAuthor):
            act(written(), what, JAN, NOW)


def test_what_a_moderator_has_closed_its_author_cannot_open() -> None:
    post = written()
    post.moderate(Moderation.CLOSE, "Settled elsewhere", None, None, NOW)
    for what in ("edit", "find", "renew", "reply"):
        with pytest.raises(PostNotOpen):
            act(post, what, ANA, NOW)
    post.moderate(Moderation.REOPEN, "", None, None, NOW)
    assert post.state is PostState.OPEN


@pytest.mark.parametrize("action", [Moderation.MOVE, Moderation.CLOSE, Moderation.REMOVE])
def test_a_reason_is_needed(action: Moderation) -> None:
    post = written()
    with pytest.raises(Invalid) as refused:
        post.moderate(action, "  ", Section.COLLABORATION, None, NOW)
    assert refused.value.fields == {"reason": ["required"]}
    assert post.state is PostState.OPEN


def test_a_post_is_moved_to_another_place_where_its_ages_belong() -> None:
    post = written()
    for section, band in ((None, None), (None, Band.FROM_16)):
        with pytest.raises(Invalid):
            post.moderate(Moderation.MOVE, "Wrong place", section, band, NOW)
    post.moderate(Moderation.MOVE, "Wrong place", Section.COLLABORATION, None, NOW)
    assert (post.section, post.band) == (Section.COLLABORATION, Band.FROM_7)


@given(st.integers(3, 19), st.integers(3, 19), st.sampled_from(Band))
def test_ages_belong_to_a_band_exactly_when_one_of_its_pupils_does(
    youngest: int, oldest: int, band: Band
) -> None:
    in_band = set(range(AGES[band][0], AGES[band][1] + 1))
    fits = bool(in_band & set(range(youngest, oldest + 1)))
    refused = True
    with suppress(Invalid):
        check_ages(youngest, oldest, band)
        refused = False
    assert refused is not fits


readers = st.builds(
    Reader,
    id=st.just(JAN),
    member=st.booleans(),
    moderator=st.booleans(),
    author=st.booleans(),
    took_part=st.booleans(),
    finds_author=st.booleans(),
    blocked=st.booleans(),
)


@given(readers, st.sampled_from(PostState))
def test_a_stranger_never_reads_a_post_whose_author_may_not_be_found(
    reader: Reader, state: PostState
) -> None:
    stranger = not (reader.author or reader.moderator or reader.took_part)
    if stranger and not reader.finds_author:
        assert not reader.reads(state)
    if reader.blocked and not (reader.author or reader.moderator):
        assert not reader.reads(state)
    if reader.took_part and not reader.blocked:
        assert reader.reads(state)


@given(readers, st.sampled_from(PostState))
def test_a_removed_text_is_never_read_by_others(reader: Reader, state: PostState) -> None:
    if not (reader.author or reader.moderator):
        assert reader.reads_text(state) is (state is not PostState.REMOVED)
        assert "moderate" not in actions(state, reader)
    if not reader.member:
        assert set(actions(state, reader)) <= {"moderate"}


def test_the_same_words_in_title_and_idea_are_the_same_text() -> None:
    other = PostText("SONGS we swap!", "Two choirs learn each other’s songs", 3, 6, "fr", ("fr",), 9)
    assert TEXT.fingerprint == other.fingerprint
