"""The demo's people, schools and projects in the test stack, and beside each somebody who must never be found."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import sqlalchemy as sa

from chassis.store import Store
from deploy.demo.plan import Person, Plan, id_of, password, read_plan
from deploy.door import Door
from deploy.local.environment import elasticsearch_url, operator_settings
from services.identity import demo as identity
from services.identity.contract import AffiliationState, Visibility
from services.identity.domain.partners import PartnerFacts, may_be_partners
from services.identity.reference import reference
from services.projects.contract import FoundingSchool, ProjectState, Sheet
from services.projects.store import project
from tests.stack import database, eventually, stack

JOINED_DAYS_AGO = 60
SCHOOLS, PEOPLE, PROJECTS = "school", "person", "project"
FORBIDDEN = ("hidden", "unvalidated", "suspended", "blocked")
NOT_AS_PARTNER = "unavailable"
ASKING = ("lucia", "carmen", "ewa", "marek", "nino")
BLOCKERS = 6
SHADOWED = {"blocked": BLOCKERS}


@dataclass
class World:
    """Who is there, by id, and who may not be shown to whom."""

    plan: Plan = field(default_factory=read_plan)
    teachers: tuple[Person, ...] = ()
    forbidden: dict[UUID, str] = field(default_factory=dict)
    not_as_partner: dict[UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.teachers = tuple(p for p in self.plan.joined_before() if p.school)
        self.keys = {
            "people": {p.id: p.key for p in self.teachers},
            "partners": {p.id: p.key for p in self.teachers},
            "schools": {s.id: s.key for s in self.plan.schools},
            "projects": {p.id: p.key for p in self._projects()},
        }
        self.doors = {
            key: Door(stack().public_url, self.plan.people[key].email, password()) for key in ASKING
        }

    def _projects(self) -> list[Any]:
        return [p for p in self.plan.projects if p.sheet["description"] and p.co_founder]

    # ---- who must not be found

    def wrongly_shown(self, scope: str, by: str, ids: list[UUID]) -> list[str]:
        """Why each of these must not be in this list."""
        if scope not in ("people", "partners"):
            return []
        wrong = [self.forbidden[one] for one in ids if one in self.forbidden]
        if scope == "partners":
            wrong += [self.not_as_partner[one] for one in ids if one in self.not_as_partner]
            searcher = _facts(self.plan.people[by])
            known = {p.id: p for p in self.teachers}
            shown = [known[one] for one in ids if one in known]
            wrong += [f"{p.key} to {by}" for p in shown if not may_be_partners(searcher, _facts(p))]
        return wrong

    # ---- seeding

    def seed(self) -> None:
        """Put all of them in and wait until they are searchable."""
        shadows = list(self._shadows())
        access = next(a for a in operator_settings(stack()).services if a.service == "identity")
        identity.seed(
            Store(access.run_database_url, pool_size=1),
            at=datetime.now(UTC) - timedelta(days=JOINED_DAYS_AGO),
            password=password(),
            schools=[
                identity.SchoolSeed(
                    s.id, s.name, s.country, s.city, s.head, s.head_email, s.level, s.territory, s.region,
                    s.community, s.official_number,
                )
                for s in self.plan.schools
            ],
            people=[*(_seed_of(p, p.key) for p in self.teachers), *shadows],
        )  # fmt: skip
        self._suspend([one.id for one in shadows if self.forbidden.get(one.id, "").startswith("suspended")])
        self._found_projects()
        for one in shadows:
            if self.forbidden.get(one.id, "").startswith("blocked"):
                door = Door(stack().public_url, one.email, password())
                for reader in ASKING:
                    door.put(f"/people/{self.plan.people[reader].id}/block")
        listed = [p.id for p in self.teachers]
        eventually(lambda: self._searchable("people", listed), "the demo's people in the index", 60)
        eventually(lambda: self._searchable("schools", list(self.keys["schools"])), "the schools", 60)
        eventually(lambda: self._searchable("projects", list(self.keys["projects"])), "the projects", 60)

    def forget_projects(self) -> None:
        """They never had a TwinSpace: what looks at the whole stack later must not meet them."""
        with database("projects").begin() as connection:
            connection.execute(sa.delete(project).where(project.c.id.in_(list(self.keys["projects"]))))
        self._mark_projects()

    def _shadows(self) -> Iterator[identity.PersonSeed]:
        """Somebody with the same name, school, wishes and texts as each teacher, who may not be found."""
        for kind in (*FORBIDDEN, NOT_AS_PARTNER):
            for person in self.teachers[: SHADOWED.get(kind)]:
                one = _seed_of(person, f"{kind} {person.key}")
                known = self.not_as_partner if kind == NOT_AS_PARTNER else self.forbidden
                known[one.id] = f"{kind} {person.key}"
                yield _hidden(one, kind)

    @staticmethod
    def _suspend(ids: list[UUID]) -> None:
        with database("identity").begin() as connection:
            connection.execute(
                sa.text("UPDATE person SET suspended = true, version = version + 1 WHERE id = ANY(:ids)"),
                {"ids": ids},
            )

    def _found_projects(self) -> None:
        """The demo's projects as if all of them were under way."""
        now = datetime.now(UTC) - timedelta(days=1)
        rows = []
        for one in self._projects():
            founders = [
                FoundingSchool(p.school.id, p.id, p.school.country, "") for p in (one.founder, one.co_founder)
            ]
            rows.append(
                {
                    "id": one.id,
                    "founder_id": one.founder.id,
                    "co_founder_id": one.co_founder.id,
                    "state": ProjectState.ACTIVE,
                    "sheet": _sheet_of(one.sheet),
                    "founding_school_id": one.founder.school.id,
                    "founding_schools": tuple(founders),
                    "created_at": now, "saved_at": now, "approved_at": now, "started_at": now,
                    "permanent_partnership": False,
                    "approval_sequence": 1,
                    "version": int(now.timestamp()),  # above that of a run before
                }
            )  # fmt: skip
        with database("projects").begin() as connection:
            connection.execute(sa.insert(project), rows)
        self._mark_projects()

    def _mark_projects(self) -> None:
        with database("search").begin() as connection:
            connection.execute(
                sa.text("INSERT INTO dirty (kind, id) VALUES ('projects', :id) ON CONFLICT DO NOTHING"),
                [{"id": one} for one in self.keys["projects"]],
            )

    @staticmethod
    def _searchable(index: str, ids: list[UUID]) -> bool:
        body = {"query": {"terms": {"id": [str(one) for one in ids]}}, "size": 0}
        answer = httpx.post(f"{elasticsearch_url(stack())}/{index}/_search", json=body)
        return bool(answer.status_code == 200 and answer.json()["hits"]["total"]["value"] == len(ids))


