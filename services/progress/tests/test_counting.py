"""What happens elsewhere moves the bar, and a recount from the owners ends where counting live has ended."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.contract import NotFound
from chassis.store import Store
from services.events.contract import Kind
from services.identity import contract as identity
from services.progress.contract import Action, Area
from services.progress.counting import hear
from services.progress.domain import Word, tally
from services.progress.store.tables import fact
from services.progress.tests.conftest import TODAY, Owners, Platform, empty

ANA = UUID(int=1)
words = st.builds(
    Word,
    person_id=st.sampled_from([ANA, UUID(int=2)]),
    action=st.sampled_from([Action.MESSAGE, Action.PAGE_WRITTEN, Action.CONTACT, Action.FURTHER_ACCESS]),
    subject=st.sampled_from("abcdef"),
    on=st.just(TODAY.date()),
    rank=st.integers(0, 4),
    holds=st.booleans(),
    slot=st.sampled_from(["", "x", "y"]),
    amount=st.integers(1, 3),
)


@given(st.lists(words, max_size=25), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_counts_as_the_rules_do_in_any_order_and_with_repetitions(
    store: Store, history: list[Word], chance: random.Random
) -> None:
    ends = []
    for _ in range(2):
        empty(store)
        platform = Platform(store)
        heard = history + history[:3]
        chance.shuffle(heard)
        for word in heard:
            uow = platform.unit_of_work()
            hear(uow, [word])
            uow.commit()
        facts = platform.facts()
        counted = platform.everybody()
        for who in {word.person_id for word in facts}:
            assert counted.get(who, {}) == tally(f for f in facts if f.person_id == who)
        ends.append((sorted(facts, key=lambda w: (w.person_id, w.action, w.subject)), counted))
    assert ends[0] == ends[1]


def some_history(platform: Platform, chance: random.Random, steps: int) -> list[Callable[[], None]]:
    """Things that happen, one after the other, to a few people."""
    people = [platform.person() for _ in range(5)]
    posts: list[UUID] = []
    pages: list[UUID] = []
    started: list[UUID] = []

    def two() -> tuple[UUID, UUID]:
        one, other = chance.sample(people, 2)
        return one, other

    def moderate() -> None:
        if posts:
            platform.is_moderated(posts.pop())

    def remove_page() -> None:
        if pages:
            platform.removes_page(pages.pop())

    def join() -> None:
        if started:
            platform.joins(chance.choice(people), started[-1])

    possible: list[Callable[[], Any]] = [
        lambda: platform.is_seen(chance.choice(people)),
        lambda: platform.changes(chance.choice(people), idea_characters=chance.choice([0, 49, 50, 400])),
        lambda: platform.changes(chance.choice(people), answered_availability=True),
        lambda: platform.become_contacts(*two()),
        lambda: platform.part(*two()),
        lambda: platform.follows(*two()),
        lambda: platform.unfollows(*two()),
        lambda: platform.writes(*two()),
        lambda: platform.writes(*chance.sample(people, 4)),
        lambda: posts.append(platform.posts(chance.choice(people))),
        moderate,
        lambda: started.append(platform.found(*two())),
        join,
        lambda: pages.append(platform.writes_page(chance.choice(people))),
        lambda: platform.writes_page(chance.choice(people), pages[-1]) if pages else None,
        remove_page,
        lambda: platform.attends(chance.choice(people), chance.choice(list(Kind))),
        lambda: platform.completes(
            chance.choice(people), chance.choice([Kind.LEARNING_EVENT, Kind.MOOC, Kind.WEBINAR])
        ),
        lambda: platform.holds_meeting(chance.choice(people), chance.choice([4, 5, 60])),
    ]
    return [chance.choice(possible) for _ in range(steps)]


@pytest.mark.parametrize("seed", range(6))
def test_a_recount_ends_where_counting_live_has_ended(platform: Platform, seed: int) -> None:
    chance = random.Random(seed)
    for happens in some_history(platform, chance, 120):
        happens()
    live = platform.everybody()
    assert live
    steps = platform.recount()
    assert steps == 6  # five people, and nobody behind them
    assert platform.everybody() == live
    assert platform.last_recount()["changed"] == 0


@pytest.mark.parametrize("seed", range(6))
def test_what_is_heard_together_counts_as_if_it_were_heard_one_by_one(platform: Platform, seed: int) -> None:
    chance = random.Random(200 + seed)
    for number, happens in enumerate(some_history(platform, chance, 120)):
        if number % 20 == 0:
            platform.is_free_again()
            platform.busy = chance.random() < 0.7
        happens()
    platform.is_free_again()
    live = platform.everybody()
    assert live
    platform.recount()
    assert platform.everybody() == live
    assert platform.last_recount()["changed"] == 0


@pytest.mark.parametrize("seed", range(6))
def test_what_happens_during_a_recount_is_counted(platform: Platform, seed: int) -> None:
    chance = random.Random(100 + seed)
    history = some_history(platform, chance, 160)
    for happens in history[:100]:
        happens()
    meanwhile = history[100:]
    meanwhile.insert(chance.randrange(len(meanwhile)), platform.is_killed)
    platform.recount(meanwhile=meanwhile)
    after = platform.everybody()
    platform.recount()
    assert platform.everybody() == after
    assert platform.last_recount()["changed"] == 0


def test_a_recount_brings_back_what_was_lost_and_takes_away_what_is_not_so(platform: Platform) -> None:
    ana, ben = platform.person(), platform.person()
    platform.follows(ana, ben)
    platform.lost = True
    platform.unfollows(ana, ben)
    platform.found(ana, ben)
    platform.lost = False
    assert platform.counted(ana) == {Action.FOLLOWING: 1}
    platform.recount()
    assert platform.counted(ana) == {Action.PROJECT_FOUNDED: 1}
    assert platform.last_recount()["changed"] == 2


def test_a_recount_forgets_facts_that_never_were(platform: Platform) -> None:
    ana = platform.person()
    platform.is_seen(ana)
    with platform.store.engine.begin() as connection:
        connection.execute(fact.update().values(action=Action.PRIZE, rank=2**60))
    platform.recount()
    assert platform.counted(ana) == {Action.FIRST_ACCESS: 1}


def test_a_recount_goes_on_where_it_was_when_an_owner_was_away(platform: Platform) -> None:
    for _ in range(5):
        platform.is_seen(platform.person())
    with platform.store.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO recount (id) VALUES (1)")
    assert platform.ask("recount")
    platform.owners.away = True
    assert not platform.ask("recount")
    platform.owners.away = False
    again = Platform(platform.store, platform.owners)
    while again.ask("recount"):
        pass
    assert (
        again.owners.asked.count("projects.deeds") == 2 + 4
    )  # the second page was asked for ahead, and is again
    assert len(again.everybody()) == 5


def test_a_recount_keeps_passed_modules_and_tells_nobody_of_badges(platform: Platform) -> None:
    ana, ben = platform.person(), platform.person()
    platform.ask("take_quiz", by=ana, **right("who-sees-what"))
    platform.lost = True
    project = platform.found(ana)
    platform.joins(ana, project)
    platform.joins(ana, platform.found(ben))
    platform.lost = False
    platform.recount()
    assert platform.counted(ana)[Action.MODULE_ELEMENTARY] == 1
    assert platform.counted(ana)[Action.PROJECT_JOINED] == 2
    assert platform.said("BadgeEarned") == []


def test_badges_are_told_once_even_if_the_bar_falls_and_rises_again(platform: Platform) -> None:
    ana = platform.person()
    others = [platform.person() for _ in range(7)]
    for one in others[:5]:
        platform.become_contacts(ana, one)
    for one in others[:3]:
        platform.follows(ana, one)
    assert platform.said("BadgeEarned")[-1] | {"at": ""} == {
        "person_id": str(ana), "area": "communication", "level": 25, "at": "",
    }  # fmt: skip
    platform.unfollows(ana, others[0])
    assert level(platform, ana, Area.COMMUNICATION) == 0
    platform.follows(ana, others[5])
    assert level(platform, ana, Area.COMMUNICATION) == 25
    assert len(platform.said("BadgeEarned")) == 1


def level(platform: Platform, who: UUID, area: Area) -> int:
    shown = platform.ask("my_progress", by=who)
    return next(one.badge for one in shown.areas if one.area is area)


def test_a_reversal_heard_before_its_action_holds(platform: Platform) -> None:
    ana, ben = platform.person(), platform.person()
    early, late = platform.tick(), platform.tick()
    platform.ask("unfollowed", identity.Unfollowed(ana, ben, late))
    platform.ask("followed", identity.Followed(ana, ben, early))
    assert platform.counted(ana) == {}


def test_a_late_word_about_a_profile_finds_what_holds_now(platform: Platform) -> None:
    ana = platform.person()
    platform.lost = True
    platform.changes(ana, idea_characters=80)
    late = identity.ProfileChanged(ana, platform.now)
    platform.lost = False
    platform.changes(ana, idea_characters=10)
    platform.hears("profile_changed", late)
    assert platform.counted(ana) == {}
    platform.changes(ana, idea_characters=50)
    assert platform.counted(ana) == {Action.PROJECT_IDEA: 1}


def test_a_block_ends_the_contact_on_both_sides(platform: Platform) -> None:
    ana, ben = platform.person(), platform.person()
    platform.become_contacts(ana, ben)
    assert platform.counted(ben) == {Action.CONTACT: 1}
    platform.ask("person_blocked", identity.PersonBlocked(ana, ana, ben, platform.tick()))
    assert platform.counted(ana) == platform.counted(ben) == {}


def test_nothing_of_who_has_left_is_kept_or_counted_again(platform: Platform) -> None:
    ana, ben = platform.person(), platform.person()
    platform.become_contacts(ana, ben)
    platform.lost = True
    platform.changes(ana, closed=True)
    platform.lost = False
    platform.ask("account_closed", identity.AccountClosed(ana, platform.tick()))
    platform.follows(ana, ben)
    platform.found(ana, ben)
    platform.recount()
    assert {word.person_id for word in platform.facts()} == {ben}
    with pytest.raises(NotFound):
        platform.ask("my_progress", by=ana)


def test_whoever_may_not_see_the_profile_does_not_see_the_bar(platform: Platform) -> None:
    ana, ben = platform.person(), platform.person()
    assert platform.ask("progress", by=ben, person_id=ana).percent == 0
    platform.owners.hidden.add(ana)
    with pytest.raises(NotFound):
        platform.ask("progress", by=ben, person_id=ana)
    assert platform.ask("progress", by=ana, person_id=ana).person_id == ana


def test_the_list_of_single_actions_can_be_hidden_and_never_says_whom_one_writes_to(
    platform: Platform,
) -> None:
    ana, ben = platform.person(), platform.person()
    platform.writes(ana, ben)
    platform.posts(ana)
    own = platform.ask("my_progress", by=ana)
    assert {deed.action for deed in own.deeds} == {Action.MESSAGE, Action.FORUM_CONTRIBUTION}
    seen = platform.ask("progress", by=ben, person_id=ana)
    assert [deed.action for deed in seen.deeds] == [Action.FORUM_CONTRIBUTION]
    assert platform.ask("hide_deeds", by=ana, hidden=True).hides_deeds
    seen = platform.ask("progress", by=ben, person_id=ana)
    assert seen.deeds is None
    assert seen.areas == own.areas
    assert platform.ask("my_progress", by=ana).deeds == own.deeds


# ---- modules


def right(name: str) -> dict[str, Any]:
    """A quiz with every answer right."""
    from services.progress.library import lessons  # noqa: PLC0415 - only the tests look at the answers

    answers = [{"question": q.name, "choice": q.right} for q in lessons()[name].questions]
    return {"name": name, "answers": answers}


def test_a_quiz_counts_when_passed_while_signed_in_and_only_once(platform: Platform) -> None:
    ana = platform.person()
    first = platform.ask("take_quiz", by=ana, **right("who-sees-what"))
    assert (first.passed, first.counted, first.percent) == (True, True, 100)
    platform.ask("take_quiz", by=ana, **right("who-sees-what"))
    assert platform.counted(ana) == {Action.MODULE_ELEMENTARY: 1}
    assert [m.name for m in platform.ask("modules", by=ana) if m.passed] == ["who-sees-what"]
    worse = platform.ask("take_quiz", by=ana, name="who-sees-what")
    assert not worse.passed
    assert platform.counted(ana) == {Action.MODULE_ELEMENTARY: 1}


def test_a_quiz_done_logged_out_shows_the_result_and_counts_nothing(platform: Platform) -> None:
    done = platform.ask("take_quiz", **right("who-sees-what"))
    assert (done.passed, done.counted) == (True, False)
    assert platform.facts() == []
    assert not any(module.passed for module in platform.ask("modules"))


def test_below_four_fifths_a_quiz_is_not_passed_and_what_was_wrong_is_explained(platform: Platform) -> None:
    ana, quiz = platform.person(), right("a-first-letter")
    quiz["answers"][0]["choice"] = (quiz["answers"][0]["choice"] + 1) % 4
    assert platform.ask("take_quiz", by=ana, **quiz).passed  # four of five
    wrong = quiz["answers"].pop()
    result = platform.ask("take_quiz", **quiz)
    assert (result.right, result.passed) == (3, False)
    marked = {one.question: one for one in result.marked}
    assert marked[wrong["question"]].explanation
    assert all(bool(one.explanation) is not one.right for one in result.marked)


def test_modules_come_in_the_language_asked_for_and_say_so(platform: Platform) -> None:
    english, polish = platform.ask("modules"), platform.ask("modules", language="pl")
    assert [one.name for one in polish] == [one.name for one in english]
    assert ({one.language for one in english}, {one.language for one in polish}) == ({"en"}, {"pl"})
    shown = platform.ask("module", name="who-sees-what", language="pl")
    assert (shown.card.title, shown.card.language) == ("Kto co widzi", "pl")
    assert "Trzy kręgi" in shown.html
    assert shown.questions[0].text.startswith("Ktoś Cię obserwuje.")
    unknown = platform.ask("module", name="who-sees-what", language="xx")
    assert (unknown.card.title, unknown.card.language) == ("Who sees what", "en")


def test_a_quiz_taken_in_another_language_is_marked_alike_and_explained_in_it(platform: Platform) -> None:
    ana, quiz = platform.person(), right("who-sees-what")
    quiz["answers"][0]["choice"] = 0
    result = platform.ask("take_quiz", by=ana, language="pl", **quiz)
    assert (result.percent, result.language) == (75, "pl")
    assert [one.right for one in result.marked] == [False, True, True, True]
    assert result.marked[0].explanation.startswith("Obserwowanie")
    assert platform.ask("take_quiz", by=ana, language="pl", **right("who-sees-what")).counted
    assert platform.counted(ana) == {Action.MODULE_ELEMENTARY: 1}
    passed = [one.name for one in platform.ask("modules", by=ana, language="ar") if one.passed]
    assert passed == ["who-sees-what"]


def test_right_answers_never_leave_before_an_answer() -> None:
    platform = Platform(None, Owners())  # type: ignore[arg-type]
    shown = platform.ask("module", name="a-first-letter")
    assert set(type(shown.questions[0]).__dataclass_fields__) == {"name", "text", "choices"}
    with pytest.raises(NotFound):
        platform.ask("module", name="attic")
