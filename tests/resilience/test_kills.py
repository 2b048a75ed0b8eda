"""kill -9 in the middle of the journey: it finishes, with one TwinSpace and one notification each."""

import os
import signal
import threading

import httpx
import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Refused
from tests.resilience.checker import check_journey, kill, pid_of, stopped, timed
from tests.stack import eventually, plant, rows, stack

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(300)]

SERVICES = ("identity", "projects", "approvals", "twinspace", "community")


def again(act: object, seconds: float = 40) -> object:
    """Whoever is told "not now" tries again, as people and programs do."""

    def once() -> object:
        try:
            return (act() or True,)  # type: ignore[operator]
        except Refused as refused:
            if refused.status in (503, 504):
                return None
            if refused.code in ("already_decided", "changed_meanwhile"):
                return (True,)
            raise

    return eventually(once, "an answer", seconds)


@pytest.mark.parametrize("process", [*SERVICES, "gateway", "rabbitmq", "postgres"])
def test_a_kill_in_the_middle_of_the_journey_loses_nothing(europe: Europe, process: str) -> None:
    project = europe.accepted_project()
    europe.walk_chain(project, "PL")
    europe.walk_chain(project, "ES", until="support_organisation")
    step = eventually(lambda: europe._waiting(project, "support_organisation", "ES"), "the last step")
    officer = europe.officer("nss-es")
    officer.get("/queue")
    killer = threading.Timer(0.02, lambda: os.kill(pid_of(process), signal.SIGKILL))
    killer.start()
    again(lambda: europe.decide(officer, step["task_id"], "approve", version=step["version"]))
    killer.join()
    eventually(lambda: again(lambda: europe.twinspace(project, project.founder)), "the TwinSpace", 60)
    check_journey(europe, project)


@pytest.mark.parametrize(
    ("service", "failpoint"),
    [
        ("approvals", "before_commit"),
        ("approvals", "after_commit"),
        ("approvals", "outbox_confirmed"),
        ("twinspace", "before_commit"),
        ("twinspace", "after_commit"),
        ("twinspace", "outbox_confirmed"),
        ("projects", "after_commit"),
        ("community", "after_commit"),
        ("community", "mail_handed_in"),
    ],
)
def test_a_kill_at_the_exact_moment_has_one_effect(europe: Europe, service: str, failpoint: str) -> None:
    """Scenarios 3, 4, 5: between commit and ack, before commit, between the broker's yes and the mark."""
    project = europe.accepted_project()
    europe.walk_chain(project, "PL")
    europe.walk_chain(project, "ES", until="support_organisation")
    step = eventually(lambda: europe._waiting(project, "support_organisation", "ES"), "the last step")
    officer = europe.officer("nss-es")
    officer.get("/queue")
    before = pid_of(service)
    plant(service, failpoint)
    again(lambda: europe.decide(officer, step["task_id"], "approve", version=step["version"]))
    eventually(lambda: pid_of(service) not in (0, before), f"that {service} died at {failpoint}", 30)
    eventually(lambda: again(lambda: europe.twinspace(project, project.founder)), "the TwinSpace", 60)
    check_journey(europe, project)


def test_a_retry_with_the_same_key_gets_the_stored_answer(europe: Europe) -> None:
    """Scenario 1: the callee is killed after its commit, before its answer."""
    founder = europe.teacher("ES").sign_in()
    project = europe.draft(founder, None)
    body = {**europe.sheet(project, None), "seen_version": 1, "title": "Saved exactly once"}
    plant("projects", "after_commit")
    headers = {"Idempotency-Key": uuid.uuid7().hex}
    first = founder.client.put(f"/projects/{project.id}/draft", json=body, headers=headers)
    assert first.status_code in (503, 504), first.text
    second = eventually(
        lambda: (
            (a := founder.client.put(f"/projects/{project.id}/draft", json=body, headers=headers)).status_code
            < 500
            and a
        ),
        "the stored answer",
        30,
    )
    assert second.status_code == 200
    assert second.json()["version"] == 2
    assert project.seen_by(founder)["version"] == 2


