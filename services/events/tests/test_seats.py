"""Seats on a real database: registering, waiting, offering, drawing, under concurrency, and what is said of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import uuid_utils.compat as uuid

from chassis.contract import Forbidden, Invalid, NotFound, plain
from chassis.store import Store
from services.events import contract
from services.events.contract import Place
from services.events.domain import order_of
from services.events.domain.drawing import seed_hash
from services.events.tests.conftest import DAY, HOUR, STARTS, Meetings
from services.events.tests.crowd import Act, at_once
from services.identity import contract as identity


def test_rule_1_two_hundred_for_the_last_seat_in_eight_replicas_are_exactly_one_confirmed(
    meetings: Meetings, store: Store
) -> None:
    meeting_id = meetings.meeting(capacity=3)
    for _ in range(2):
        meetings.register(meeting_id)
    crowd = [meetings.person() for _ in range(200)]
    asked = [("register", p, {"meeting_id": meeting_id, "registration_id": uuid.uuid7()}) for p in crowd]
    places = [reply.place for reply in at_once(meetings, asked)]
    assert sorted(places) == ["confirmed"] + ["waiting"] * 199
    [row] = store.rows(sa.text("SELECT confirmed, waiting, offered FROM meeting"))
    assert (row["confirmed"], row["waiting"], row["offered"]) == (3, 199, 0)
    assert counted(store) == {"confirmed": 3, "waiting": 199}


def test_rule_1_withdrawing_and_registering_at_once_never_gives_a_seat_twice(
    meetings: Meetings, store: Store
) -> None:
    meeting_id = meetings.meeting(capacity=5)
    acts: list[Act] = [
        ("withdraw", meetings.register(meeting_id)[0], {"meeting_id": meeting_id}) for _ in range(5)
    ]
    for _ in range(35):
        given = {"meeting_id": meeting_id, "registration_id": uuid.uuid7()}
        acts.insert(len(acts) % 7, ("register", meetings.person(), given))
    at_once(meetings, acts)
    assert counted(store) == {"withdrawn": 5, "confirmed": 5, "waiting": 30}


def counted(store: Store) -> dict[str, int]:
    statement = sa.text("SELECT place, count(*) AS n FROM registration GROUP BY place")
    return {row["place"]: row["n"] for row in store.rows(statement)}


def test_rule_2_the_position_on_the_list_is_shown(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(capacity=1)
    meetings.register(meeting_id)
    (first, one), (second, two) = meetings.register(meeting_id), meetings.register(meeting_id)
    assert (one.position, two.position) == (1, 2)
    meetings.ask("withdraw", by=first, meeting_id=meeting_id)
    assert meetings.ask("meeting", by=second, meeting_id=meeting_id).mine.position == 1


def test_rule_3_a_freed_seat_goes_to_the_head_and_is_told(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(capacity=1)
    seated, _ = meetings.register(meeting_id)
    head, registration = meetings.register(meeting_id)
    said = meetings.answer("withdraw", by=seated, meeting_id=meeting_id)
    [confirmed] = said.said("SeatConfirmed")
    assert confirmed["registration_id"] == str(registration.id)
    assert confirmed["promoted"] is True
    assert meetings.place_of(meeting_id, head) == "confirmed"


def test_rule_4_an_offer_lapses_after_a_day_and_the_next_is_asked(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(capacity=1, promotion="offer")
    seated, _ = meetings.register(meeting_id)
    (head, _), (following, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    meetings.ask("withdraw", by=seated, meeting_id=meeting_id)
    offered = meetings.ask("meeting", by=head, meeting_id=meeting_id)
    assert offered.mine.offered_until == meetings.now + DAY
    assert "accept_seat" in offered.actions
    meetings.time_is(meetings.now + DAY)
    assert [lost["place"] for lost in meetings.said("SeatLost")] == ["withdrawn", "lapsed"]
    meetings.refusal(contract.OfferLapsed, "accept_seat", by=head, meeting_id=meeting_id)
    meetings.ask("accept_seat", by=following, meeting_id=meeting_id)
    assert meetings.place_of(meeting_id, following) == "confirmed"
    assert len(meetings.said("SeatOffered")) == 2


def test_rule_5_more_seats_promote_and_do_not_go_round_approval(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host, capacity=1, selection="organiser")
    (one, first), (two, second), (three, _) = (meetings.register(meeting_id) for _ in range(3))
    for registration in (first, second):
        meetings.ask("approve", by=host, meeting_id=meeting_id, registration_id=registration.id)
    assert meetings.place_of(meeting_id, two) == "waiting"
    meetings.change(meeting_id, host, capacity=9)
    places = [meetings.place_of(meeting_id, person) for person in (one, two, three)]
    assert places == ["confirmed", "confirmed", "pending"]


def test_rule_6_after_the_cut_off_nobody_is_promoted(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(capacity=1)
    seated, _ = meetings.register(meeting_id)
    head, _ = meetings.register(meeting_id)
    meetings.now = STARTS - 2 * HOUR
    assert meetings.answer("withdraw", by=seated, meeting_id=meeting_id).said("SeatConfirmed") == []
    assert meetings.place_of(meeting_id, head) == "waiting"


def test_rule_7_capacity_below_the_seats_given_is_refused(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host, capacity=2)
    for _ in range(2):
        meetings.register(meeting_id)
    with pytest.raises(contract.CapacityTaken) as refused:
        meetings.change(meeting_id, host, capacity=1)
    assert refused.value.details["confirmed"] == 2


def test_rule_8_a_meeting_that_becomes_private_keeps_its_people(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host, capacity=1)
    (seated, _), (waiting, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    meetings.change(meeting_id, host, selection="organiser")
    assert meetings.place_of(meeting_id, waiting) == "pending"
    meetings.change(meeting_id, host, access="private", selection="organiser")
    assert meetings.place_of(meeting_id, seated) == "confirmed"


def test_rule_9_the_organiser_is_not_counted_unless_registered(meetings: Meetings) -> None:
    host, speaker = meetings.person(), meetings.person()
    meeting_id = meetings.meeting(host, capacity=2)
    meetings.ask("name_crew", by=host, meeting_id=meeting_id, speakers=[speaker])
    assert meetings.ask("meeting", meeting_id=meeting_id).places_left == 2
    meetings.register(meeting_id, speaker)
    assert meetings.ask("meeting", meeting_id=meeting_id).places_left == 1


def test_rule_10_who_was_invited_and_accepted_may_withdraw_until_the_end(meetings: Meetings) -> None:
    host, friend = meetings.person(), meetings.person()
    meetings.people.contacts.add(frozenset((host, friend)))
    meeting_id = meetings.meeting(host, access="private")
    meetings.ask("invite", by=host, meeting_id=meeting_id, person_ids=[friend])
    meetings.register(meeting_id, friend)
    meetings.now = STARTS + HOUR
    assert meetings.ask("withdraw", by=friend, meeting_id=meeting_id).place is Place.WITHDRAWN


def test_rule_11_a_private_meeting_is_nowhere_for_the_uninvited(meetings: Meetings) -> None:
    host, friend, stranger = meetings.person(), meetings.person(), meetings.person()
    meetings.people.contacts.add(frozenset((host, friend)))
    meeting_id = meetings.meeting(host, access="private")
    meetings.ask("invite", by=host, meeting_id=meeting_id, person_ids=[friend])
    for method in (
        "meeting",
        "register",
        "withdraw",
        "roster",
        "posts",
        "join",
        "draw",
        "meeting_calendar",
        "remind_me",
    ):
        given = {"registration_id": uuid.uuid7()} if method == "register" else {}
        meetings.refusal(NotFound, method, by=stranger, meeting_id=meeting_id, **given)
    meetings.refusal(NotFound, "meeting", meeting_id=meeting_id)
    assert meetings.ask("meetings", by=stranger).meetings == ()
    assert meetings.ask("calendar", by=stranger, month="2026-09-01").meetings == ()
    assert "SUMMARY" not in meetings.ask("public_feed").text
    assert meetings.ask("meeting_cards", by=stranger, ids=[meeting_id]) == ()
    assert meetings.ask("meeting_versions") == ()
    assert not meetings.ask("meeting_documents", ids=[meeting_id])[0].listed
    assert meetings.ask("meeting", by=friend, meeting_id=meeting_id).invited
    assert [m.id for m in meetings.ask("my_meetings", by=friend).invited] == [meeting_id]
    _, mine = meetings.register(meeting_id, friend)
    assert mine.place is Place.CONFIRMED


def test_rule_12_a_cancelled_meeting_says_why_and_gives_no_seats(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host)
    seated, _ = meetings.register(meeting_id)
    said = meetings.answer("cancel", by=host, meeting_id=meeting_id, reason="The speaker is ill.")
    assert said.said("MeetingCancelled")[0]["sequence"] == 1
    shown = meetings.ask("meeting", by=seated, meeting_id=meeting_id)
    assert (shown.state, shown.cancelled_reason) == ("cancelled", "The speaker is ill.")
    assert "withdraw" not in shown.actions
    meetings.refusal(
        contract.NotPossibleAnyMore,
        "register",
        by=meetings.person(),
        meeting_id=meeting_id,
        registration_id=uuid.uuid7(),
    )
    assert seated in meetings.ask("participants", meeting_id=meeting_id)
    meetings.refusal(Invalid, "cancel", by=host, meeting_id=meeting_id, reason="")


def test_rule_13_before_the_period_one_can_only_be_reminded(meetings: Meetings) -> None:
    opens = meetings.now + DAY
    meeting_id = meetings.meeting(
        registration_from=opens.isoformat(), registration_until=(opens + DAY).isoformat(),
        instructions="Tell us what you teach.",
    )  # fmt: skip
    person = meetings.person()
    shown = meetings.ask("meeting", by=person, meeting_id=meeting_id)
    assert (shown.phase, shown.sheet.instructions, shown.actions) == ("before", "", ("remind",))
    refused = meetings.refusal(
        contract.RegistrationNotOpen,
        "register",
        by=person,
        meeting_id=meeting_id,
        registration_id=uuid.uuid7(),
    )
    assert refused.details == {"phase": "before"}
    assert meetings.ask("remind_me", by=person, meeting_id=meeting_id).reminded
    meetings.time_is(opens)
    assert len(meetings.said("ApplicationsOpened")) == 1
    assert meetings.ask("reminded", meeting_id=meeting_id) == (person,)
    shown = meetings.ask("meeting", by=person, meeting_id=meeting_id)
    assert (shown.phase, shown.sheet.instructions) == ("open", "Tell us what you teach.")
    assert "register" in shown.actions
    meetings.time_is(opens + DAY)
    assert meetings.ask("meeting", by=person, meeting_id=meeting_id).phase == "closed"
    assert len(meetings.said("ApplicationsOpened")) == 1, "said once"


def drawn(
    meetings: Meetings, selection: str = "lottery", countries: str = "ES ES ES ES PL"
) -> tuple[UUID, list[UUID]]:
    closes = meetings.now + DAY
    meeting_id = meetings.meeting(selection=selection, capacity=2, registration_until=closes.isoformat())
    people = [meetings.register(meeting_id, country=c)[0] for c in countries.split()]
    meetings.time_is(closes)
    return meeting_id, people


def test_rule_14_a_lottery_is_drawn_when_registration_closes_and_anybody_can_compute_it_again(
    meetings: Meetings,
) -> None:
    meeting_id, people = drawn(meetings)
    before = meetings.ask("meeting", meeting_id=meeting_id).seed_hash
    told = meetings.ask("draw", meeting_id=meeting_id)
    assert seed_hash(told.seed) == told.seed_hash == before
    assert order_of(told.tickets, told.selection, told.seed) == told.order
    places = {}
    for person in people:
        mine = meetings.ask("meeting", by=person, meeting_id=meeting_id).mine
        places[mine.id] = (mine.place, mine.position)
        assert meetings.ask("draw", by=person, meeting_id=meeting_id).mine == mine.id
    expected = [("confirmed", None)] * 2 + [("waiting", n) for n in (1, 2, 3)]
    assert [places[i] for i in told.order] == expected
    assert len(meetings.said("SeatConfirmed")) == 2
    [said] = meetings.said("SeatsDrawn")
    assert (said["applicants"], said["seats"]) == (5, 2)
    assert "person" not in str(plain(told.tickets)), "tickets bear no names"


def test_rule_14_before_the_draw_only_the_hash_of_the_seed_is_known(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(selection="lottery")
    shown = meetings.ask("meeting", meeting_id=meeting_id)
    assert len(shown.seed_hash) == 64
    meetings.refusal(contract.NotDrawn, "draw", meeting_id=meeting_id)


def test_rule_14_priority_prefers_first_timers_and_whoever_was_not_selected_last_time(
    meetings: Meetings,
) -> None:
    officer = meetings.officer()
    old, lucky, unlucky, new = (meetings.person() for _ in range(4))

    def course(days: int, capacity: int, selection: str, *people: UUID) -> UUID:
        meetings.now += HOUR
        starts = meetings.now + timedelta(days=days)
        meeting_id = meetings.meeting(
            officer, kind="webinar", selection=selection, capacity=capacity, starts_at=starts.isoformat(),
            ends_at=(starts + HOUR).isoformat(), registration_until=(meetings.now + HOUR).isoformat(),
        )  # fmt: skip
        for person in people:
            meetings.register(meeting_id, person)
        meetings.time_is(meetings.now + HOUR)
        return meeting_id

    course(1, 5, "first_come", old, lucky, unlucky)
    last = course(1, 2, "lottery", old, lucky, unlucky)
    missed = [p for p in (old, lucky, unlucky) if meetings.place_of(last, p) == "waiting"]
    now = course(2, 2, "priority", old, lucky, unlucky, new)
    told = meetings.ask("draw", meeting_id=now)
    favoured = {p for p in (old, lucky, unlucky, new) if meetings.place_of(now, p) == "confirmed"}
    assert favoured == {new, *missed}
    assert sum(t.first_timer for t in told.tickets) == 1
    assert sum(t.missed_last_time for t in told.tickets) == 1


def test_rule_15_not_coming_twice_lowers_the_priority_and_is_shown(meetings: Meetings) -> None:
    host, person = meetings.person(), meetings.person()
    for day in (1, 2):
        starts = meetings.now + timedelta(days=day)
        meeting_id = meetings.meeting(host, starts_at=starts.isoformat(), ends_at=(starts + HOUR).isoformat())
        meetings.register(meeting_id, person)
        _, came = meetings.register(meeting_id)
        meetings.now = starts
        meetings.ask("check_in", by=host, meeting_id=meeting_id, registration_ids=[came.id])
        meetings.time_is(starts + 3 * HOUR)
    mine = meetings.ask("my_meetings", by=person)
    assert (mine.no_shows, mine.lower_priority) == (2, True)
    now = meetings.now
    starts = now + 5 * DAY
    meeting_id = meetings.meeting(
        selection="lottery", capacity=1, starts_at=starts.isoformat(), ends_at=(starts + HOUR).isoformat(),
        registration_until=(now + DAY).isoformat(),
    )  # fmt: skip
    _, lowered = meetings.register(meeting_id, person)
    for _ in range(3):
        meetings.register(meeting_id)
    meetings.time_is(now + DAY)
    assert meetings.ask("draw", meeting_id=meeting_id).order[-1] == lowered.id
    meetings.now += 90 * DAY
    assert not meetings.ask("my_meetings", by=person).lower_priority


# ---- the ways in


def test_registering_twice_with_one_id_is_one_registration(meetings: Meetings) -> None:
    meeting_id, person, registration_id = meetings.meeting(), meetings.person(), uuid.uuid7()
    given: dict[str, Any] = {"by": person, "meeting_id": meeting_id, "registration_id": registration_id}
    first, second = meetings.ask("register", **given), meetings.ask("register", **given)
    assert first == second
    meetings.refusal(contract.RegisteredAlready, "register", **given | {"registration_id": uuid.uuid7()})
    assert len(meetings.said("SeatConfirmed")) == 1


def test_a_second_try_begins_at_the_end_of_the_line(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(capacity=1)
    meetings.register(meeting_id)
    (one, _), (two, _) = meetings.register(meeting_id), meetings.register(meeting_id)
    meetings.ask("withdraw", by=one, meeting_id=meeting_id)
    assert meetings.register(meeting_id, one)[1].position == 2
    assert meetings.ask("meeting", by=two, meeting_id=meeting_id).mine.position == 1


def test_a_refusal_is_told_with_its_reason_to_the_person_alone(meetings: Meetings) -> None:
    host = meetings.person()
    meeting_id = meetings.meeting(host, selection="organiser")
    person, asked = meetings.register(meeting_id)
    said = meetings.answer(
        "refuse", by=host, meeting_id=meeting_id, registration_id=asked.id, reason="For primary schools."
    )
    assert said.said("SeatLost")[0]["place"] == "refused"
    assert "For primary schools." not in str(said.events)
    assert meetings.ask("meeting", by=person, meeting_id=meeting_id).mine.reason == "For primary schools."
    meetings.refusal(
        contract.NotTheHost, "approve", by=person, meeting_id=meeting_id, registration_id=asked.id
    )


def test_a_seat_of_a_closed_account_goes_to_whoever_waits(meetings: Meetings) -> None:
    meeting_id, over = meetings.meeting(capacity=1), meetings.meeting(capacity=1)
    gone, _ = meetings.register(meeting_id)
    meetings.register(over, gone)
    head, _ = meetings.register(meeting_id)
    meetings.ask(
        "cancel", by=meetings.ask("meeting", meeting_id=over).organiser_id, meeting_id=over, reason="Ill."
    )
    meetings.ask("account_closed", closed=identity.AccountClosed(gone, meetings.now))
    assert meetings.place_of(meeting_id, head) == "confirmed"
    assert meetings.place_of(meeting_id, gone) == "withdrawn"


def test_only_members_register(meetings: Meetings) -> None:
    meeting_id = meetings.meeting()
    given = {"meeting_id": meeting_id, "registration_id": uuid.uuid7()}
    meetings.refusal(Forbidden, "register", by=meetings.officer(), **given)


def test_a_national_offer_is_for_its_own_country(meetings: Meetings) -> None:
    meeting_id = meetings.meeting(meetings.officer("nss-pl"), kind="webinar", national=True)
    given = {"meeting_id": meeting_id, "registration_id": uuid.uuid7()}
    refused = meetings.refusal(contract.OnlyForCountry, "register", by=meetings.person("ES"), **given)
    assert refused.details["country"] == "PL"
    assert meetings.register(meeting_id, country="PL")[1].place is Place.CONFIRMED
    meetings.refusal(
        contract.SheetRefused,
        "organise",
        by=meetings.officer("css", "css"),
        **(meetings.sheet() | {"meeting_id": uuid.uuid7(), "kind": "webinar", "national": True}),
    )
