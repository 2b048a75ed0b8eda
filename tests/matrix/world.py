"""The people, and the things of one's own and of others, that every route is tried with."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import uuid_utils.compat as uuid

from services.identity.contract import SchoolRole, Visibility
from tests.journeys.europe import PASSWORD, Europe, Person, Project
from tests.stack import eventually, stack

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class World:
    """Who acts (a visitor has no secret), and what `$name` stands for in a row of the table."""

    europe: Europe
    people: dict[str, Person]
    things: dict[str, Any]

    def filled(self, value: Any) -> Any:
        """A row's value with its `$names` replaced; `$new` and `$address` are new each time."""
        if isinstance(value, dict):
            sheet = self.things["sheets"][value["$meeting"]] if "$meeting" in value else {}
            return sheet | {name: self.filled(one) for name, one in value.items() if name != "$meeting"}
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, str) and value.startswith("$"):
            return self._thing(value[1:])
        return value

    def _thing(self, name: str) -> Any:
        if name in ("new", "unknown"):
            return str(uuid.uuid7())
        return self.europe.address("matrix") if name == "address" else self.things[name]

    def secret_of(self, role: str, *, anew: bool = False) -> str:
        """The session through which a role acts."""
        if role == "visitor":
            return ""
        person = self.people[role]
        if not anew:
            return person.secret
        account = {"email": person.email, "password": PASSWORD, "device": "matrix"}
        answer = httpx.post(f"{stack().public_url}/api/v1/sessions", json=account, timeout=12)
        return str(answer.json()["secret"])


def make_world(europe: Europe) -> World:
    """Spain and Poland have an approved project, one that waits for head teachers, and drafts."""
    founder, co_founder = europe.teacher("ES"), europe.teacher("PL")
    people = {
        "general": europe.teacher("ES", validated=False, role=SchoolRole.COMPANY_STAFF),
        "awaiting": europe.teacher("PL", validated=False),
        "stranger": europe.teacher("FR"),
        "founder": founder,
        "co_founder": co_founder,
        "head": europe.teacher("PL", school=co_founder.school, role=SchoolRole.HEAD_TEACHER),
        "officer_pl": europe.officer("nss-pl"),
        "officer_de": europe.officer("nss-de"),
        "regional": europe.officer("nss-es-ar", "regional"),
        "css": europe.officer("css", "css"),
    }
    for person in people.values():
        person.sign_in()
    europe.become_contacts(founder, co_founder)
    things = _projects(europe, founder, co_founder) | _people(europe, people["stranger"], co_founder)
    things |= _registration(europe, people["awaiting"], people["officer_pl"])
    things |= _talk(europe, founder, co_founder) | {"awaiting_person": str(people["awaiting"].id)}
    things |= _meetings(europe, people)
    return World(europe, people, things)


def _projects(europe: Europe, founder: Person, co_founder: Person) -> dict[str, Any]:
    approved, waiting = (europe.submit(europe.draft(founder, co_founder)) for _ in range(2))
    europe.accept(approved)
    europe.walk_chain(approved, "ES")
    europe.walk_chain(approved, "PL")
    eventually(lambda: approved.seen_by(founder)["state"] == "approved", "the approval")
    eventually(lambda: europe.twinspace(approved, founder), "the TwinSpace")
    partner_task = europe.invitation(waiting)["id"]
    europe.accept(waiting)
    eventually(lambda: waiting.step("head_teacher", "PL")["notices"], "the notice to the head teacher")
    head_step = waiting.step("head_teacher", "PL")
    sheet = europe.sheet(waiting, co_founder)
    return {
        "approved": str(approved.id),
        "waiting": str(waiting.id),
        "draft": str(europe.draft(founder, co_founder).id),
        "draft_to_discard": str(europe.draft(founder, co_founder).id),
        "stale_sheet": {n: sheet[n] for n in sheet if n not in ("founding_school_id", "co_founder_id")},
        "partner_task": partner_task,
        "head_task": head_step["task_id"],
        "notice": head_step["notices"][0]["id"],
        **_pages(approved),
        **_places(europe, approved),
    }


def _places(europe: Europe, project: Project) -> dict[str, Any]:
    """Two teachers have asked for a place; one of them was told why not. And a search the founder keeps."""
    places = {name: str(uuid.uuid7()) for name in ("place", "settled_place")}
    for place_id in places.values():
        body = {"place_id": place_id, "message": "May we join you?"}
        europe.teacher("FI").post(f"/projects/{project.id}/places", body)
    project.founder.post(f"/places/{places['settled_place']}/refusal", {"reason": "We are many."})
    search = str(uuid.uuid7())
    project.founder.put(f"/me/searches/{search}", {"name": "Choirs", "scope": "partners", "wanted": {}})
    return places | {"search": search}


