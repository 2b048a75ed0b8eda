"""Days pass: reminders, escalation, the fifteenth day and its causes, and invitations nobody answers."""

import pytest

from tests.journeys.europe import Europe
from tests.journeys.test_registration import confirm, join_a_new_school, register
from tests.stack import eventually, mails

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(300)]


def test_after_fifteen_days_the_founders_learn_whose_turn_it_is(europe: Europe) -> None:
    officer = europe.officer("nss-pl")
    invited = europe.submitted_project()
    at_head = europe.accepted_project()
    at_region = europe.accepted_project()
    europe.head_teacher_says(at_region, "ES")
    at_other = europe.accepted_project()
    europe.walk_chain(at_other, "ES")
    europe.head_teacher_says(at_other, "PL")
    expected = {
        invited.id: "partner_has_not_accepted",
        at_head.id: "head_teacher_pending",
        at_region.id: "regional_pending",
        at_other.id: "other_organisation_pending",
    }
    assert not invited.explained_to(invited.founder)["late"]

    europe.days_pass(15)

    for project in (invited, at_head, at_region, at_other):
        told = project.explained_to(project.founder)
        assert told["late"], expected[project.id]
        assert told["days"] == 15
        assert expected[project.id] in told["causes"]
        europe.is_told(project.founder, "late", project)
    reminders = mails(at_head.co_founder.school.head_email)
    assert len(reminders) == 2, "the request, and after an outage only the latest reminder"
    europe.is_told(officer, "overdue", at_head)
    overdue = officer.get("/queue", overdue=True)
    assert overdue["overdue"] >= 1


def test_while_changes_are_made_no_clock_runs(europe: Europe) -> None:
    project = europe.accepted_project()
    europe.head_teacher_says(project, "PL")
    europe.organisation_says(project, "PL", "request_changes", reason="Say more.")
    before = len(mails(project.founder.school.head_email))
    europe.days_pass(20)
    told = project.explained_to(project.founder)
    assert not told["late"]
    assert told["days"] == 0
    assert len(mails(project.founder.school.head_email)) == before
    project.founder.post(f"/projects/{project.id}/changes")
    eventually(lambda: europe._waiting(project, "support_organisation", "PL"), "the clocks run again")


def test_an_invitation_nobody_answers_expires_after_thirty_days_with_a_warning_before(europe: Europe) -> None:
    project = europe.submitted_project()
    europe.days_pass(21)
    europe.is_told(project.founder, "expiry_warning", project)
    assert project.seen_by(project.founder)["state"] == "pending_partner"
    europe.days_pass(9)
    eventually(lambda: project.seen_by(project.founder)["state"] == "expired", "the expiry")
    europe.is_told(project.founder, "project_ended", project)


def test_an_approved_project_starts_on_its_date(europe: Europe) -> None:
    project = europe.approved_project()
    europe.days_pass(61)
    eventually(lambda: project.seen_by(project.founder)["state"] == "active", "the start")
    europe.is_told(project.co_founder, "project_started", project)


def test_a_registration_nobody_looks_at_is_late_after_seven_days(europe: Europe) -> None:
    person = register(europe, "PL", "pl")
    confirm(person)
    person.sign_in()
    affiliation = join_a_new_school(europe, person)
    path = f"/affiliations/{affiliation['id']}/approval"
    eventually(lambda: person.get(path), "who holds it")
    europe.days_pass(8)
    person.sign_in()
    told = person.get(path)
    assert told["late"]
    assert told["causes"] == ["own_organisation_pending"]
