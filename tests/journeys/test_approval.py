"""Two countries sign off side by side; each sees only what it must decide, and one decision is one decision."""

import threading

import httpx
import pytest

from chassis.contract import Grant
from tests.journeys.europe import Europe, Project, Refused
from tests.stack import eventually, mails, rows, stack

pytestmark = pytest.mark.stack


def states(project: Project, country: str) -> dict[str, str]:
    track = next(t for t in project.explained_to(project.founder)["tracks"] if t["country"] == country)
    return {s["kind"]: s["state"] for s in track["steps"]}


def test_nothing_goes_to_authorities_before_the_partner_accepts(europe: Europe) -> None:
    project = europe.submitted_project()
    told = project.explained_to(project.founder)
    assert told["causes"] == ["partner_has_not_accepted"]
    assert set(states(project, "ES").values()) == {"not_started"}
    assert mails(project.founder.school.head_email) == []


def test_both_countries_walk_their_own_chain_at_the_same_time(europe: Europe) -> None:
    project = europe.accepted_project()
    eventually(lambda: states(project, "ES")["head_teacher"] == "waiting", "Spain's head teacher")
    assert list(states(project, "ES")) == ["head_teacher", "regional", "support_organisation"]
    assert list(states(project, "PL")) == ["head_teacher", "support_organisation"]
    europe.head_teacher_says(project, "PL")
    eventually(lambda: states(project, "PL")["support_organisation"] == "waiting", "Poland's service")
    assert states(project, "ES")["regional"] == "not_started"
    europe.organisation_says(project, "PL")
    europe.head_teacher_says(project, "ES")
    told = project.explained_to(project.founder)
    assert told["causes"] == ["regional_pending"]
    europe.organisation_says(project, "ES", kind="regional")
    assert project.explained_to(project.founder)["causes"] == ["own_organisation_pending"]
    assert project.explained_to(project.co_founder)["causes"] == ["other_organisation_pending"]


def test_a_head_teacher_with_an_account_decides_in_the_portal(europe: Europe) -> None:
    school = europe.school("PL")
    head = europe.teacher("PL", school=school, grants=(Grant("head_teacher", str(school.id)),))
    one, other = europe.teacher("ES"), europe.teacher("PL", school=school)
    europe.become_contacts(one, other)
    project = europe.submit(europe.draft(one, other))
    europe.accept(project)
    task = eventually(
        lambda: [t for t in head.get("/me/tasks") if t["subject_id"] == str(project.id)], "the task"
    )[0]
    europe.decide(head, task["id"], "approve")
    assert states(project, "PL")["head_teacher"] == "approved"


def test_looking_at_the_mailed_link_decides_nothing_and_deciding_spends_it(europe: Europe) -> None:
    project = europe.accepted_project()
    link = europe.consent_link(project.co_founder.school)
    shown = httpx.post(f"{stack().public_url}/api/v1/links/view", json={"link": link}).json()
    assert shown["title"] == project.title
    assert "email" not in str(shown)
    assert states(project, "PL")["head_teacher"] == "waiting"
    europe.head_teacher_says(project, "PL")
    again = httpx.post(
        f"{stack().public_url}/api/v1/links/decision", json={"link": link, "outcome": "refuse", "reason": "x"}
    )
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert states(project, "PL")["head_teacher"] == "approved"


@pytest.mark.parametrize("link", ["nonsense", "a.b.c", "WyJ4Il0.Zm9v.YmFy"])
def test_a_link_that_is_not_ours_is_unknown(europe: Europe, link: str) -> None:
    answer = httpx.post(
        f"{stack().public_url}/api/v1/links/decision", json={"link": link, "outcome": "approve"}
    )
    assert answer.status_code == 404


def test_an_officer_sees_and_decides_only_the_own_country(europe: Europe) -> None:
    project = europe.accepted_project()
    europe.head_teacher_says(project, "PL")
    step = eventually(lambda: europe._waiting(project, "support_organisation", "PL"), "Poland's service")
    spanish = europe.officer("nss-es")
    with pytest.raises(Refused) as refused:
        europe.decide(spanish, step["task_id"], "approve", version=step["version"])
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        spanish.get(f"/tasks/{step['task_id']}")
    assert refused.value.status == 404
    tasks = spanish.get("/queue", kind="support_organisation")["tasks"]
    assert {t["country"] for t in tasks} <= {"ES"}


