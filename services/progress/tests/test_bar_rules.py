"""The invariants of the bar, over histories that nobody would think of."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.progress.contract import Action, Area
from services.progress.domain import Word, bar_of, later_of, level_of, table, tally
from services.progress.domain.bar import counts, new_levels
from services.progress.domain.facts import done, moment, undone
from services.progress.domain.points import FILE, read

ANA = UUID(int=1)
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)

words = st.builds(
    Word,
    person_id=st.just(ANA),
    action=st.sampled_from(Action),
    subject=st.sampled_from("abcdefghij"),
    on=st.just(date(2026, 11, 3)),
    rank=st.integers(0, 5),
    holds=st.booleans(),
    slot=st.sampled_from(["", "x", "y"]),
    amount=st.integers(1, 3),
)
histories = st.lists(words, max_size=60)


def facts_of(history: Sequence[Word]) -> dict[tuple[UUID, Action, str], Word]:
    """What is left when words are heard one after the other."""
    kept: dict[tuple[UUID, Action, str], Word] = {}
    for word in history:
        kept[word.fact] = later_of(kept[word.fact], word) if word.fact in kept else word
    return kept


def points_of(history: Sequence[Word]) -> dict[Area, int]:
    return dict(bar_of(tally(facts_of(history).values())).areas)


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_words_and_their_repetition_never_matter(
    history: list[Word], chance: random.Random
) -> None:
    heard = history + [chance.choice(history) for _ in history]
    chance.shuffle(heard)
    assert facts_of(heard) == facts_of(history)
    assert points_of(heard) == points_of(history)


@given(histories)
def test_counting_live_gives_what_recounting_from_the_facts_gives(history: list[Word]) -> None:
    live: dict[tuple[UUID, Action, str], Word] = {}
    for word in history:
        live = facts_of([*live.values(), word])
    assert tally(live.values()) == tally(facts_of(history).values())


@given(histories)
def test_the_bar_is_never_below_0_and_never_above_100(history: list[Word]) -> None:
    bar = bar_of(tally(facts_of(history).values()))
    assert all(0 <= points <= 100 for points in bar.areas.values())
    assert 0 <= bar.percent <= 100
    assert bar.percent == sum(bar.areas.values()) // 5


@given(histories, words)
def test_one_more_fact_in_force_never_lowers_the_bar(history: list[Word], more: Word) -> None:
    facts = facts_of(history)
    if more.fact in facts or not more.holds:
        return
    before, after = bar_of(tally(facts.values())), bar_of(tally([*facts.values(), more]))
    assert all(after.areas[area] >= before.areas[area] for area in Area)


@given(histories)
def test_taking_everything_back_leaves_nothing(history: list[Word]) -> None:
    taken_back = [undone(w.person_id, w.action, w.subject, NOON) for w in history]
    assert points_of([*history, *taken_back]) == dict.fromkeys(Area, 0)
    assert points_of([*taken_back, *history]) == dict.fromkeys(Area, 0)


@given(histories, words)
def test_undoing_an_action_leaves_what_there_would_be_without_it(history: list[Word], one: Word) -> None:
    others = [w for w in history if w.fact != one.fact]
    back = undone(one.person_id, one.action, one.subject, NOON)
    assert points_of([back, *others, one]) == points_of(others)


@pytest.mark.parametrize("action", list(Action))
def test_no_action_past_its_cap_moves_the_bar(action: Action) -> None:
    rule = table()[action]
    history = [done(ANA, action, n, NOON, slot=n) for n in range(rule.most + 3)]
    steps = [points_of(history[:n])[rule.area] for n in range(len(history) + 1)]
    worth = 0 if rule.later else rule.points
    assert steps == [worth * min(n, rule.most) for n in range(len(history) + 1)]


def test_two_messages_to_the_same_person_count_and_a_third_does_not() -> None:
    letters = [done(ANA, Action.MESSAGE, n, NOON, slot="ben") for n in range(3)]
    assert points_of(letters[:2])[Area.COMMUNICATION] == 2
    assert points_of(letters)[Area.COMMUNICATION] == 2
    assert points_of([*letters, done(ANA, Action.MESSAGE, 9, NOON, slot="cleo")])[Area.COMMUNICATION] == 3


def test_pages_count_once_a_day() -> None:
    pages = [done(ANA, Action.PAGE_WRITTEN, n, NOON, slot="2026-11-03") for n in range(4)]
    assert points_of(pages)[Area.COOPERATION] == 2


def test_everything_that_exists_with_six_modules_in_each_area_is_what_can_be_reached() -> None:
    everything = dict.fromkeys(Action, 999)
    reachable = {
        a: sum(r.points * r.most for r in table().values() if r.area is a and not r.later) for a in Area
    }
    assert dict(bar_of(everything).areas) == reachable
    assert all(counts(action, everything) == 0 for action, rule in table().items() if rule.later)


def test_a_fact_follows_and_stops_following_and_follows_again() -> None:
    def at(minutes: int) -> datetime:
        return NOON + timedelta(minutes=minutes)

    follow, stop, again = (
        done(ANA, Action.FOLLOWING, "ben", at(0)),
        undone(ANA, Action.FOLLOWING, "ben", at(1)),
        done(ANA, Action.FOLLOWING, "ben", at(2)),
    )
    assert points_of([stop, follow])[Area.COMMUNICATION] == 0
    assert points_of([again, stop, follow])[Area.COMMUNICATION] == 2
    assert moment(NOON) < moment(at(1))


def test_badges_come_at_each_quarter_and_are_told_once() -> None:
    assert [level_of(p) for p in (0, 24, 25, 49, 50, 75, 99, 100)] == [0, 0, 25, 25, 50, 75, 75, 100]
    bar = bar_of({Action.PROJECT_JOINED: 2, Action.PROJECT_FOUNDED: 1})
    assert new_levels(bar, {}) == {Area.COOPERATION: 25}
    assert new_levels(bar, {Area.COOPERATION: 25}) == {}
    assert new_levels(bar, {Area.COOPERATION: 50}) == {}


def test_a_table_that_does_not_add_up_is_refused() -> None:
    text = FILE.read_text("utf-8")
    with pytest.raises(ValueError, match="71 points"):
        read(text.replace("prize           = { points = 5", "prize           = { points = 6"))
    with pytest.raises(ValueError, match="one rule"):
        read("\n".join(line for line in text.splitlines() if not line.startswith("prize")))
