"""Europe as the journeys speak of it: teachers, schools, officers, and what they do through the API."""

import itertools
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import uuid_utils.compat as uuid

from chassis.contract import Grant
from chassis.store import Store
from deploy.door import Refused, said
from deploy.local.environment import operator_settings
from services.identity import demo
from services.identity.contract import AffiliationState, SchoolRole
from tests.stack import clock_offset, eventually, mails, move_clock, settle, stack

PASSWORD = "a quiet harbour at noon"
_numbers = itertools.count(1)
_run = uuid.uuid7().hex[-7:]

REGIONS = {"ES": "ES-AR"}
COMMUNITIES = {"BE": "nl"}
LANGUAGES = {"ES": "es", "PL": "pl", "JO": "ar"}


@dataclass
class School:
    id: UUID
    name: str
    country: str
    head_email: str
    head_name: str = "Head Teacher"
    region: str = ""


@dataclass
class Person:
    """Somebody with an account, and the door through which they act."""

    id: UUID
    name: str
    email: str
    country: str
    school: School | None = None
    secret: str = ""
    affiliation_id: UUID | None = None
    client: httpx.Client = field(repr=False, default_factory=httpx.Client)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=f"{stack().public_url}/api/v1", timeout=12)

    def sign_in(self) -> "Person":
        answer = self.client.post(
            "/sessions", json={"email": self.email, "password": PASSWORD, "device": "journey"}
        )
        self.secret = said(answer)["secret"]
        self.client.headers["Authorization"] = f"Bearer {self.secret}"
        return self

    def asks(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Do something; what the API answers, or `Refused`."""
        if not self.secret:
            self.sign_in()
        headers = options.pop("headers", {})
        return said(self.client.request(method, path, json=body, headers=headers, **options))

    def get(self, path: str, **query: Any) -> Any:
        return self.asks("GET", path, params=query)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.asks("POST", path, body if body is not None else {}, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.asks("PUT", path, body if body is not None else {}, **options)

    def delete(self, path: str, **query: Any) -> Any:
        return self.asks("DELETE", path, params=query)


@dataclass
class Project:
    """A project with its two founders."""

    id: UUID
    founders: tuple[Person, Person]
    title: str

    @property
    def founder(self) -> Person:
        return self.founders[0]

    @property
    def co_founder(self) -> Person:
        return self.founders[1]

    def seen_by(self, person: Person) -> dict[str, Any]:
        return person.get(f"/projects/{self.id}")

    def explained_to(self, person: Person) -> dict[str, Any]:
        return person.get(f"/projects/{self.id}/approval")

    def step(self, kind: str, country: str) -> dict[str, Any]:
        """A step as the founder sees it."""
        told = self.explained_to(self.founder)
        if kind == "partner":
            return told["partner"]
        track = next(t for t in told["tracks"] if t["country"] == country)
        return next(s for s in track["steps"] if s["kind"] == kind)


class Europe:
    """Makes people and lets things happen; everything it makes is new, so that journeys do not meet."""

    def __init__(self) -> None:
        access = next(a for a in operator_settings(stack()).services if a.service == "identity")
        self._store = Store(access.run_database_url, pool_size=2, looks_first=True)
        self._officers: dict[tuple[str, str], Person] = {}

    # ---- people and schools

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=clock_offset())

    def address(self, name: str) -> str:
        return f"{name}.{_run}.{next(_numbers)}@example.org"

    def school(self, country: str, *, head_email: str = "", region: str | None = None) -> School:
        number = next(_numbers)
        school = School(
            uuid.uuid7(),
            f"Escola {_run} {number}",
            country,
            head_email or self.address("head"),
            region=REGIONS.get(country, "") if region is None else region,
        )
        seeded = demo.SchoolSeed(
            school.id,
            school.name,
            country,
            f"Town {number}",
            school.head_name,
            school.head_email,
            region=school.region,
            community=COMMUNITIES.get(country, ""),
        )
        demo.seed(self._store, at=self.now, password=PASSWORD, schools=[seeded])
        return school

    def teacher(
        self,
        country: str,
        *,
        validated: bool = True,
        school: School | None = None,
        name: str = "Teacher",
        role: SchoolRole = SchoolRole.TEACHER,
        grants: tuple[Grant, ...] = (),
        language: str = "",
        **wishes: Any,
    ) -> Person:
        """A teacher who registered some time ago."""
        school = school or self.school(country)
        person = Person(uuid.uuid7(), f"{name} {next(_numbers)}", self.address("teacher"), country, school)
        person.affiliation_id = uuid.uuid7()
        state = AffiliationState.VALIDATED if validated else AffiliationState.AWAITING
        seeded = demo.PersonSeed(
            person.id,
            person.name,
            person.email,
            country,
            language=language or LANGUAGES.get(country, "en"),
            role_kind=role,
            affiliations={person.affiliation_id: (school.id, role, state)},
            grants=grants,
            **wishes,
        )
        demo.seed(self._store, at=self.now, password=PASSWORD, people=[seeded])
        return person

    def officer(self, organisation: str, role: str = "officer") -> Person:
        """Somebody who may act for a support organisation; the same person all through a run."""
        known = self._officers.get((organisation, role))
        if known:
            return known
        person = Person(
            uuid.uuid7(), f"Officer {next(_numbers)}", self.address(f"{role}-{organisation}"), "ES"
        )
        seeded = demo.PersonSeed(
            person.id, person.name, person.email, "ES", grants=(Grant(role, organisation),)
        )
        demo.seed(self._store, at=self.now, password=PASSWORD, people=[seeded])
        self._officers[organisation, role] = person
        return person

    def become_contacts(self, one: Person, other: Person) -> None:
        contact_id = uuid.uuid7()
        one.post(
            "/contacts", {"contact_id": str(contact_id), "person_id": str(other.id), "message": "Hello!"}
        )
        other.post(f"/contacts/{contact_id}/acceptance")

    # ---- messages and forums

    def writes(self, one: Person, *others: Person, text: str = "", **more: Any) -> str:
        """Somebody begins a conversation; its id, which is also that of its first message."""
        thread_id = str(uuid.uuid7())
        body = {"subject": f"Songs {next(_numbers)}", "text": text or f"Shall we sing? {thread_id}"} | more
        ids = {"thread_id": thread_id, "message_id": thread_id}
        one.post("/messages", ids | body | {"to": [str(other.id) for other in others]})
        return thread_id

    def posts(self, author: Person, **changed: Any) -> str:
        """Somebody looks for partners; the post's id."""
        post_id = str(uuid.uuid7())
        author.post("/forum/posts", self.post_of(post_id, **changed))
        return post_id

    def post_of(self, post_id: str, **changed: Any) -> dict[str, Any]:
        return {
            "post_id": post_id,
            "section": "new-project",
            "band": "7-11",
            "title": f"Songs {_run} {next(_numbers)}",
            "idea": f"We look for a class that sings with us. {post_id}",
            "age_from": 8,
            "age_to": 10,
            "language": "en",
            "languages": ["en", "es"],
            "partners_wanted": 2,
            "subjects": ["music"],
        } | changed

    # ---- projects

    def draft(self, founder: Person, co_founder: Person | None, **changes: Any) -> Project:
        project = Project(uuid.uuid7(), (founder, co_founder or founder), f"Songs {_run} {next(_numbers)}")
        founder.put(f"/projects/{project.id}/draft", {**self.sheet(project, co_founder), **changes})
        return project

    def sheet(self, project: Project, co_founder: Person | None) -> dict[str, Any]:
        begins = (self.now + timedelta(days=60)).date()
        return {
            "seen_version": 0,
            "title": project.title,
            "description": "Pupils find a song both countries know and sing it in the other language.",
            "languages": ["en", "es"],
            "subjects": ["music", "foreign_languages"],
            "age_from": 9,
            "age_to": 12,
            "aims": "To sing together.",
            "starts_on": begins.isoformat(),
            "ends_on": (begins + timedelta(days=100)).isoformat(),
            "founding_school_id": str(project.founder.school.id),
            "co_founder_id": str(co_founder.id) if co_founder else None,
        }

    def submitted_project(self, countries: tuple[str, str] = ("ES", "PL"), **wishes: Any) -> Project:
        """Two teachers who know each other have asked for approval."""
        one, other = (self.teacher(c, **wishes) for c in countries)
        self.become_contacts(one, other)
        return self.submit(self.draft(one, other))

    def submit(self, project: Project) -> Project:
        version = project.seen_by(project.founder)["version"]
        project.founder.post(f"/projects/{project.id}/submission", {"seen_version": version})
        eventually(lambda: project.explained_to(project.founder), "the explanation")
        return project

    def accepted_project(self, countries: tuple[str, str] = ("ES", "PL"), **wishes: Any) -> Project:
        """The co-founder has accepted: both countries' chains run."""
        project = self.submitted_project(countries, **wishes)
        self.accept(project)
        return project

    def accept(self, project: Project) -> Any:
        step = eventually(lambda: self.invitation(project), "the invitation")
        return self.decide(project.co_founder, step["id"], "approve")

    def invitation(self, project: Project) -> dict[str, Any]:
        tasks = project.co_founder.get("/me/tasks")
        return next(t for t in tasks if t["subject_id"] == str(project.id))

    def decide(
        self, person: Person, task_id: str, outcome: str, reason: str = "", version: int | None = None
    ) -> Any:
        if version is None:
            version = person.get(f"/tasks/{task_id}")["task"]["version"]
        body = {"outcome": outcome, "reason": reason, "seen_version": version}
        return person.post(f"/tasks/{task_id}/decision", body)

    def consent_link(self, school: School) -> str:
        """The link in the newest mail to a school's head teacher."""

        def find() -> str:
            for mail in mails(school.head_email):
                found = re.search(r"/consent/([\w.-]+)", mail["text"])
                if found:
                    return found[1]
            return ""

        return eventually(
            find, f"a mail to {school.head_email}", 60
        )  # a mail that met a restart is tried again after ten seconds

    def head_teacher_says(
        self, project: Project, country: str, outcome: str = "approve", reason: str = ""
    ) -> Any:
        """By the mailed link, without an account."""
        person = next(f for f in project.founders if f.country == country)
        eventually(
            lambda: project.step("head_teacher", country)["state"] == "waiting", "the head teacher's step"
        )
        link = self.consent_link(person.school)
        body = {"link": link, "outcome": outcome, "reason": reason}
        return said(httpx.post(f"{stack().public_url}/api/v1/links/decision", json=body, timeout=12))

    def organisation_says(
        self,
        project: Project,
        country: str,
        outcome: str = "approve",
        reason: str = "",
        kind: str = "support_organisation",
    ) -> Any:
        """By an officer, from the own queue."""
        step = eventually(lambda: self._waiting(project, kind, country), f"{kind} of {country}")
        role = "regional" if kind == "regional" else "officer"
        return self.decide(self.officer(step["holder"], role), step["task_id"], outcome, reason)

    def _waiting(self, project: Project, kind: str, country: str) -> dict[str, Any] | None:
        step = project.step(kind, country)
        return step if step["state"] == "waiting" else None

    def walk_chain(self, project: Project, country: str, *, until: str = "") -> None:
        """Everyone in a country says yes, in order; stops before the step named."""
        for kind in ("head_teacher", "regional", "support_organisation"):
            if kind == until:
                return
            if kind == "regional" and country != "ES":
                continue
            if kind == "head_teacher":
                self.head_teacher_says(project, country)
            else:
                self.organisation_says(project, country, kind=kind)

    def approved_project(self, countries: tuple[str, str] = ("ES", "PL"), **wishes: Any) -> Project:
        """All have said yes and the TwinSpace is open."""
        project = self.accepted_project(countries, **wishes)
        for country in countries:
            self.walk_chain(project, country)
        eventually(lambda: self.twinspace(project, project.founder), "the TwinSpace")
        eventually(lambda: project.seen_by(project.founder)["state"] == "approved", "the project's approval")
        return project

    def twinspace(self, project: Project, person: Person) -> dict[str, Any]:
        return person.get(f"/projects/{project.id}/twinspace")

    # ---- being told, and time

    def notifications_of(self, person: Person) -> list[dict[str, Any]]:
        return person.get("/notifications")["notifications"]

    def is_told(self, person: Person, kind: str, project: Project | None = None) -> dict[str, Any]:
        def find() -> dict[str, Any] | None:
            for n in self.notifications_of(person):
                if n["kind"] == kind and (project is None or n["subject_id"] == str(project.id)):
                    return n
            return None

        return eventually(find, f"the notification {kind}")

    def mails_to(self, person_or_address: Any) -> list[dict[str, Any]]:
        return mails(getattr(person_or_address, "email", person_or_address))

    def days_pass(self, days: float) -> None:
        """Business time jumps; then everything that fell due is let happen."""
        settle(140)
        move_clock(days)
        time.sleep(1.3)  # every pump looks at least once
        settle(140)

    def today(self) -> date:
        return self.now.date()


__all__ = ["Europe", "Person", "Project", "Refused", "School"]