def test_two_officers_at_once_one_decides_and_the_other_is_told(europe: Europe) -> None:
    project = europe.accepted_project()
    europe.head_teacher_says(project, "PL")
    step = eventually(lambda: europe._waiting(project, "support_organisation", "PL"), "Poland's service")
    officer, lead = europe.officer("nss-pl").sign_in(), europe.officer("nss-pl", "lead").sign_in()
    answers: list[httpx.Response] = []

    def say(person: object, outcome: str) -> None:
        body = {"outcome": outcome, "reason": "Because.", "seen_version": step["version"]}
        answers.append(person.client.post(f"/tasks/{step['task_id']}/decision", json=body))

    both = [threading.Thread(target=say, args=a) for a in ((officer, "approve"), (lead, "refuse"))]
    [t.start() for t in both]
    [t.join() for t in both]
    assert sorted(a.status_code for a in answers) == [200, 409]
    late = next(a for a in answers if a.status_code == 409).json()
    assert late["code"] in ("already_decided", "not_open")
    trail = rows(
        "approvals",
        "SELECT what FROM trail t JOIN process p ON p.id = t.process_id "
        "WHERE p.subject_id = :id AND step = :step AND what IN ('decided', 'refused_attempt')",
        id=project.id,
        step=step["key"],
    )
    assert sorted(t["what"] for t in trail) == ["decided", "refused_attempt"]


def test_an_officer_cannot_decide_on_the_own_school(europe: Europe) -> None:
    school = europe.school("PL")
    officer = europe.teacher("PL", school=school, grants=(Grant("officer", "nss-pl"),))
    one, other = europe.teacher("ES"), europe.teacher("PL", school=school)
    europe.become_contacts(one, other)
    project = europe.submit(europe.draft(one, other))
    europe.accept(project)
    europe.head_teacher_says(project, "PL")
    step = eventually(lambda: europe._waiting(project, "support_organisation", "PL"), "Poland's service")
    with pytest.raises(Refused) as refused:
        europe.decide(officer, step["task_id"], "approve", version=step["version"])
    assert (refused.value.status, refused.value.code) == (403, "conflict_of_interest")


def test_one_refusal_ends_it_with_its_reason_and_everyone_is_told(europe: Europe) -> None:
    project = europe.accepted_project()
    europe.head_teacher_says(project, "PL", "refuse", reason="We have no room this year.")
    eventually(lambda: project.seen_by(project.founder)["state"] == "rejected", "the refusal")
    told = project.explained_to(project.founder)
    assert told["status"] == "refused"
    assert "no room" in str(told)
    for founder in project.founders:
        europe.is_told(founder, "project_ended", project)
    assert set(states(project, "ES").values()) <= {"cancelled"}
    with pytest.raises(Refused) as refused:
        europe.twinspace(project, project.founder)
    assert refused.value.status == 404


def test_the_partner_can_decline(europe: Europe) -> None:
    project = europe.submitted_project()
    step = eventually(lambda: europe.invitation(project), "the invitation")
    europe.decide(project.co_founder, step["id"], "refuse")
    eventually(lambda: project.seen_by(project.founder)["state"] == "declined", "the decline")
    europe.is_told(project.founder, "project_ended", project)


def test_a_founder_withdraws_and_later_decisions_change_nothing(europe: Europe) -> None:
    project = europe.accepted_project()
    link = europe.consent_link(project.co_founder.school)
    project.founder.delete(f"/projects/{project.id}/submission")
    eventually(lambda: project.seen_by(project.founder)["state"] == "withdrawn", "the withdrawal")
    answer = httpx.post(
        f"{stack().public_url}/api/v1/links/decision", json={"link": link, "outcome": "approve"}
    )
    assert answer.status_code == 409
    assert project.explained_to(project.founder)["status"] == "withdrawn"


def test_a_founder_cannot_withdraw_what_is_approved(europe: Europe) -> None:
    project = europe.approved_project()
    with pytest.raises(Refused) as refused:
        project.founder.delete(f"/projects/{project.id}/submission")
    assert refused.value.status == 409


def test_changes_that_keep_the_substance_keep_the_other_countrys_approval(europe: Europe) -> None:
    project = europe.accepted_project()
    europe.walk_chain(project, "PL")
    europe.walk_chain(project, "ES", until="support_organisation")
    europe.organisation_says(
        project, "ES", "request_changes", reason="Please say more about the music rights."
    )
    eventually(lambda: project.seen_by(project.founder)["state"] == "changes_requested", "the request")
    told = project.explained_to(project.founder)
    assert told["causes"] == ["changes_wanted"]
    assert "music rights" in str(told)
    europe.is_told(project.founder, "changes_requested", project)
    edit(
        europe, project, description="Pupils sing songs that are free of rights, and write some of their own."
    )
    project.founder.post(f"/projects/{project.id}/changes")
    assert states(project, "PL")["support_organisation"] == "approved"
    eventually(lambda: states(project, "ES")["support_organisation"] == "waiting", "Spain's second look")
    europe.organisation_says(project, "ES")
    eventually(lambda: europe.twinspace(project, project.founder), "the TwinSpace")