def _meetings(europe: Europe, people: dict[str, Person]) -> dict[str, Any]:
    """The founder's: a public one where the stranger has a seat, a private one, and one that opens later."""
    host, guest = people["founder"], people["stranger"]
    starts = europe.now + timedelta(days=30)
    sheet = {
        "title": "Songs across borders",
        "description": "How classes sing together online.",
        "mode": "online",
        "link": "https://meet.example.org/songs",
        "languages": ["en"],
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=2)).isoformat(),
    }
    later = {"registration_from": (starts - timedelta(days=1)).isoformat()}
    changes: dict[str, dict[str, Any]] = {
        "meeting": {},
        "private_meeting": {"access": "private"},
        "meeting_to_come": later,
        "meeting_to_leave": {},
    }
    ids = {name: str(uuid.uuid7()) for name in changes}
    for name, changed in changes.items():
        host.post("/meetings", {"meeting_id": ids[name], "kind": "workshop"} | sheet | changed)
    host.post(
        f"/meetings/{ids['private_meeting']}/invitations", {"person_ids": [str(people["co_founder"].id)]}
    )
    registration = str(uuid.uuid7())
    guest.post(f"/meetings/{ids['meeting']}/registrations", {"registration_id": registration})
    guest.post(f"/meetings/{ids['meeting_to_leave']}/registrations", {"registration_id": str(uuid.uuid7())})
    tutorial = {
        "organisation": "nss-pl", "title": "First steps", "url": "https://example.org/film", "language": "pl"
    }  # fmt: skip
    sheets = {kind: {"kind": kind} | sheet for kind in ("workshop", "webinar")}
    return ids | {"registration": registration, "tutorial": tutorial, "sheets": sheets}


def _pages(project: Project) -> dict[str, Any]:
    pages = {name: str(uuid.uuid7()) for name in ("members_page", "public_page", "draft_page")}
    for name, page_id in pages.items():
        body = {
            "project_id": str(project.id),
            "title": name,
            "text": "Songs",
            "visibility": name.removesuffix("_page"),
            "publishing_confirmed": name == "public_page",
        }
        project.co_founder.put(f"/pages/{page_id}", body)
    return pages


def _people(europe: Europe, asked: Person, co_founder: Person) -> dict[str, Any]:
    requests = {}
    for name in ("request_to_accept", "request_to_refuse"):
        requests[name] = str(uuid.uuid7())
        body = {"contact_id": requests[name], "person_id": str(asked.id), "message": "Songs?"}
        europe.teacher("BE").post("/contacts", body)
    school = co_founder.school
    return requests | {
        "private_person": str(europe.teacher("SE", profile_visibility=Visibility.CONTACTS).id),
        "members_person": str(europe.teacher("SE").id),
        "public_person": str(europe.teacher("SE", profile_visibility=Visibility.PUBLIC).id),
        "school": str(school.id),
        "head_name": school.head_name,
        "head_email": school.head_email,
        "other_school": str(europe.school("PL").id),
    }


def _talk(europe: Europe, founder: Person, co_founder: Person) -> dict[str, Any]:
    """A conversation of the founders, a post, and one whose author has become unavailable after a reply."""
    thread, taken = europe.writes(founder, co_founder), europe.writes(founder, co_founder)
    post = europe.posts(founder)
    gone = europe.teacher("ES")
    hidden = europe.posts(gone)
    for one in (founder, co_founder):
        one.post(f"/forum/posts/{hidden}/replies", {"reply_id": str(uuid.uuid7()), "text": "We sing too"})
    gone.put("/me/availability", {"available": False, "available_plus": False})
    return {"thread": thread, "taken_message": taken, "post": post, "hidden_post": hidden}


def _registration(europe: Europe, person: Person, officer: Person) -> dict[str, Any]:
    """A registration in Poland that waits for an officer, with the evidence it came with."""
    ticket = person.post("/me/evidence", {"file_name": "contract.pdf", "size": len(PDF)})
    uploaded = httpx.put(f"{stack().public_url}/api/v1/files/{ticket['ticket']}", content=PDF, timeout=12)
    assert uploaded.status_code == 204, uploaded.text
    person.post(f"/me/evidence/{ticket['file_id']}/arrival", {"ticket": ticket["ticket"]})
    ids = {name: str(uuid.uuid7()) for name in ("affiliation", "affiliation_to_leave")}
    for affiliation_id in ids.values():
        body = {
            "affiliation_id": affiliation_id,
            "school_id": str(europe.school("PL").id),
            "role_kind": "teacher",
        }
        person.post("/me/affiliations", body)
    person.put(f"/me/affiliations/{ids['affiliation']}/evidence", {"file_id": ticket["file_id"]})
    task = eventually(
        lambda: person.get(f"/affiliations/{ids['affiliation']}/approval")["tracks"][0]["steps"][0][
            "task_id"
        ],
        "the officers' task",
    )
    return ids | {"evidence": ticket["file_id"], "upload": ticket["ticket"], "affiliation_task": task}
