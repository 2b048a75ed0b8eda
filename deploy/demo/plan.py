"""What the demo data shall be: schools, people and what happens to their projects, read from the files here."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from chassis.contract import Grant
from services.approvals.contract import Cause, Outcome, StepKind
from services.events.contract import MeetingState
from services.identity.contract import SchoolLevel, SchoolRole
from services.projects.contract import ProjectState
from services.twinspace.contract import PageVisibility

FOLDER = Path(__file__).parent
LOGINS = FOLDER.parent / "demo_logins.toml"
EUROPE = UUID("5c5f8d0e-6f1a-5d3b-9a77-2f6f3b1f4c11")


def id_of(kind: str, key: str) -> UUID:
    """The same id every time, so that links between demo pages last."""
    return uuid5(EUROPE, f"{kind} {key}")


def password() -> str:
    """Everybody's password in the demo."""
    return str(tomllib.loads(LOGINS.read_text())["password of all"])


@dataclass(frozen=True)
class School:
    """A school and its head teacher."""

    key: str
    name: str
    country: str
    city: str
    head: str
    head_email: str
    level: tuple[SchoolLevel, ...] = (SchoolLevel.LOWER_SECONDARY,)
    region: str = ""
    territory: str = ""
    community: str = ""
    official_number: str = ""

    @property
    def id(self) -> UUID:
        return id_of("school", self.key)


@dataclass(frozen=True)
class Person:
    """Somebody with an account. `since`: the day of registration of those who join during the story."""

    key: str
    name: str
    language: str
    country: str
    school: School | None = None
    role: SchoolRole = SchoolRole.TEACHER
    grants: tuple[Grant, ...] = ()
    biography: str = ""
    project_idea: str = ""
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    available: bool = True
    available_plus: bool = False
    since: int | None = None
    asked_for_evidence: int | None = None

    @property
    def id(self) -> UUID:
        return id_of("person", self.key)

    @property
    def affiliation_id(self) -> UUID:
        return id_of("affiliation", self.key)

    @property
    def email(self) -> str:
        return f"{self.key.replace('_', '.')}@example.org"


@dataclass(frozen=True)
class Decision:
    """On a day somebody decides a step; `country` is empty for the partner's."""

    day: int
    step: StepKind
    country: str
    outcome: Outcome

    @classmethod
    def read(cls, text: str) -> "Decision":
        """From "-38 ES head_teacher refuse" or "-40 partner"."""
        day, *words = text.split()
        country = words.pop(0) if words[0].isupper() else ""
        step, *outcome = words
        return cls(int(day), StepKind(step), country, Outcome(outcome[0]) if outcome else Outcome.APPROVE)


@dataclass(frozen=True)
class Page:
    """A page of a TwinSpace, written on a day."""

    day: int
    by: str
    title: str
    text: str
    visibility: PageVisibility


@dataclass(frozen=True)
class Project:
    """A project and all that happens to it; days count from today."""

    key: str
    title: str
    founder: Person
    co_founder: Person | None
    sheet: dict[str, Any]
    dates: tuple[int, int] | None
    state: ProjectState
    drafted: int
    submitted: int | None
    decisions: tuple[Decision, ...]
    reason: str
    started: int | None
    closed: int | None
    withdrawn: int | None
    stuck: Cause | None
    fresh: bool
    pages: tuple[Page, ...]

    @property
    def id(self) -> UUID:
        return id_of("project", self.key)

    def person_of(self, country: str) -> Person:
        """The founder whose school lies in that country."""
        founders = [p for p in (self.founder, self.co_founder) if p is not None]
        return next(p for p in founders if p.country == country)


@dataclass(frozen=True)
class Request:
    """A request of contact that nobody has answered yet."""

    day: int
    asked_by: str
    to: str
    message: str


Saying = tuple[int, str, str]
"""On a day somebody writes something."""


@dataclass(frozen=True)
class Post:
    """A post of the partner forums with its replies; `found`: the day on which partners were found."""

    key: str
    by: str
    day: int
    written: dict[str, Any]
    starts: int | None
    replies: tuple[Saying, ...]
    found: int | None
    pinned: bool

    @property
    def id(self) -> UUID:
        return id_of("post", self.key)


@dataclass(frozen=True)
class Thread:
    """A private conversation; `about` is a post's key."""

    day: int
    by: str
    to: tuple[str, ...]
    subject: str
    text: str
    about: str
    answers: tuple[Saying, ...]

    @property
    def id(self) -> UUID:
        return id_of("thread", f"{self.by} {self.subject}")