def test_changes_of_substance_are_shown_to_who_had_approved(europe: Europe) -> None:
    project = europe.accepted_project()
    europe.walk_chain(project, "PL")
    edit(europe, project, aims="Something else altogether.")
    eventually(lambda: states(project, "PL")["support_organisation"] == "waiting", "Poland's second look")
    assert states(project, "PL")["head_teacher"] == "approved"


def edit(europe: Europe, project: Project, **changes: object) -> None:
    seen = project.seen_by(project.founder)
    body = dict(seen["sheet"])
    project.founder.put(f"/projects/{project.id}", {**body, "seen_version": seen["version"], **changes})


def test_a_founder_nudges_once_in_five_days(europe: Europe) -> None:
    project = europe.accepted_project()
    step = eventually(lambda: europe._waiting(project, "head_teacher", "PL"), "the step")
    project.founder.post(f"/tasks/{step['task_id']}/reminder")
    with pytest.raises(Refused) as refused:
        project.founder.post(f"/tasks/{step['task_id']}/reminder")
    assert (refused.value.status, refused.value.code) == (429, "nudged_already")
    eventually(lambda: len(mails(project.co_founder.school.head_email)) == 2, "the reminder")


def test_the_founder_sees_what_became_of_every_notice_and_sends_it_again(europe: Europe) -> None:
    project = europe.accepted_project()
    link = europe.consent_link(project.co_founder.school)

    def notice() -> dict[str, str]:
        return project.step("head_teacher", "PL")["notices"][0]

    eventually(lambda: notice()["state"] == "delivered", "the delivery")
    httpx.post(f"{stack().public_url}/api/v1/links/view", json={"link": link})
    eventually(lambda: notice()["state"] == "opened", "the opening")
    project.founder.post(f"/notices/{notice()['id']}/sending")
    eventually(lambda: len(mails(project.co_founder.school.head_email)) == 2, "the second mail")
    europe.head_teacher_says(project, "PL")
    eventually(lambda: notice()["state"] == "passed_on", "that it was passed on")


def test_a_bounced_address_is_told_and_the_corrected_one_gets_the_request(europe: Europe) -> None:
    school = europe.school("PL", head_email=f"bounce.{europe.address('head')}")
    one, other = europe.teacher("ES"), europe.teacher("PL", school=school)
    europe.become_contacts(one, other)
    project = europe.submit(europe.draft(one, other))
    europe.accept(project)
    eventually(lambda: "address_bounced" in project.explained_to(one)["causes"], "that the mail came back")
    europe.is_told(one, "address_bounced", project)
    assert project.step("head_teacher", "PL")["notices"][0]["state"] == "bounced"
    school.head_email = europe.address("head")
    body = {"head_name": "Ewa Dyrektor", "head_email": school.head_email}
    other.put(f"/schools/{school.id}/head-teacher", body)
    europe.head_teacher_says(project, "PL")
    assert states(project, "PL")["head_teacher"] == "approved"


def test_belgium_has_two_support_organisations_and_a_school_exactly_one(europe: Europe) -> None:
    project = europe.accepted_project(("BE", "PL"))
    track = next(t for t in project.explained_to(project.founder)["tracks"] if t["country"] == "BE")
    assert track["organisation"] == "nss-be-nl"


def test_officers_approve_several_at_once_and_take_cases(europe: Europe) -> None:
    projects = [europe.accepted_project(("DE", "PL")) for _ in range(2)]
    for project in projects:
        europe.head_teacher_says(project, "DE")
    steps = [eventually(lambda p=p: europe._waiting(p, "support_organisation", "DE"), "DE") for p in projects]
    officer = europe.officer("nss-de")
    taken = officer.post(f"/tasks/{steps[0]['task_id']}/assignment")
    assert taken["assigned_to"] == str(officer.id)
    assert steps[0]["task_id"] in {t["id"] for t in officer.get("/queue", mine=True)["tasks"]}
    done = officer.post("/decisions", {"task_ids": [s["task_id"] for s in steps]})
    assert {d["task_id"] for d in done} == {s["task_id"] for s in steps}
    for project in projects:
        assert states(project, "DE")["support_organisation"] == "approved"
