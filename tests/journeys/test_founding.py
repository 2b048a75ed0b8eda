"""Founding a project: the draft, the co-founder and every reason why somebody cannot be one."""

from typing import Any

import pytest

from tests.journeys.europe import Europe, Refused
from tests.stack import eventually

pytestmark = pytest.mark.stack


def test_a_draft_is_kept_as_far_as_it_has_come(europe: Europe) -> None:
    founder = europe.teacher("ES")
    project = europe.draft(founder, None, title="So", description="", age_from=None)
    kept = project.seen_by(founder)
    assert kept["sheet"]["title"] == "So"
    assert {"title", "description", "age_from", "co_founder_id"} <= set(kept["missing"])
    with pytest.raises(Refused) as refused:
        founder.post(f"/projects/{project.id}/submission", {"seen_version": kept["version"]})
    assert refused.value.status == 422
    assert {"title", "description", "age_from", "co_founder_id"} <= set(refused.value.errors)


def test_nobody_else_sees_a_draft(europe: Europe) -> None:
    project = europe.draft(europe.teacher("ES"), None)
    with pytest.raises(Refused) as refused:
        project.seen_by(europe.teacher("PL"))
    assert refused.value.status == 404


def test_a_save_of_an_older_draft_is_told_and_loses_nothing(europe: Europe) -> None:
    founder = europe.teacher("ES")
    project = europe.draft(founder, None)
    first = {**europe.sheet(project, None), "seen_version": 1, "title": "From the kitchen table"}
    founder.put(f"/projects/{project.id}/draft", first)
    with pytest.raises(Refused) as refused:
        founder.put(f"/projects/{project.id}/draft", {**first, "title": "From the phone"})
    assert refused.value.status == 409
    assert project.seen_by(founder)["sheet"]["title"] == "From the kitchen table"


@pytest.mark.parametrize(
    ("wishes", "changes", "reason"),
    [
        ({"available": False}, {}, "not_available"),
        ({}, {"contact": False}, "not_a_contact"),
        ({}, {"country": "ES"}, "same_country"),
        ({"available_plus": True}, {"country": "GE"}, "project_without_plus"),
        ({"available_plus": True}, {"country": "GE", "allow_plus": True}, "inviter_without_plus"),
    ],
)
def test_every_reason_against_a_contact_is_named(
    europe: Europe, wishes: dict[str, Any], changes: dict[str, Any], reason: str
) -> None:
    founder = europe.teacher("ES")
    other = europe.teacher(changes.get("country", "PL"), **wishes)
    if changes.get("contact", True):
        europe.become_contacts(founder, other)
    project = europe.draft(founder, other, allow_plus=changes.get("allow_plus", False))
    listed = {c["person_id"]: c for c in founder.get(f"/projects/{project.id}/candidates")}
    if str(other.id) in listed:
        assert reason in listed[str(other.id)]["reasons"]
    version = project.seen_by(founder)["version"]
    with pytest.raises(Refused) as refused:
        founder.post(f"/projects/{project.id}/submission", {"seen_version": version})
    assert refused.value.status == 422
    assert reason in refused.value.problem["details"]["reasons"]


def test_all_reasons_are_named_at_once(europe: Europe) -> None:
    founder, other = europe.teacher("ES"), europe.teacher("GE", available=False)
    europe.become_contacts(founder, other)
    project = europe.draft(founder, other)
    candidate = next(
        c for c in founder.get(f"/projects/{project.id}/candidates") if c["person_id"] == str(other.id)
    )
    assert {"not_available", "inviter_without_plus", "project_without_plus"} <= set(candidate["reasons"])


def test_somebody_not_validated_can_be_invited_and_the_invitation_waits(europe: Europe) -> None:
    founder, other = europe.teacher("ES"), europe.teacher("PL", validated=False)
    europe.become_contacts(founder, other)
    project = europe.draft(founder, other)
    candidate = founder.get(f"/projects/{project.id}/candidates")[0]
    assert candidate["allowed"]
    assert candidate["warnings"] == ["not_validated"]
    europe.submit(project)
    task = eventually(lambda: europe.invitation(project), "the invitation")
    with pytest.raises(Refused) as refused:
        europe.decide(other, task["id"], "approve", version=task["version"])
    assert (refused.value.status, refused.value.code) == (403, "not_validated_yet")


def test_two_plus_founders_alone_are_refused(europe: Europe) -> None:
    founder = europe.teacher("GE", available_plus=True)
    other = europe.teacher("MD", available_plus=True)
    europe.become_contacts(founder, other)
    project = europe.draft(founder, other, allow_plus=True)
    candidate = founder.get(f"/projects/{project.id}/candidates")[0]
    assert "both_plus" in candidate["reasons"]


def test_a_plus_country_can_found_with_a_willing_partner(europe: Europe) -> None:
    founder = europe.teacher("ES", available_plus=True)
    other = europe.teacher("GE", available_plus=True)
    europe.become_contacts(founder, other)
    project = europe.submit(europe.draft(founder, other, allow_plus=True))
    europe.accept(project)
    kinds = [
        s["kind"] for t in project.explained_to(founder)["tracks"] if t["country"] == "GE" for s in t["steps"]
    ]
    assert kinds == ["head_teacher", "support_organisation"]


def test_a_double_click_on_submit_submits_once(europe: Europe) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL")
    europe.become_contacts(one, other)
    project = europe.draft(one, other)
    body = {"seen_version": project.seen_by(one)["version"]}
    answers = [
        one.client.post(
            f"/projects/{project.id}/submission",
            json=body,
            headers={"Idempotency-Key": "once", "Authorization": f"Bearer {one.secret}"},
        )
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json()["version"] == answers[1].json()["version"]
    eventually(lambda: europe.invitation(project), "the invitation")
    europe.is_told(other, "invitation", project)
    assert sum(n["kind"] == "invitation" for n in europe.notifications_of(other)) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"starts_on": "2030-05-01", "ends_on": "2030-05-03"}, "ends_on"),
        ({"age_from": 12, "age_to": 9}, "age_to"),
    ],
)
def test_dates_and_ages_are_checked_when_it_is_submitted(
    europe: Europe, change: dict[str, Any], field: str
) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL")
    europe.become_contacts(one, other)
    project = europe.draft(one, other, **change)
    with pytest.raises(Refused) as refused:
        one.post(f"/projects/{project.id}/submission", {"seen_version": project.seen_by(one)["version"]})
    assert refused.value.status == 422
    assert field in refused.value.errors


def test_from_ten_open_projects_on_there_is_a_friendly_warning(europe: Europe) -> None:
    founder = europe.teacher("ES")
    for country in ("PL", "RS", "FR", "DE", "IT", "PT", "AT", "FI", "SE", "NO"):
        other = europe.teacher(country)
        europe.become_contacts(founder, other)
        europe.submit(europe.draft(founder, other))
    mine = founder.get("/me/projects")
    assert mine["open_count"] == 10
    assert mine["warn_many_open"]