@dataclass(frozen=True)
class Meeting:
    """A meeting or activity and all that happens to it; days count from today."""

    key: str
    by: Person
    sheet: dict[str, Any]
    announced: int
    starts: tuple[int, time]
    lasts: timedelta
    opens: int | None
    closes: int | None
    registers: tuple[Person, ...]
    withdraws: tuple[Person, ...]
    approves: tuple[Person, ...]
    invites: tuple[Person, ...]
    wishes: tuple[Person, ...]
    came: tuple[Person, ...]
    completed: tuple[Person, ...]
    posts: tuple[tuple[Person, str], ...]
    cancelled: tuple[int, str] | None
    state: MeetingState
    confirmed: int
    waiting: int

    @property
    def id(self) -> UUID:
        return id_of("meeting", self.key)

    def registration_of(self, person: Person) -> UUID:
        """The id of somebody's registration."""
        return id_of("registration", f"{self.key} {person.key}")

    @property
    def registration_day(self) -> int:
        """The day after the announcement, or when registration has opened."""
        return max(self.announced, self.opens if self.opens is not None else self.announced) + 1

    @property
    def last_day(self) -> int:
        """On which day it ends."""
        return self.starts[0] + self.lasts.days


@dataclass(frozen=True)
class Tutorial:
    """A tutorial or video a support organisation points to."""

    by: Person
    organisation: str
    title: str
    url: str
    language: str
    video: bool


@dataclass(frozen=True)
class Plan:
    """All of it."""

    schools: tuple[School, ...]
    people: dict[str, Person]
    projects: tuple[Project, ...]
    acquaintances: tuple[tuple[str, str], ...]
    requests: tuple[Request, ...]
    follows: dict[str, tuple[str, ...]]
    posts: tuple[Post, ...]
    threads: tuple[Thread, ...]
    meetings: tuple[Meeting, ...]
    tutorials: tuple[Tutorial, ...]

    @property
    def first_day(self) -> int:
        """When the story begins."""
        return min(*(p.drafted for p in self.projects), *(m.announced for m in self.meetings))

    def joined_before(self) -> Iterator[Person]:
        """Those who are there when the story begins."""
        return (p for p in self.people.values() if p.since is None)

    def who_know_each_other(self) -> Iterator[tuple[Person, Person]]:
        """Contacts from before the story: acquaintances and founders of whom both were there."""
        pairs = {frozenset(pair) for pair in self.acquaintances}
        pairs |= {frozenset((p.founder.key, p.co_founder.key)) for p in self.projects if p.co_founder}
        for low, high in sorted(tuple(sorted(pair)) for pair in pairs):
            one, other = self.people[low], self.people[high]
            if one.since is None and other.since is None:
                yield one, other

    def officer(self, organisation: str, role: str) -> Person:
        """Who acts for an organisation in that role."""
        wanted = Grant(role, organisation)
        return next(p for p in self.people.values() if wanted in p.grants)


def read_plan() -> Plan:
    """The plan as the files have it."""
    told = tomllib.loads((FOLDER / "people.toml").read_text())
    schools = {key: _school(key, facts) for key, facts in told["school"].items()}
    people = {key: _person(key, facts, schools) for key, facts in told["person"].items()}
    projects = tomllib.loads((FOLDER / "projects.toml").read_text())
    forums = tomllib.loads((FOLDER / "forums.toml").read_text())
    return Plan(
        schools=tuple(schools.values()),
        people=people,
        projects=tuple(_project(key, facts, people) for key, facts in projects.items()),
        acquaintances=tuple((one, other) for one, other in (a["people"] for a in told["acquaintance"])),
        requests=tuple(Request(r["day"], r["from"], r["to"], r["message"]) for r in told["request"]),
        follows={key: tuple(whom) for key, whom in told["follows"].items()},
        posts=tuple(_post(key, facts) for key, facts in forums["post"].items()),
        threads=tuple(_thread(facts) for facts in forums["thread"]),
        **_meetings(people),
    )


def _meetings(people: dict[str, Person]) -> dict[str, Any]:
    told = tomllib.loads((FOLDER / "meetings.toml").read_text())
    tutorials = tuple(Tutorial(people[by], *rest) for by, *rest in told.pop("tutorials")["list"])
    return {
        "meetings": tuple(_meeting(key, facts, people) for key, facts in told.items()),
        "tutorials": tutorials,
    }


