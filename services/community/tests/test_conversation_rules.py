"""Who may write to whom, and how often, whatever was sent before. (CO-09 CO-10 CO-11 b.12)"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import Failure, Invalid, NotFound
from services.community.conduct import limits
from services.community.contract import CannotBeReached, SameTextToMany, TooManyFirstMessages
from services.community.domain.conversation import (
    Addressee,
    Approach,
    Thread,
    begin_with,
    check_approach,
    strangers,
    who_gets_a_reply,
)
from services.community.domain.wording import fingerprint_of

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
RULES = limits().messages
ANA, JAN, EVA, TOM = (UUID(int=number) for number in range(1, 5))
people = st.integers(1, 40).map(lambda number: UUID(int=number))
texts = st.sampled_from(["a", "b"])
attempts = st.lists(
    st.tuples(people, texts, st.booleans(), st.integers(0, 6 * 3600)), min_size=1, max_size=80
)
ages = st.sampled_from([None, timedelta(days=3), timedelta(days=300)])


@given(attempts, ages)
def test_no_text_ever_reaches_a_third_stranger_and_no_day_has_more_first_messages_than_allowed(
    history: list[tuple[UUID, str, bool, int]], age: timedelta | None
) -> None:
    sent: list[Approach] = []
    now = NOW
    for to, text, first, seconds in history:
        now += timedelta(seconds=seconds)
        try:
            check_approach(frozenset({to}), text, sent, first=first, age=age, now=now, limits=RULES)
        except (SameTextToMany, TooManyFirstMessages):
            continue
        sent.append(Approach(to, text, first, now))
        same = {one.to for one in sent if one.fingerprint == text and one.at > now - RULES.same_text_period}
        met = {one.to for one in sent if one.first and one.at > now - timedelta(days=1)}
        assert len(same) < RULES.same_text_strangers
        assert len(met) <= RULES.first_messages_a_day(age)


@given(attempts)
def test_contacts_and_people_who_have_answered_are_never_counted(
    history: list[tuple[UUID, str, bool, int]],
) -> None:
    contacts = [Addressee(to, contact=index % 2 == 0) for index, (to, *_) in enumerate(history)]
    met = [one.id for one in contacts if not one.contact]
    assert strangers(contacts, met) == frozenset()
    check_approach(frozenset(), "a", [], first=True, age=None, now=NOW, limits=RULES)


def test_a_new_account_may_write_to_fewer_strangers() -> None:
    assert RULES.first_messages_a_day(timedelta(days=29)) == RULES.first_messages_a_day(None) == 5
    assert RULES.first_messages_a_day(timedelta(days=30)) == 20


@pytest.mark.parametrize(
    "other",
    ["dear colleague, join us!", "  Dear\n\nCOLLEAGUE — join us ", "Déar cólleague: jóin us…"],
)
def test_the_same_words_are_the_same_text(other: str) -> None:
    assert fingerprint_of(other) == fingerprint_of("Dear colleague, join us.")


@given(st.text(min_size=1), st.text(min_size=1))
def test_every_text_has_one_fingerprint_and_other_letters_another(one: str, other: str) -> None:
    assert fingerprint_of(one) == fingerprint_of(one)
    if fingerprint_of(one) == fingerprint_of(other):
        assert fingerprint_of(one + "x") == fingerprint_of(other + "x") or not one.strip()


def test_scripts_without_capitals_and_texts_without_letters_are_compared_too() -> None:
    assert fingerprint_of("مَرْحَبًا بك") == fingerprint_of("مرحبا بك!")
    assert fingerprint_of("🎵🎵") != fingerprint_of("🎶")


@given(st.permutations([Addressee(JAN), Addressee(EVA, blocked=True), Addressee(TOM)]))
def test_nobody_is_written_to_across_a_block(known: list[Addressee]) -> None:
    with pytest.raises(NotFound):
        begin_with([one.id for one in known], known)
    assert EVA not in {one.id for one in who_gets_a_reply([JAN, EVA, TOM], known)}
    with pytest.raises(NotFound):
        who_gets_a_reply([EVA], known)


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        ([], NotFound),
        ([Addressee(JAN, closed=True)], NotFound),
        ([Addressee(JAN, reachable=False)], CannotBeReached),
        ([Addressee(JAN, blocked=True, reachable=False)], NotFound),
    ],
)
def test_who_is_not_there_or_not_validated_is_not_written_to(
    known: list[Addressee], refusal: type[Failure]
) -> None:
    with pytest.raises(refusal):
        begin_with([JAN], known)


def test_a_reply_reaches_whoever_is_left() -> None:
    gone = Addressee(EVA, closed=True)
    assert [one.id for one in who_gets_a_reply([JAN, EVA], [Addressee(JAN), gone])] == [JAN]
    with pytest.raises(CannotBeReached):
        who_gets_a_reply([EVA], [gone])


def test_a_conversation_has_its_people_once_and_nobody_writes_to_themselves() -> None:
    thread = Thread.begin(UUID(int=9), ANA, (JAN, EVA, JAN), "Songs", None, NOW)
    assert thread.people == (ANA, JAN, EVA)
    assert thread.other(ANA) is None
    assert Thread.begin(UUID(int=9), ANA, (JAN, JAN), "Songs", None, NOW).other(JAN) == ANA
    with pytest.raises(Invalid):
        Thread.begin(UUID(int=9), ANA, (JAN, ANA), "Songs", None, NOW)
    with pytest.raises(NotFound):
        thread.others(TOM)
