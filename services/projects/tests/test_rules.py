"""Rule b.5 and the project's life, without any database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.projects.contract import (
    Candidate,
    CoFounderNotAllowed,
    ConfirmationNeeded,
    DatesOutOfOrder,
    FoundingSchool,
    Incomplete,
    NotAFounder,
    NotInThisState,
    ProjectState,
    Sheet,
    WhyNot,
)
from services.projects.domain import EMPTY, Facts, Project, judge

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
ANA, TOMEK, EVA = UUID(int=1), UUID(int=2), UUID(int=3)
SCHOOLS = (
    FoundingSchool(UUID(int=11), ANA, "ES", "nss-es"),
    FoundingSchool(UUID(int=12), TOMEK, "PL", "nss-pl"),
)
FINE = Candidate(TOMEK, True, (), ())
COMPLETE = Sheet(
    "Songs", "Pupils sing each other's songs.", ("en",), ("music",), 9, 12, None,
    "", "To sing.", "", "", date(2027, 1, 10), date(2027, 5, 30), False,
)  # fmt: skip

people = st.builds(
    Facts,
    person_id=st.just(TOMEK),
    contact=st.booleans(),
    available=st.booleans(),
    available_plus=st.booleans(),
    plus=st.booleans(),
    validated=st.booleans(),
    closed=st.booleans(),
    blocked=st.booleans(),
    country=st.sampled_from(["ES", "PL", "GE", None]),
)


@given(people, people, st.booleans())
def test_somebody_is_allowed_exactly_when_no_reason_holds(
    inviter: Facts, invitee: Facts, allow_plus: bool
) -> None:
    judged = judge(inviter, invitee, allow_plus=allow_plus)
    assert judged.allowed is (judged.reasons == ())
    assert (WhyNot.NOT_VALIDATED in judged.warnings) is (not invitee.validated)
    assert WhyNot.NOT_VALIDATED not in judged.reasons


@given(people, people, st.booleans())
def test_whoever_is_not_available_not_a_contact_blocked_or_gone_is_never_allowed(
    inviter: Facts, invitee: Facts, allow_plus: bool
) -> None:
    judged = judge(inviter, invitee, allow_plus=allow_plus)
    if not invitee.available or not invitee.contact or invitee.blocked or invitee.closed:
        assert not judged.allowed


@given(people, people)
def test_a_plus_partner_needs_the_inviters_and_the_projects_consent(inviter: Facts, invitee: Facts) -> None:
    if invitee.plus and not inviter.plus:
        assert WhyNot.PROJECT_WITHOUT_PLUS in judge(inviter, invitee, allow_plus=False).reasons
        missing = WhyNot.INVITER_WITHOUT_PLUS in judge(inviter, invitee, allow_plus=True).reasons
        assert missing is not inviter.available_plus


@given(people, people)
def test_more_openness_never_adds_a_reason(inviter: Facts, invitee: Facts) -> None:
    closed = set(judge(inviter, invitee, allow_plus=False).reasons)
    opened = set(judge(inviter, invitee, allow_plus=True).reasons)
    assert opened <= closed


def draft(**changes: Any) -> Project:
    project = Project(UUID(int=9), ANA, NOW, NOW)
    project.save(COMPLETE, SCHOOLS[0].school_id, TOMEK, by=ANA, at=NOW)
    for name, value in changes.items():
        setattr(project, name, value)
    return project


def submitted() -> Project:
    project = draft()
    project.submit(FINE, SCHOOLS, by=ANA, at=NOW)
    return project


def test_a_draft_says_everything_that_is_missing_at_once() -> None:
    with pytest.raises(Incomplete) as refused:
        draft(sheet=EMPTY).submit(FINE, SCHOOLS, by=ANA, at=NOW)
    assert {"title", "description", "languages", "subjects", "aims", "starts_on"} <= set(refused.value.fields)


def test_only_an_allowed_co_founder_is_invited() -> None:
    refused = Candidate(TOMEK, False, (WhyNot.NOT_AVAILABLE, WhyNot.NOT_A_CONTACT), ())
    with pytest.raises(CoFounderNotAllowed) as told:
        draft().submit(refused, SCHOOLS, by=ANA, at=NOW)
    assert told.value.details["reasons"] == ["not_available", "not_a_contact"]


@pytest.mark.parametrize(("starts", "ends"), [((2027, 1, 1), (2027, 1, 7)), ((2027, 5, 1), (2027, 1, 1))])
def test_a_project_lasts_a_week_at_least(starts: tuple[int, int, int], ends: tuple[int, int, int]) -> None:
    sheet = replace(COMPLETE, starts_on=date(*starts), ends_on=date(*ends))
    with pytest.raises(DatesOutOfOrder):
        draft(sheet=sheet).submit(FINE, SCHOOLS, by=ANA, at=NOW)


def test_nobody_but_the_founders_may_do_anything() -> None:
    project = submitted()
    for act in (
        lambda: project.edit(COMPLETE, False, by=EVA, at=NOW),
        lambda: project.close(confirmed=True, by=EVA, at=NOW),
        lambda: project.start(by=EVA, at=NOW),
    ):
        with pytest.raises(NotAFounder):
            act()
    assert project.actions_for(EVA) == ()
    assert "edit" in project.actions_for(TOMEK)


@given(
    st.permutations(
        [(3, ProjectState.PENDING_APPROVAL), (5, ProjectState.CHANGES_REQUESTED), (8, ProjectState.REJECTED)]
    )
)
def test_news_from_approvals_may_come_in_any_order(news: list[tuple[int, ProjectState]]) -> None:
    project = submitted()
    for sequence, state in news:
        project.approval_moved(state, sequence=sequence, at=NOW)
    assert project.state is ProjectState.REJECTED


def test_activating_twice_is_activating_once() -> None:
    project = submitted()
    first = project.activate(at=NOW)
    again = project.activate(at=NOW + timedelta(hours=1))
    assert first == again
    assert project.state is ProjectState.APPROVED


def test_a_refused_project_is_never_activated() -> None:
    project = submitted()
    project.approval_moved(ProjectState.REJECTED, sequence=9, at=NOW)
    with pytest.raises(NotInThisState):
        project.activate(at=NOW)


def test_closing_asks_for_confirmation() -> None:
    project = submitted()
    project.activate(at=NOW)
    with pytest.raises(ConfirmationNeeded):
        project.close(confirmed=False, by=ANA, at=NOW)
    assert project.close(confirmed=True, by=TOMEK, at=NOW).project_id == project.id


@pytest.mark.parametrize(
    ("change", "substance"),
    [({"aims": "Else."}, True), ({"age_to": 14}, True), ({"title": "Other songs"}, False)],
)
def test_ages_and_aims_are_substance_and_a_title_is_not(change: dict[str, Any], substance: bool) -> None:
    assert submitted().edit(replace(COMPLETE, **change), False, by=ANA, at=NOW).substance is substance
