"""Into a running project: asked for, offered, accepted; and beginning with another project's outline."""

import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person, Project, Refused
from tests.stack import eventually

pytestmark = pytest.mark.stack

WISH = "My pupils of eleven sing every day and would love to join you."


@pytest.fixture(scope="module")
def project(europe: Europe) -> Project:
    return europe.approved_project()


def ask(person: Person, project: Project) -> str:
    place_id = str(uuid.uuid7())
    person.post(f"/projects/{project.id}/places", {"place_id": place_id, "message": WISH})
    return place_id


def place(person: Person, project: Project, place_id: str) -> dict[str, object]:
    return next(one for one in person.get(f"/projects/{project.id}/places") if one["id"] == place_id)


def test_who_asks_is_invited_joins_and_enters_the_twinspace(europe: Europe, project: Project) -> None:
    newcomer = europe.teacher("FI")
    place_id = ask(newcomer, project)
    for founder in project.founders:
        assert europe.is_told(founder, "place_asked", project)["person_id"] == str(newcomer.id)
    seen = place(project.founder, project, place_id)
    assert (seen["message"], seen["reasons"]) == (WISH, ["not_a_contact"])
    with pytest.raises(Refused) as refused:
        project.founder.post(f"/places/{place_id}/offer")
    assert refused.value.problem["details"]["reasons"] == ["not_a_contact"]
    europe.become_contacts(newcomer, project.founder)
    assert place(project.founder, project, place_id)["reasons"] == []
    project.founder.post(f"/places/{place_id}/offer")
    europe.is_told(newcomer, "place_offered", project)
    joined = newcomer.post(f"/places/{place_id}/acceptance")
    assert joined["state"] == "joined"
    for founder in project.founders:
        europe.is_told(founder, "partner_joined", project)
    eventually(lambda: europe.twinspace(project, newcomer)["state"] == "open", "the TwinSpace")
    shown = project.seen_by(newcomer)
    assert [partner["person_id"] for partner in shown["partners"]] == [str(newcomer.id)]
    assert shown["is_partner"]
    assert str(project.id) in [one["id"] for one in newcomer.get("/me/projects")["projects"]]
    with pytest.raises(Refused) as again:
        ask(newcomer, project)
    assert again.value.code == "already_there"


def test_the_founders_say_why_not_and_the_asker_reads_it(europe: Europe, project: Project) -> None:
    newcomer = europe.teacher("IE")
    place_id = ask(newcomer, project)
    project.co_founder.post(f"/places/{place_id}/refusal", {"reason": "We have begun already."})
    europe.is_told(newcomer, "place_refused", project)
    (answered,) = newcomer.get("/me/places")
    assert (answered["state"], answered["reason"]) == ("refused", "We have begun already.")
    assert place_id not in [one["id"] for one in project.founder.get(f"/projects/{project.id}/places")]


def test_a_contact_is_invited_without_asking_and_every_reason_against_one_is_named(
    europe: Europe, project: Project
) -> None:
    willing, busy = europe.teacher("PT"), europe.teacher("LV", available=False)
    for contact in (willing, busy):
        europe.become_contacts(contact, project.founder)
    judged = {c["person_id"]: c for c in project.founder.get(f"/projects/{project.id}/partner-candidates")}
    assert judged[str(willing.id)]["allowed"]
    assert judged[str(busy.id)]["reasons"] == ["not_available"]
    place_id = str(uuid.uuid7())
    body = {"place_id": place_id, "person_id": str(willing.id)}
    assert project.founder.post(f"/projects/{project.id}/invitations", body)["state"] == "offered"
    willing.delete(f"/places/{place_id}")
    with pytest.raises(Refused) as settled:
        willing.post(f"/places/{place_id}/acceptance")
    assert settled.value.code == "place_settled"
    with pytest.raises(Refused) as refused:
        project.founder.post(
            f"/projects/{project.id}/invitations", {"place_id": str(uuid.uuid7()), "person_id": str(busy.id)}
        )
    assert refused.value.problem["details"]["reasons"] == ["not_available"]


def test_another_projects_outline_is_copied_and_not_its_content(europe: Europe, project: Project) -> None:
    reader = europe.teacher("SE")
    draft_id = str(uuid.uuid7())
    draft = reader.post(f"/projects/{project.id}/outline-copies", {"draft_id": draft_id})
    sheet, model = draft["sheet"], project.seen_by(reader)["sheet"]
    assert (sheet["aims"], sheet["subjects"], sheet["age_from"]) == (
        model["aims"],
        model["subjects"],
        model["age_from"],
    )
    assert (sheet["title"], sheet["description"], sheet["starts_on"]) == ("", "", None)
    assert (draft["state"], draft["outline_of"]) == ("draft", str(project.id))
    again = reader.post(f"/projects/{project.id}/outline-copies", {"draft_id": draft_id})
    assert again["id"] == draft_id


def test_a_project_is_found_by_keyword_and_filter_and_leads_to_similar_ones(
    europe: Europe, project: Project
) -> None:
    reader = europe.teacher("SE")
    number = project.title.split()[-1]

    def found(**query: object) -> list[str]:
        return [one["card"]["id"] for one in reader.get("/search/projects", **query)["projects"]]

    eventually(lambda: str(project.id) in found(text=f"songs {number}", countries="ES"), project.title)
    assert str(project.id) in found(text=number, subjects="music", languages="es", age_from=10, age_to=11)
    assert str(project.id) not in found(text=number, subjects="physics")
    assert str(project.id) not in found(text=number, states="closed")
    draft = europe.draft(project.founder, project.co_founder)
    assert str(draft.id) not in found(text=draft.title)
    similar = reader.get(f"/projects/{project.id}/similar")
    assert str(project.id) not in [one["card"]["id"] for one in similar]


@pytest.mark.alone
def test_an_invitation_that_nobody_answers_lapses_after_thirty_days(europe: Europe) -> None:
    project = europe.approved_project()
    willing = europe.teacher("PT")
    europe.become_contacts(willing, project.founder)
    place_id = str(uuid.uuid7())
    project.founder.post(
        f"/projects/{project.id}/invitations", {"place_id": place_id, "person_id": str(willing.id)}
    )
    europe.days_pass(31)
    with pytest.raises(Refused) as refused:
        willing.post(f"/places/{place_id}/acceptance")
    assert refused.value.code == "place_settled"