def _meeting(key: str, facts: dict[str, Any], people: dict[str, Person]) -> Meeting:
    day, hour = facts.pop("starts")
    groups = ("registers", "withdraws", "approves", "invites", "wishes", "came", "completed")
    named: dict[str, Any] = {n: tuple(people[p] for p in facts.pop(n, ())) for n in groups}
    posts = tuple((people[who], what) for who, what in facts.pop("posts", ()))
    cancelled = facts.pop("cancelled", None)
    own = ("announced", "opens", "closes", "confirmed", "waiting")
    known: dict[str, Any] = {name: facts.pop(name, None) for name in own}
    return Meeting(
        key=key,
        by=people[facts.pop("by")],
        starts=(day, time.fromisoformat(hour)),
        lasts=timedelta(hours=facts.pop("lasts")),
        posts=posts,
        cancelled=tuple(cancelled) if cancelled else None,
        state=MeetingState(facts.pop("state")),
        sheet=facts,
        **named,
        **known,
    )


def _school(key: str, facts: dict[str, Any]) -> School:
    level = tuple(SchoolLevel(name) for name in facts.pop("level", ["lower_secondary"]))
    return School(key=key, level=level, **facts)


def _person(key: str, facts: dict[str, Any], schools: dict[str, School]) -> Person:
    school = schools[facts.pop("school")] if "school" in facts else None
    facts.setdefault("country", school.country if school else "")
    role = SchoolRole(facts.pop("role", "teacher"))
    grants = tuple(Grant(name, organisation) for name, organisation in facts.pop("grants", []))
    lists: dict[str, Any] = {
        n: tuple(facts.pop(n, ())) for n in ("subjects", "languages", "keywords", "ages")
    }
    available = facts.pop("available", not grants)
    return Person(key=key, school=school, role=role, grants=grants, available=available, **lists, **facts)


def _post(key: str, facts: dict[str, Any]) -> Post:
    names = ("section", "band", "title", "idea", "language", "languages", "subjects")
    written = {name: facts[name] for name in names}
    written |= {"age_from": facts["ages"][0], "age_to": facts["ages"][1]}
    written |= {"partners_wanted": facts["partners"], "countries_wanted": facts["countries"]}
    replies = tuple((day, who, text) for day, who, text in facts["replies"])
    return Post(
        key=key,
        by=facts["by"],
        day=facts["day"],
        written=written,
        starts=facts.get("starts"),
        replies=replies,
        found=facts.get("found"),
        pinned=facts.get("pinned", False),
    )


def _thread(facts: dict[str, Any]) -> Thread:
    answers = tuple((day, who, text) for day, who, text in facts["answers"])
    return Thread(
        facts["day"],
        facts["by"],
        tuple(facts["to"]),
        facts["subject"],
        facts["text"],
        facts.get("about", ""),
        answers,
    )


def _project(key: str, facts: dict[str, Any], people: dict[str, Person]) -> Project:
    ages = facts.get("ages", (None, None))
    sheet = {
        name: facts.get(name, "") for name in ("title", "description", "tools", "aims", "process", "results")
    }
    sheet |= {"languages": facts["languages"], "subjects": facts.get("subjects", [])}
    sheet |= {"age_from": ages[0], "age_to": ages[1], "pupils": facts.get("pupils")}
    sheet["allow_plus"] = facts.get("allow_plus", False)
    submitted = facts.get("submitted")
    return Project(
        key=key,
        title=facts["title"],
        founder=people[facts["founder"]],
        co_founder=people[facts["co_founder"]] if "co_founder" in facts else None,
        sheet=sheet,
        dates=tuple(facts["dates"]) if "dates" in facts else None,
        state=ProjectState(facts["state"]),
        drafted=facts["drafted"] if submitted is None else submitted - 1,
        submitted=submitted,
        decisions=tuple(Decision.read(text) for text in facts.get("decisions", ())),
        reason=facts.get("reason", ""),
        started=facts.get("started"),
        closed=facts.get("closed"),
        withdrawn=facts.get("withdrawn"),
        stuck=Cause(facts["stuck"]) if "stuck" in facts else None,
        fresh=facts.get("fresh", False),
        pages=tuple(
            Page(p["day"], p["by"], p["title"], p["text"].strip(), PageVisibility(p["visibility"]))
            for p in facts.get("pages", ())
        ),
    )
