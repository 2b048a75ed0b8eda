"""Contacts without a database: whatever two people do in whatever order. (CO-03 CO-06 CO-07 CO-11)"""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import Failure, NotFound
from services.identity.contract import (
    AlreadyInContact,
    Blocked,
    ContactAccepted,
    ContactRequested,
    ContactState,
    NotYourself,
    TooManyRequests,
)
from services.identity.domain.contact import Pair, Standing, ordered, room_for_another_request

AT = datetime(2026, 9, 1, tzinfo=UTC)
ANA, JAN, EVE = UUID(int=1), UUID(int=2), UUID(int=3)
ACTS = ("ask", "accept", "decline", "remove", "block", "unblock")


def strangers() -> Pair:
    return Pair(UUID(int=9), ANA, JAN, Standing.NONE, AT)


def act(pair: Pair, what: str, by: UUID) -> object:
    match what:
        case "ask":
            return pair.ask(by, "", AT)
        case _:
            return getattr(pair, what)(by, AT)


histories = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from([ANA, JAN])), max_size=30)


@given(histories)
def test_both_sides_always_see_the_same_contact(history: list[tuple[str, UUID]]) -> None:
    pair = strangers()
    for what, by in history:
        with suppress(Failure):
            act(pair, what, by)
        seen = {pair.state_for(ANA), pair.state_for(JAN)}
        assert seen in (
            {ContactState.NONE},
            {ContactState.SENT, ContactState.RECEIVED},
            {ContactState.ACCEPTED},
            {ContactState.DECLINED, ContactState.NONE},
        )


@given(histories)
def test_a_block_never_leaves_a_contact_or_a_request(history: list[tuple[str, UUID]]) -> None:
    pair = strangers()
    for what, by in history:
        with suppress(Failure):
            act(pair, what, by)
        if pair.blocked:
            assert pair.standing is Standing.NONE
            assert pair.message == ""


@given(histories)
def test_a_refused_step_changes_nothing(history: list[tuple[str, UUID]]) -> None:
    pair = strangers()
    for what, by in history:
        before = dict(vars(pair))
        try:
            act(pair, what, by)
        except Failure:
            assert vars(pair) == before


@given(histories)
def test_nobody_becomes_a_contact_without_having_asked_or_accepted(history: list[tuple[str, UUID]]) -> None:
    pair, willing = strangers(), set()
    for what, by in history:
        with suppress(Failure):
            act(pair, what, by)
            if what in ("ask", "accept"):
                willing.add(by)
            elif what in ("block", "remove", "decline"):
                willing.discard(by)
        if pair.standing is Standing.ACCEPTED:
            assert willing == {ANA, JAN}


@given(st.permutations([ANA, JAN]))
def test_opposite_requests_resolve_into_one_accepted_contact(order: list[UUID]) -> None:
    pair = strangers()
    first, second = order
    assert isinstance(pair.ask(first, "Hello", AT), ContactRequested)
    assert isinstance(pair.ask(second, "Hello too", AT), ContactAccepted)
    assert pair.state_for(ANA) is pair.state_for(JAN) is ContactState.ACCEPTED


def test_who_was_declined_cannot_ask_again_and_who_declined_can() -> None:
    pair = strangers()
    pair.ask(ANA, "", AT)
    pair.decline(JAN, AT)
    with pytest.raises(AlreadyInContact) as refused:
        pair.ask(ANA, "", AT)
    assert refused.value.details == {"state": "declined"}
    assert isinstance(pair.ask(JAN, "", AT), ContactRequested)


def test_only_who_has_blocked_is_told_why() -> None:
    pair = strangers()
    pair.block(ANA, AT)
    with pytest.raises(Blocked):
        pair.ask(ANA, "", AT)
    with pytest.raises(NotFound) as hidden:
        pair.ask(JAN, "", AT)
    assert not isinstance(hidden.value, Blocked)


def test_a_block_of_each_side_is_taken_back_by_that_side_only() -> None:
    pair = strangers()
    assert pair.block(ANA, AT)
    assert pair.block(JAN, AT)
    assert pair.block(JAN, AT) is None
    assert pair.unblock(ANA, AT)
    assert pair.unblock(ANA, AT) is None
    assert pair.blocked_by(JAN)
    assert not pair.blocked_by(ANA)


def test_a_third_person_cannot_answer() -> None:
    pair = strangers()
    pair.ask(ANA, "", AT)
    for what in ("accept", "decline", "block", "unblock"):
        with pytest.raises(NotFound):
            act(pair, what, EVE)


def test_nobody_is_a_contact_of_themselves() -> None:
    with pytest.raises(NotYourself):
        ordered(ANA, ANA)


def test_thirty_requests_may_wait_at_a_time() -> None:
    room_for_another_request(29)
    with pytest.raises(TooManyRequests):
        room_for_another_request(30)