def test_a_request_to_a_service_with_no_instance_is_answered_in_time_and_never_executed_later(
    europe: Europe,
) -> None:
    """Scenario 18."""
    founder = europe.teacher("ES").sign_in()
    project = europe.draft(founder, None)
    body = {**europe.sheet(project, None), "seen_version": 1, "title": "Nobody heard this"}
    founder.get("/me")
    with stopped("projects"):
        answer, seconds = timed(lambda: founder.client.put(f"/projects/{project.id}/draft", json=body))
        assert answer.status_code in (503, 504)
        assert seconds < 10
        assert founder.client.get("/me").status_code == 200, "the others work"
    assert project.seen_by(founder)["sheet"]["title"] == project.title


def test_while_the_broker_is_away_requests_are_refused_at_once_and_what_is_committed_drains(
    europe: Europe,
) -> None:
    """Scenarios 7, 9 and 10."""
    project = europe.submitted_project()
    step = eventually(lambda: europe.invitation(project), "the invitation")
    co_founder = project.co_founder
    with stopped("rabbitmq"):
        eventually(lambda: co_founder.client.get("/me").status_code == 503, "that the gateway noticed", 15)
        answer, seconds = timed(lambda: co_founder.client.get("/me"))
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        assert seconds < 0.5
        ports = stack().ports
        assert httpx.get(f"http://127.0.0.1:{ports.gateway}/readyz", timeout=3).status_code == 503
        assert httpx.get(f"http://127.0.0.1:{ports.gateway}/livez", timeout=3).status_code == 200
        pids = {s: pid_of(s) for s in SERVICES}
    assert {s: pid_of(s) for s in SERVICES} == pids, "no service exits because the broker is away"
    again(lambda: europe.decide(co_founder, step["id"], "approve", version=step["version"]))
    eventually(lambda: europe._waiting(project, "head_teacher", "PL"), "that it goes on")


def test_while_a_database_is_away_the_others_work_and_nothing_is_lost(europe: Europe) -> None:
    """A database that answers nothing: 503 for its service; messages wait, nobody crashes."""
    project = europe.accepted_project()
    pids = {s: pid_of(s) for s in SERVICES}
    kill("postgres")
    eventually(lambda: again(lambda: project.seen_by(project.founder)), "the database", 40)
    europe.walk_chain(project, "PL")
    assert {s: pid_of(s) for s in SERVICES} == pids


def test_a_failed_provisioning_is_tried_again_until_there_is_one_twinspace(europe: Europe) -> None:
    """Scenario 39: the command's handler raises, then works."""
    project = europe.accepted_project()
    europe.walk_chain(project, "PL")
    europe.walk_chain(project, "ES", until="support_organisation")
    plant("twinspace", "before_commit", "raise")
    europe.organisation_says(project, "ES")
    eventually(lambda: europe.twinspace(project, project.founder), "the TwinSpace", 40)
    check_journey(europe, project)
    parked = rows("twinspace", "SELECT status FROM parked ORDER BY id DESC LIMIT 1")
    assert parked[0]["status"] == "handled"


def test_a_refusal_while_the_other_country_approves_has_exactly_one_end(europe: Europe) -> None:
    """Scenario 38."""
    project = europe.accepted_project()
    europe.walk_chain(project, "PL", until="support_organisation")
    europe.walk_chain(project, "ES", until="support_organisation")
    steps = {
        c: eventually(lambda c=c: europe._waiting(project, "support_organisation", c), c)
        for c in ("PL", "ES")
    }
    officers = {"PL": europe.officer("nss-pl").sign_in(), "ES": europe.officer("nss-es").sign_in()}

    def say(country: str, outcome: str) -> None:
        step = steps[country]
        body = {"outcome": outcome, "reason": "Because.", "seen_version": step["version"]}
        officers[country].client.post(f"/tasks/{step['task_id']}/decision", json=body)

    both = [threading.Thread(target=say, args=a) for a in (("PL", "approve"), ("ES", "refuse"))]
    [t.start() for t in both]
    [t.join() for t in both]
    eventually(lambda: project.seen_by(project.founder)["state"] == "rejected", "the refusal")
    assert rows("twinspace", "SELECT 1 FROM space WHERE id = :id", id=project.id) == []
