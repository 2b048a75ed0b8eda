"""The fifteen rules about capacity, waiting lists and draws, without any database."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.events.contract import (
    Access,
    CapacityTaken,
    Kind,
    MeetingState,
    Mode,
    NotPossibleAnyMore,
    NotTheHost,
    OfferLapsed,
    Phase,
    Place,
    Promotion,
    RegistrationNotOpen,
    RuleFixed,
    SeatConfirmed,
    SeatNeeded,
    SeatOffered,
    Selection,
    Sheet,
    SheetRefused,
    Ticket,
)
from services.events.domain import Meeting, Registration, limits, order_of, ticket_of, tier_of
from services.events.domain.drawing import lot, rare_countries, seed_hash
from services.events.domain.meeting import check_sheet

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
STARTS = NOW + timedelta(days=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ORGANISER, CO_HOST, SPEAKER = UUID(int=1), UUID(int=2), UUID(int=3)
SHEET = Sheet(
    kind=Kind.WORKSHOP, title="Songs across borders", description="How to sing together online.",
    mode=Mode.ONLINE, languages=("en",), starts_at=STARTS, ends_at=STARTS + 2 * HOUR,
    time_zone="Europe/Madrid", capacity=2, access=Access.PUBLIC, selection=Selection.FIRST_COME,
    promotion=Promotion.AUTO, target="", place="", link="", registration_from=None, registration_until=None,
    instructions="", hours=0, national=False, with_pupils=False, recorded=False,
)  # fmt: skip


class Hall:
    """A meeting with everybody who ever registered, as the service keeps them together."""

    def __init__(self, **changes: Any) -> None:
        check_sheet(sheet := replace(SHEET, **changes), room_server=True, at=NOW)
        self.meeting = Meeting.announced(
            UUID(int=99), ORGANISER, sheet,
            seed="a seed", country=None, organisation=None, review=False, at=NOW,
        )  # fmt: skip
        self.all: list[Registration] = []
        self.now = NOW
        self.ids = itertools.count(100)

    def comes(self, name: str = "") -> Registration:
        number = next(self.ids)
        self.now += timedelta(seconds=1)
        one = Registration(UUID(int=number), self.meeting.id, UUID(int=number + 10_000), self.now)
        self.meeting.register(one, at=self.now)
        self.all.append(one)
        return one

    def line(self) -> list[Registration]:
        waiting = [r for r in self.all if r.place is Place.WAITING]
        return sorted(waiting, key=lambda r: (r.rank is None, r.rank, r.asked_at, r.id))

    def promotions(self) -> list[SeatConfirmed | SeatOffered]:
        said = []
        while self.meeting.may_promote(self.now):
            said.append(self.meeting.promote(self.line()[0], at=self.now))
        return said

    def leaves(self, one: Registration) -> list[SeatConfirmed | SeatOffered]:
        self.meeting.withdraw(one, at=self.now)
        return self.promotions()

    def says(self, reason: str = "", **changes: Any) -> list[SeatConfirmed | SeatOffered]:
        sheet = replace(self.meeting.sheet, **changes)
        self.meeting.change(sheet, reason, room_server=True, by=ORGANISER, at=self.now)
        self.meeting.sort_anew(self.all)
        return self.promotions()

    def count(self, place: Place) -> int:
        return sum(r.place is place for r in self.all)


def places(*registrations: Registration) -> list[Place]:
    return [r.place for r in registrations]


def test_rule_1_two_for_the_last_seat_are_one_confirmed_and_one_waiting() -> None:
    hall = Hall(capacity=1)
    assert places(hall.comes(), hall.comes()) == [Place.CONFIRMED, Place.WAITING]


def test_rule_1_a_room_of_ours_never_takes_more_than_a_hundred() -> None:
    with pytest.raises(SheetRefused) as refused:
        Hall(capacity=101)
    assert refused.value.fields == {"capacity": ["too_large:100"]}
    assert Hall(capacity=500, mode=Mode.ON_SITE, place="Zaragoza").meeting.capacity == 500


def test_rule_2_the_line_goes_by_time_and_ties_by_id() -> None:
    hall = Hall(capacity=1)
    hall.comes()
    late = hall.comes()
    first, second = hall.comes(), hall.comes()
    second.asked_at = first.asked_at
    late.asked_at = first.asked_at + HOUR
    assert hall.line() == [first, second, late]


def test_rule_3_a_freed_seat_goes_to_the_head_of_the_line_never_to_a_newcomer() -> None:
    hall = Hall(capacity=1)
    seated, head = hall.comes(), hall.comes()
    hall.meeting.withdraw(seated, at=hall.now)
    newcomer = hall.comes()  # before anybody was promoted
    assert newcomer.place is Place.WAITING
    hall.promotions()
    assert places(head, newcomer) == [Place.CONFIRMED, Place.WAITING]


def test_rule_3_nobody_is_told_of_places_while_others_wait() -> None:
    hall = Hall(capacity=1)
    seated, _ = hall.comes(), hall.comes()
    hall.meeting.withdraw(seated, at=hall.now)
    assert hall.meeting.places_left == 0


def test_rule_4_auto_promotes_at_once_and_says_so() -> None:
    hall = Hall(capacity=1)
    seated, head = hall.comes(), hall.comes()
    [said] = hall.leaves(seated)
    assert said == SeatConfirmed(head.id, hall.meeting.id, head.person_id, hall.now, promoted=True)


def test_rule_4_an_offered_seat_is_held_for_a_day_then_goes_to_the_next() -> None:
    hall = Hall(capacity=1, promotion=Promotion.OFFER)
    seated, head, second = hall.comes(), hall.comes(), hall.comes()
    [offer] = hall.leaves(seated)
    assert isinstance(offer, SeatOffered)
    assert offer.until == hall.now + DAY
    assert hall.comes().place is Place.WAITING  # the held seat is nobody else's
    hall.now += DAY
    with pytest.raises(OfferLapsed):
        hall.meeting.accept(head, at=hall.now)
    hall.meeting.lapse(head, at=hall.now)
    hall.promotions()
    assert places(head, second) == [Place.LAPSED, Place.OFFERED]
    hall.meeting.accept(second, at=hall.now)
    assert second.place is Place.CONFIRMED


def test_rule_5_more_seats_promote_as_many_in_order() -> None:
    hall = Hall(capacity=1)
    _, one, two, three = (hall.comes() for _ in range(4))
    assert len(hall.says(capacity=3)) == 2
    assert places(one, two, three) == [Place.CONFIRMED, Place.CONFIRMED, Place.WAITING]


def test_rule_5_more_seats_do_not_go_round_the_organisers_approval() -> None:
    hall = Hall(capacity=1, selection=Selection.ORGANISER)
    approved, asked = hall.comes(), hall.comes()
    hall.meeting.approve(approved, by=ORGANISER, at=hall.now)
    assert hall.says(capacity=50) == []
    assert places(approved, asked) == [Place.CONFIRMED, Place.PENDING]


@pytest.mark.parametrize("before", [2 * HOUR, HOUR, timedelta(), -HOUR])
def test_rule_6_nobody_is_promoted_after_the_cut_off_or_the_start(before: timedelta) -> None:
    hall = Hall(capacity=1)
    seated, head = hall.comes(), hall.comes()
    hall.now = STARTS - before
    assert hall.leaves(seated) == []
    assert head.place is Place.WAITING


def test_rule_6_until_the_cut_off_promotion_goes_on() -> None:
    hall = Hall(capacity=1)
    seated, head = hall.comes(), hall.comes()
    hall.now = STARTS - limits().cut_off - timedelta(seconds=1)
    hall.leaves(seated)
    assert head.place is Place.CONFIRMED


def test_rule_7_capacity_below_the_seats_given_is_refused_and_drops_nobody() -> None:
    hall = Hall(capacity=2, promotion=Promotion.OFFER)
    one, two, three = hall.comes(), hall.comes(), hall.comes()
    hall.leaves(two)
    with pytest.raises(CapacityTaken) as refused:
        hall.says(capacity=1)
    assert refused.value.details["confirmed"] == 2
    assert places(one, three) == [Place.CONFIRMED, Place.OFFERED]


def test_rule_8_from_open_to_approval_to_invitation_keeps_the_confirmed() -> None:
    hall = Hall(capacity=2)
    one, two, waiting = hall.comes(), hall.comes(), hall.comes()
    hall.says(selection=Selection.ORGANISER)
    assert places(one, two, waiting) == [Place.CONFIRMED, Place.CONFIRMED, Place.PENDING]
    hall.says(access=Access.PRIVATE)
    assert places(one, two) == [Place.CONFIRMED, Place.CONFIRMED]
    hall.says(selection=Selection.FIRST_COME, capacity=3)
    assert waiting.place is Place.CONFIRMED


def test_rule_8_a_draw_cannot_be_made_or_unmade_once_somebody_applied() -> None:
    hall = Hall()
    hall.comes()
    with pytest.raises(RuleFixed):
        hall.says(selection=Selection.LOTTERY)


def test_rule_9_hosts_and_speakers_are_not_counted_and_always_enter() -> None:
    hall = Hall(capacity=1)
    hall.comes()
    hall.meeting.name_crew((CO_HOST,), (SPEAKER,), by=ORGANISER, at=hall.now)
    assert hall.meeting.confirmed == 1
    for person in (ORGANISER, CO_HOST, SPEAKER):
        hall.meeting.enter(person, None, at=STARTS - DAY)
    with pytest.raises(SeatNeeded):
        hall.meeting.enter(UUID(int=77), None, at=STARTS)
    with pytest.raises(NotTheHost):
        hall.meeting.must_host(SPEAKER)


@pytest.mark.parametrize("access", list(Access))
def test_rule_10_one_may_withdraw_until_the_end(access: Access) -> None:
    hall = Hall(access=access)
    one, two = hall.comes(), hall.comes()
    hall.meeting.withdraw(one, at=STARTS + HOUR)
    with pytest.raises(NotPossibleAnyMore):
        hall.meeting.withdraw(two, at=STARTS + 2 * HOUR)
    assert places(one, two) == [Place.WITHDRAWN, Place.CONFIRMED]


def test_rule_12_cancelling_raises_the_sequence_and_ends_what_was_due() -> None:
    hall = Hall()
    hall.comes()
    said = hall.meeting.cancel("The speaker is ill.", by=ORGANISER, at=NOW)
    assert said.sequence == hall.meeting.sequence == 1
    assert hall.meeting.state is MeetingState.CANCELLED
    assert hall.meeting.settle_at is hall.meeting.remind_at is None
    with pytest.raises(NotPossibleAnyMore):
        hall.comes()


def test_rule_13_the_servers_time_decides_when_one_can_apply() -> None:
    opens, closes = NOW + DAY, NOW + 3 * DAY
    hall = Hall(registration_from=opens, registration_until=closes)
    moments = {
        NOW: Phase.BEFORE,
        opens: Phase.OPEN,
        closes - timedelta(seconds=1): Phase.OPEN,
        closes: Phase.CLOSED,
    }
    for moment, phase in moments.items():
        assert hall.meeting.phase(moment) is phase
    with pytest.raises(RegistrationNotOpen) as refused:
        hall.comes()
    assert refused.value.details == {"phase": Phase.BEFORE}
    hall.now = opens
    assert hall.comes().place is Place.CONFIRMED


def test_rule_14_first_come_and_the_organisers_choice() -> None:
    assert Hall().comes().place is Place.CONFIRMED
    hall = Hall(selection=Selection.ORGANISER, capacity=1)
    one, two = hall.comes(), hall.comes()
    hall.meeting.approve(two, by=ORGANISER, at=hall.now)
    assert places(one, two) == [Place.PENDING, Place.CONFIRMED]
    hall.meeting.approve(one, by=ORGANISER, at=hall.now)
    assert one.place is Place.WAITING


def tickets(**of_last: bool) -> list[Ticket]:
    plain = {"first_timer": False, "rare_country": False, "missed_last_time": False, "missed_often": False}
    numbers = range(1, 9)
    return [Ticket(UUID(int=n), **(plain | (of_last if n == 8 else {}))) for n in numbers]


def test_rule_14_a_lottery_is_computed_again_from_what_is_published() -> None:
    order = order_of(tickets(), Selection.LOTTERY, "seed")
    assert order == order_of(reversed(tickets()), Selection.LOTTERY, "seed")
    assert order != order_of(tickets(), Selection.LOTTERY, "another seed")
    assert list(order) == sorted(order, key=lambda i: lot("seed", i))
    assert seed_hash("seed") == "19b25856e1c150ca834cffc8b59b23adbd0ec0389e58eb22b3b64768098d002b"


def test_rule_14_seats_follow_the_draw_and_the_rest_wait_in_its_order() -> None:
    hall = Hall(selection=Selection.LOTTERY, capacity=2)
    applicants = [hall.comes() for _ in range(5)]
    assert {r.place for r in applicants} == {Place.PENDING}
    by_id = {r.id: r for r in applicants}
    order = order_of(
        [ticket_of(r.id, None, frozenset(), first_timer=True, missed_last_time=False, no_shows=0) for r in applicants],
        Selection.LOTTERY, hall.meeting.seed,
    )  # fmt: skip
    drawn = [by_id[i] for i in order]
    assert len(hall.meeting.seat_drawn(drawn, at=hall.now)) == 2
    hall.meeting.drawn(5, 2, at=hall.now)
    assert places(*drawn) == [Place.CONFIRMED] * 2 + [Place.WAITING] * 3
    assert hall.line() == drawn[2:]
    assert hall.comes().place is Place.WAITING
    hall.leaves(drawn[0])
    assert drawn[2].place is Place.CONFIRMED


@pytest.mark.parametrize("why", ["first_timer", "rare_country", "missed_last_time"])
def test_rule_14_priority_lifts_first_timers_rare_countries_and_those_not_selected_last_time(
    why: str,
) -> None:
    assert order_of(tickets(**{why: True}), Selection.PRIORITY, "seed")[0] == UUID(int=8)
    assert tier_of(tickets(**{why: True})[-1], Selection.LOTTERY) == 0


def test_rule_15_whoever_did_not_come_twice_goes_last() -> None:
    for selection in (Selection.LOTTERY, Selection.PRIORITY):
        favoured = tickets(first_timer=True, rare_country=True, missed_last_time=True, missed_often=True)
        assert order_of(favoured, selection, "seed")[-1] == UUID(int=8)
    facts = {"first_timer": False, "missed_last_time": False}
    missed = [ticket_of(UUID(int=1), None, frozenset(), **facts, no_shows=n).missed_often for n in range(4)]
    assert missed == [False, False, True, True]


def test_rule_15_who_did_not_come_is_noted_only_where_attendance_was_taken() -> None:
    hall = Hall()
    came, missed = hall.comes(), hall.comes()
    hall.meeting.settle([came, missed], at=STARTS + 3 * HOUR)
    assert missed.no_show_at is None
    hall.meeting.attended(came, at=STARTS)
    assert hall.meeting.settle([came, missed], at=STARTS + 3 * HOUR).attendees == 1
    assert (came.no_show_at, missed.no_show_at) == (None, STARTS + 2 * HOUR)


def test_a_country_with_a_tenth_of_the_applicants_is_under_represented() -> None:
    assert rare_countries(["a"] * 9 + ["b", None]) == frozenset("b")
    assert rare_countries([]) == frozenset()


# ---- the same for any story


class Acts:
    """Anything people may do, in any order."""

    coming = st.just(("comes", 0))
    leaving = st.tuples(st.just("leaves"), st.integers(0, 40))
    sizing = st.tuples(st.just("says"), st.integers(1, 8))
    taking = st.tuples(st.just("accepts"), st.integers(0, 40))
    waiting = st.tuples(st.just("waits"), st.integers(1, 40))
    any = st.lists(st.one_of(coming, coming, leaving, sizing, taking, waiting), max_size=60)


def walk(hall: Hall, acts: list[tuple[str, int]]) -> Iterator[None]:
    for act, number in acts:
        chosen = hall.all[number % len(hall.all)] if hall.all else None
        if act == "comes" and hall.meeting.phase(hall.now) is Phase.OPEN:
            hall.comes()
        elif act == "leaves" and chosen and chosen.live and not hall.meeting.over(hall.now):
            hall.leaves(chosen)
        elif act == "says" and number >= hall.meeting.taken and hall.now < STARTS:
            hall.says(capacity=number)
        elif (
            act == "accepts" and chosen and chosen.place is Place.OFFERED and hall.now < chosen.offered_until
        ):
            hall.meeting.accept(chosen, at=hall.now)
        elif act == "waits":
            hall.now += number * HOUR
            for one in hall.all:
                if one.place is Place.OFFERED and one.offered_until <= hall.now:
                    hall.meeting.lapse(one, at=hall.now)
            hall.promotions()
        yield


@settings(max_examples=300, deadline=None)
@given(Acts.any, st.sampled_from(list(Promotion)), st.integers(1, 5))
def test_seats_are_never_more_than_capacity_and_nobody_is_passed_over(
    acts: list[tuple[str, int]], promotion: Promotion, capacity: int
) -> None:
    hall = Hall(promotion=promotion, capacity=capacity)
    for _ in walk(hall, acts):
        meeting = hall.meeting
        assert meeting.taken <= meeting.capacity
        assert meeting.confirmed == hall.count(Place.CONFIRMED)
        assert meeting.offered == hall.count(Place.OFFERED)
        assert meeting.waiting == hall.count(Place.WAITING)
        assert not meeting.may_promote(hall.now), "a seat is free and somebody waits"
