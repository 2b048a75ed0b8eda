"""The open TwinSpace: both write and read in it, drafts and visibility respected, until the project is closed."""

from typing import Any

import httpx
import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person, Project, Refused
from tests.stack import eventually, stack

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def project(europe: Europe) -> Project:
    return europe.approved_project()


def write(person: Person, project: Project, **changes: Any) -> dict[str, Any]:
    page_id = changes.pop("page_id", None) or str(uuid.uuid7())
    body = {"project_id": str(project.id), "title": "Our songs", "text": "**Hello** Poland", **changes}
    return person.put(f"/pages/{page_id}", body)


def test_both_founders_write_and_read_pages(project: Project, europe: Europe) -> None:
    page = write(project.founder, project, visibility="members")
    read = project.co_founder.get(f"/pages/{page['id']}")
    assert "<strong>Hello</strong>" in read["html"]
    assert page["id"] in {p["id"] for p in europe.twinspace(project, project.co_founder)["pages"]}
    written = write(
        project.co_founder, project, page_id=page["id"], seen_version=page["version"], title="Nasze"
    )
    assert written["version"] == page["version"] + 1


def test_nobody_else_comes_in(project: Project, europe: Europe) -> None:
    page = write(project.founder, project, visibility="members")
    stranger = europe.teacher("PL")
    for path in (f"/projects/{project.id}/twinspace", f"/pages/{page['id']}"):
        with pytest.raises(Refused) as refused:
            stranger.get(path)
        assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        write(stranger, project)
    assert refused.value.status == 404


def test_publishing_is_an_explicit_act(project: Project) -> None:
    page = write(project.founder, project)
    address = f"{stack().public_url}/api/v1/pages/{page['id']}"
    assert httpx.get(address).status_code == 404
    change = {"page_id": page["id"], "seen_version": page["version"], "visibility": "public"}
    with pytest.raises(Refused) as refused:
        write(project.founder, project, **change)
    assert (refused.value.status, list(refused.value.errors)) == (422, ["publishing_confirmed"])
    write(project.founder, project, **change, publishing_confirmed=True)
    assert httpx.get(address).status_code == 200


def test_what_is_written_cannot_run_in_somebodys_browser(project: Project) -> None:
    text = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) <a href='data:x'>y</a>"
    page = write(project.founder, project, visibility="members", text=text)
    shown = project.co_founder.get(f"/pages/{page['id']}")["html"]
    for forbidden in ("<script", "<img", 'href="javascript:', "data:x"):
        assert forbidden not in shown


def test_an_edit_of_an_older_page_is_told(project: Project) -> None:
    page = write(project.founder, project, visibility="members")
    write(project.co_founder, project, page_id=page["id"], seen_version=page["version"], text="one")
    with pytest.raises(Refused) as refused:
        write(project.founder, project, page_id=page["id"], seen_version=page["version"], text="two")
    assert refused.value.status == 409
    assert "one" in project.founder.get(f"/pages/{page['id']}")["html"]


def test_the_community_sees_the_public_part_of_an_approved_project(project: Project) -> None:
    shown = httpx.get(f"{stack().public_url}/api/v1/projects/{project.id}").json()
    assert shown["sheet"]["title"] == project.title
    assert shown["actions"] == []
    assert shown["submitted_at"] is None


def test_a_founder_starts_it_early_and_closing_makes_the_space_read_only(europe: Europe) -> None:
    project = europe.approved_project(("FR", "DE"))
    founder = project.founder
    page = write(founder, project, visibility="members")
    founder.post(f"/projects/{project.id}/start", {"seen_version": project.seen_by(founder)["version"]})
    assert project.seen_by(founder)["state"] == "active"
    version = project.seen_by(founder)["version"]
    with pytest.raises(Refused) as refused:
        founder.post(f"/projects/{project.id}/closing", {"seen_version": version})
    assert "confirmed" in refused.value.errors
    founder.post(f"/projects/{project.id}/closing", {"seen_version": version, "confirmed": True})
    eventually(lambda: europe.twinspace(project, founder)["state"] == "closed", "the closed space")
    with pytest.raises(Refused) as refused:
        write(founder, project, page_id=page["id"], seen_version=page["version"])
    assert (refused.value.status, refused.value.code) == (409, "space_closed")
    assert project.co_founder.get(f"/pages/{page['id']}")["title"] == "Our songs"
    europe.is_told(project.co_founder, "project_closed", project)