def _facts(person: Person) -> PartnerFacts:
    return PartnerFacts(person.available, person.available_plus, reference().is_plus(person.country))


def _hidden(one: identity.PersonSeed, kind: str) -> identity.PersonSeed:
    match kind:
        case "hidden":
            return replace(one, profile_visibility=Visibility.CONTACTS)
        case "unvalidated":
            ways = {i: (s, role, AffiliationState.AWAITING) for i, (s, role, _) in one.affiliations.items()}
            return replace(one, affiliations=ways)
        case "unavailable":
            return replace(one, available=False)
    return one


def _seed_of(person: Person, key: str) -> identity.PersonSeed:
    """As the demo has them, without what they may do for others."""
    ages = person.ages or (None, None)
    return identity.PersonSeed(
        id_of("person", key),
        person.name,
        person.email
        if key == person.key
        else f"{key.replace(' ', '.').replace('_', '.')}@relevance.example.org",
        person.country,
        language=person.language,
        role_kind=person.role,
        affiliations={id_of("affiliation", key): (person.school.id, person.role, AffiliationState.VALIDATED)},
        available=person.available,
        available_plus=person.available_plus,
        biography=person.biography,
        project_idea=person.project_idea,
        subjects=person.subjects,
        languages=person.languages,
        keywords=person.keywords,
        age_from=ages[0],
        age_to=ages[1],
    )


def _sheet_of(told: dict[str, Any]) -> Sheet:
    return Sheet(
        **{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()},
        starts_on=None,
        ends_on=None,
    )
