"""What registration and affiliations make of a person. (b.1 b.2)"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import Grant, Invalid
from services.identity.contract import (
    AffiliationCard,
    AffiliationOver,
    AffiliationState,
    ContactState,
    PersonState,
    SchoolCard,
    SchoolRole,
    Visibility,
)
from services.identity.domain import Affiliation, Registration, roles_of, state_of
from services.identity.domain.person import Person, ProfileText
from services.identity.domain.privacy import Reader
from services.identity.domain.session import over

AT = datetime(2026, 9, 1, tzinfo=UTC)
SCHOOL = SchoolCard(UUID(int=7), "Colegio", "ES", None, None, "Zaragoza", "nss-es", None)

registrations = st.builds(
    Registration, st.sampled_from(SchoolRole), st.booleans(), st.booleans(), st.booleans()
)
affiliations = st.lists(
    st.builds(
        lambda role, state: AffiliationCard(
            UUID(int=1), UUID(int=2), SCHOOL, role, state, date(2026, 9, 1), None, AT
        ),
        st.sampled_from(SchoolRole),
        st.sampled_from(AffiliationState),
    ),
    max_size=4,
).map(tuple)
officer = (Grant("officer", "nss-es"),)


def holds(roles: tuple[Grant, ...], role: str) -> bool:
    return any(grant.role == role for grant in roles)


@given(registrations, affiliations)
def test_a_member_is_always_confirmed_validated_and_of_a_school(
    person: Registration, cards: tuple[AffiliationCard, ...]
) -> None:
    member = holds(roles_of(person, cards, ()), "member")
    assert member == (
        person.confirmed
        and not person.closed
        and not person.suspended
        and person.role_kind is not SchoolRole.COMPANY_STAFF
        and any(card.state is AffiliationState.VALIDATED for card in cards)
    )


@given(registrations, affiliations)
def test_a_closed_suspended_or_unconfirmed_account_never_has_a_role(
    person: Registration, cards: tuple[AffiliationCard, ...]
) -> None:
    if person.closed or person.suspended or not person.confirmed:
        assert roles_of(person, cards, officer) == ()
    else:
        assert officer[0] in roles_of(person, cards, officer)


@given(registrations, affiliations)
def test_a_head_teachers_role_names_a_school_that_has_confirmed_it(
    person: Registration, cards: tuple[AffiliationCard, ...]
) -> None:
    heads = [card for card in cards if card.role is SchoolRole.HEAD_TEACHER]
    if holds(roles_of(person, cards, ()), "head_teacher"):
        assert any(card.state is AffiliationState.VALIDATED for card in heads)


@given(affiliations, st.sampled_from(AffiliationState))
def test_another_school_never_takes_a_membership_away(
    cards: tuple[AffiliationCard, ...], more: AffiliationState
) -> None:
    person = Registration(SchoolRole.TEACHER, confirmed=True, suspended=False, closed=False)
    states = [card.state for card in cards]
    if state_of(person, states) is PersonState.VALIDATED:
        assert state_of(person, [*states, more]) is PersonState.VALIDATED


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((), PersonState.PROFILE_INCOMPLETE),
        ((AffiliationState.AWAITING,), PersonState.AWAITING_VALIDATION),
        ((AffiliationState.REFUSED,), PersonState.REJECTED),
        ((AffiliationState.REFUSED, AffiliationState.AWAITING), PersonState.AWAITING_VALIDATION),
        ((AffiliationState.ENDED,), PersonState.PROFILE_INCOMPLETE),
        ((AffiliationState.AWAITING, AffiliationState.VALIDATED), PersonState.VALIDATED),
    ],
)
def test_the_best_affiliation_makes_the_state(
    states: tuple[AffiliationState, ...], state: PersonState
) -> None:
    person = Registration(SchoolRole.TEACHER, confirmed=True, suspended=False, closed=False)
    assert state_of(person, states) is state


def affiliation(role: SchoolRole = SchoolRole.TEACHER) -> Affiliation:
    return Affiliation.request(UUID(int=1), UUID(int=2), UUID(int=7), role, AT)


@given(st.lists(st.sampled_from(["validate", "refuse"]), min_size=1, max_size=6))
def test_the_first_decision_on_an_affiliation_stands(decisions: list[str]) -> None:
    asked = affiliation()
    first = decisions[0]
    said = []
    for decision in decisions:
        try:
            said.append(getattr(asked, decision)(AT))
        except AffiliationOver:
            assert decision != first
    assert [event for event in said if event] == said[:1]
    assert asked.state == {"validate": "validated", "refuse": "refused"}[first]


def test_a_firms_staff_is_no_schools_staff() -> None:
    with pytest.raises(Invalid):
        affiliation(SchoolRole.COMPANY_STAFF)


def person() -> Person:
    return Person(
        UUID(int=2), "Ana", "ana@example.org", "", "ES", SchoolRole.TEACHER, "es", "Europe/Madrid", AT, AT
    )


def test_a_fresh_account_is_private_and_available_for_nothing() -> None:
    fresh = person()
    assert (fresh.available, fresh.available_plus) == (False, False)
    assert Visibility.PUBLIC not in (fresh.profile_visibility, fresh.email_visibility, fresh.city_visibility)


@given(st.booleans(), st.booleans(), st.integers(0, 900))
def test_an_answer_about_availability_is_dated_and_in_force_at_once(
    plain: bool, plus: bool, days: int
) -> None:
    someone, then = person(), AT + timedelta(days=days)
    said = someone.answer_availability(plain, plus, then)
    assert (someone.available, someone.available_plus, someone.availability_at) == (plain, plus, then)
    assert (said.available, said.available_plus, said.at) == (plain, plus, then)


def test_ages_go_from_young_to_old() -> None:
    with pytest.raises(Invalid) as refused:
        person().change_profile(ProfileText("Ana", age_from=12, age_to=10), "", AT)
    assert refused.value.fields == {"age_to": "before_age_from"}


@given(st.sampled_from(Visibility), st.sampled_from(ContactState), st.booleans())
def test_a_contact_sees_at_least_what_a_member_sees_and_a_member_what_a_visitor_sees(
    visibility: Visibility, state: ContactState, member: bool
) -> None:
    visitor = Reader()
    reader = Reader(signed_in=True, member=member, contact=state)
    contact = Reader(signed_in=True, member=member, contact=ContactState.ACCEPTED)
    assert visitor.sees(visibility) <= reader.sees(visibility) <= contact.sees(visibility)
    assert Reader(is_self=True).sees(visibility)


def test_who_is_asked_may_see_who_asks() -> None:
    asked = Reader(signed_in=True, contact=ContactState.RECEIVED)
    assert asked.finds(Visibility.CONTACTS)
    assert not Reader(signed_in=True, member=True).finds(Visibility.CONTACTS)


@pytest.mark.parametrize(
    ("hours", "idle", "roles", "ended"),
    [
        (1, 29, (), False),
        (1, 30, (), True),
        (1, 14, officer, False),
        (1, 15, officer, True),
        (12, 0, (), True),
    ],
)
def test_a_session_ends_unused_or_after_half_a_day_and_an_officers_sooner(
    hours: int, idle: int, roles: tuple[Grant, ...], ended: bool
) -> None:
    assert over(timedelta(hours=hours), timedelta(minutes=idle), roles) is ended
