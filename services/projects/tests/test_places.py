"""The way into a running project, and outlines that others begin with. (PR-16 PR-17 PR-21 PR-28 PR-36 b.5 b.6)"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.contract import NotFound
from services.projects.contract import (
    Candidate,
    FoundingSchool,
    Full,
    NotAFounder,
    NotInThisState,
    PartnerNotAllowed,
    PlaceSettled,
    PlaceState,
    ProjectState,
    Sheet,
    WhyNot,
)
from services.projects.domain import Facts, Place, Project, judge, limits

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
FOUNDER, CO_FOUNDER, ASKER = UUID(int=1), UUID(int=2), UUID(int=3)
SHEET = Sheet(
    "Songs we swap", "We sing.", ("en",), ("music",), 9, 12, 40, "ears", "To sing", "Weekly", "A songbook",
    None, None, True,
)  # fmt: skip
WILLING = Candidate(ASKER, True, (), ())


def project(state: ProjectState = ProjectState.ACTIVE) -> Project:
    schools = (
        FoundingSchool(uuid4(), FOUNDER, "ES", "nss-es"),
        FoundingSchool(uuid4(), CO_FOUNDER, "PL", "nss-pl"),
    )
    return Project(
        uuid4(), FOUNDER, NOW, NOW, sheet=SHEET, state=state, co_founder_id=CO_FOUNDER,
        founding_schools=schools, submitted_at=NOW, approved_at=NOW,
    )  # fmt: skip


def asked(running: Project) -> Place:
    return Place(uuid4(), running.id, ASKER, PlaceState.ASKED, NOW, "May we?")


def offered(running: Project) -> Place:
    place = asked(running)
    place.offer(running, WILLING, by=FOUNDER, at=NOW)
    return place


def facts(person: UUID, **changes: Any) -> Facts:
    told = {
        "contact": True, "available": True, "available_plus": False, "plus": False,
        "validated": True, "closed": False, "blocked": False, "country": "FR",
    }  # fmt: skip
    return Facts(person, **(told | changes))


def test_the_founders_answer_a_request_with_an_invitation_and_the_asker_joins() -> None:
    running = project()
    place = asked(running)
    assert place.ask(running, at=NOW).founders == (FOUNDER, CO_FOUNDER)
    assert place.offer(running, WILLING, by=CO_FOUNDER, at=NOW).person_id == ASKER
    place.accept(by=ASKER, at=NOW)
    school = uuid4()
    joined = running.join(place, school, "FR", at=NOW)
    assert (joined.project_id, joined.person_id, joined.school_id) == (running.id, ASKER, school)
    assert running.members == (FOUNDER, CO_FOUNDER, ASKER)
    assert running.countries == ("ES", "PL", "FR")
    assert running.actions_for(ASKER) == ("open_twinspace", "copy_outline")


def test_the_founders_say_why_not_and_only_they() -> None:
    running = project()
    place = asked(running)
    with pytest.raises(NotAFounder):
        place.refuse(running, "No room", by=ASKER, at=NOW)
    place.refuse(running, "We are complete.", by=FOUNDER, at=NOW)
    assert (place.state, place.reason) == (PlaceState.REFUSED, "We are complete.")
    with pytest.raises(PlaceSettled):
        place.offer(running, WILLING, by=FOUNDER, at=NOW)


def test_nobody_is_invited_against_a_reason_and_every_reason_is_named() -> None:
    running = project()
    refused = Candidate(ASKER, False, (WhyNot.NOT_AVAILABLE, WhyNot.PROJECT_WITHOUT_PLUS), ())
    with pytest.raises(PartnerNotAllowed) as found:
        asked(running).offer(running, refused, by=FOUNDER, at=NOW)
    assert found.value.details["reasons"] == ["not_available", "project_without_plus"]


@pytest.mark.parametrize(
    "state", [s for s in ProjectState if s not in (ProjectState.APPROVED, ProjectState.ACTIVE)]
)
def test_there_are_places_in_running_projects_only(state: ProjectState) -> None:
    ended = project(state)
    with pytest.raises(NotInThisState):
        asked(ended).ask(ended, at=NOW)
    assert "ask_for_place" not in ended.actions_for(ASKER)


def test_a_project_has_as_many_partners_as_were_agreed() -> None:
    running = project()
    for _ in range(limits().partners - 2):
        running.join(Place(uuid4(), running.id, uuid4(), PlaceState.JOINED, NOW), uuid4(), "FR", at=NOW)
    with pytest.raises(Full):
        asked(running).offer(running, WILLING, by=FOUNDER, at=NOW)


def test_only_the_invited_person_accepts_or_declines() -> None:
    running = project()
    place = offered(running)
    with pytest.raises(NotFound):
        place.accept(by=FOUNDER, at=NOW)
    with pytest.raises(NotFound):
        place.decline(by=FOUNDER, at=NOW)
    assert place.decline(by=ASKER, at=NOW).state is PlaceState.DECLINED
    with pytest.raises(PlaceSettled):
        place.accept(by=ASKER, at=NOW)


def test_a_request_is_taken_back_by_who_made_it() -> None:
    place = asked(project())
    assert place.decline(by=ASKER, at=NOW).state is PlaceState.WITHDRAWN


def test_an_invitation_holds_thirty_days_and_then_lapses() -> None:
    place = offered(project())
    assert place.lapses_at == NOW + timedelta(days=30)
    place.lapse(at=place.lapses_at)
    with pytest.raises(PlaceSettled):
        place.accept(by=ASKER, at=place.lapses_at)


def test_a_partner_may_come_from_a_founders_country_and_from_plus_as_the_rule_has_it() -> None:
    inviter = facts(FOUNDER, country="FR", available_plus=True)
    assert judge(inviter, facts(ASKER), allow_plus=False, founding=False).allowed
    assert WhyNot.SAME_COUNTRY in judge(inviter, facts(ASKER), allow_plus=False).reasons
    plus = facts(ASKER, plus=True, country="GE")
    assert judge(inviter, plus, allow_plus=True, founding=False).allowed
    assert judge(inviter, plus, allow_plus=False, founding=False).reasons == (WhyNot.PROJECT_WITHOUT_PLUS,)
    both = judge(facts(FOUNDER, plus=True, available_plus=True), plus, allow_plus=True, founding=False)
    assert both.allowed


@given(contact=st.booleans(), available=st.booleans(), closed=st.booleans(), blocked=st.booleans())
def test_nobody_joins_who_is_no_contact_not_available_closed_or_blocked(
    contact: bool, available: bool, closed: bool, blocked: bool
) -> None:
    person = facts(ASKER, contact=contact, available=available, closed=closed, blocked=blocked)
    found = judge(facts(FOUNDER), person, allow_plus=True, founding=False)
    assert found.allowed is (contact and available and not closed and not blocked)


def test_an_outline_is_how_the_work_goes_and_not_what_was_made() -> None:
    outline = project().outline()
    assert (outline.aims, outline.process, outline.tools) == ("To sing", "Weekly", "ears")
    assert (outline.subjects, outline.languages, outline.age_from, outline.age_to) == (
        ("music",),
        ("en",),
        9,
        12,
    )
    assert (outline.title, outline.description, outline.results, outline.starts_on) == ("", "", "", None)


def test_founders_see_what_they_can_answer_and_others_only_their_own() -> None:
    running = project()
    place = asked(running)
    assert place.actions_for(FOUNDER, running.founders) == ("offer", "refuse")
    assert place.actions_for(ASKER, running.founders) == ("take_back",)
    assert offered(running).actions_for(ASKER, running.founders) == ("accept", "decline")
    assert place.actions_for(uuid4(), running.founders) == ()
