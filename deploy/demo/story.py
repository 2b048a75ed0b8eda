"""Lets the demo's people act, day after day, through the API: every date and notice comes about as in life.

The stack's clock begins some weeks ago and ends at real time; each day's due reminders are let happen.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any

from chassis.store import Store
from deploy import clock
from deploy.demo.gatherings import Gatherings
from deploy.demo.plan import Decision, Page, Person, Plan, Post, Project, Thread, id_of, password
from deploy.door import Door
from deploy.local.environment import operator_settings
from deploy.running import RunningStack, eventually
from services.approvals.contract import Cause, Outcome, StepKind
from services.identity import demo as identity
from services.identity.contract import AffiliationState
from services.projects.contract import ProjectState

JOINED_DAYS_AGO = 200
TIME_OF_DAY = time(6, 50, tzinfo=UTC)
LONGEST_DAY = timedelta(hours=16, minutes=50)
"""The last day's events must be over by now: it is today or, before the evening, yesterday."""
ROLES = {StepKind.REGIONAL: "regional", StepKind.SUPPORT_ORGANISATION: "officer"}
CONSENT_LINK = re.compile(r"/consent/([\w.-]+)")
CONFIRMATION_LINK = re.compile(r"/confirm/([\w.-]+)")
LAST_READ = -7
SAYINGS = {
    Outcome.APPROVE: "approvals",
    Outcome.REFUSE: "refusals",
    Outcome.REQUEST_CHANGES: "requests for changes",
}
SHOWN_AS = {Cause.PARTNER_NOT_VALIDATED: {Cause.PARTNER_NOT_VALIDATED, Cause.PARTNER_HAS_NOT_ACCEPTED}}
"""A partner who is not validated has, whatever else is said, not accepted."""


class Story:
    """The plan, happening on a running stack."""

    def __init__(self, plan: Plan, running: RunningStack) -> None:
        self.plan, self.running = plan, running
        self.url = running.stack.public_url
        self.door = cache(self._door)
        self.done: Counter[str] = Counter()
        self._today = datetime.now(UTC)
        self._morning = datetime.combine((self._today - LONGEST_DAY).date(), TIME_OF_DAY)
        self._ahead = timedelta(0)
        self.gatherings = Gatherings(plan, self.door, self.happened, self._morning.date())

    # ---- people

    def settle_in(self) -> None:
        """Who was there before the story begins: rows as identity would have them, nobody is told."""
        access = next(a for a in operator_settings(self.running.stack).services if a.service == "identity")
        identity.seed(
            Store(access.run_database_url, pool_size=1),
            at=datetime.now(UTC) - timedelta(days=JOINED_DAYS_AGO),
            password=password(),
            schools=[
                identity.SchoolSeed(
                    s.id, s.name, s.country, s.city, s.head, s.head_email,
                    s.level, s.territory, s.region, s.community, s.official_number,
                )
                for s in self.plan.schools
            ],
            people=[_seed_of(person) for person in self.plan.joined_before()],
            contacts=[
                identity.ContactSeed(id_of("contact", f"{one.key} {other.key}"), one.id, other.id)
                for one, other in self.plan.who_know_each_other()
            ],
        )  # fmt: skip

    def _door(self, person: Person) -> Door:
        return Door(self.url, person.email, password())

    # ---- time

    @contextmanager
    def in_the_past(self) -> Iterator[None]:
        """While this lasts the stack's clock is not at real time; afterwards it is, whatever happened."""
        try:
            yield
        finally:
            clock.return_to_real_time(self.running.stack.controls)

    def begin_day(self, day: int) -> None:
        """Some days before today, in the morning."""
        self._ahead = self._morning + timedelta(days=day) - self._today
        self.let_pass(minutes=day * 29 % 80)

    def let_pass(self, minutes: int) -> None:
        """A part of a day goes by."""
        self._ahead += timedelta(minutes=minutes)
        clock.set_offset(self.running.stack.controls, self._ahead)

    def happened(self, what: str) -> None:
        """Count it, and let a while pass before the next."""
        self.done[what] += 1
        self.let_pass(minutes=4 + len(what) % 7 + 5 * (self.done[what] % 4))

    def live(self, say: Callable[[str], None]) -> None:
        """All days up to today; each ends when what was done, or fell due, has had its consequences."""
        for day in range(self.plan.first_day, 1):
            self.begin_day(day)
            if self._live_through(day) or not self.running.quiet():
                self.running.settle()
            if day % 7 == 0:
                say(f"    {f'{-day} days ago' if day else 'today':>11}: {self._summary()}")

    def _summary(self) -> str:
        told = ", ".join(f"{number} {what}" for what, number in self.done.items()) or "nothing new"
        self.done.clear()
        return told

    def _live_through(self, day: int) -> bool:
        """What happens on that day, in an order in which it can happen; True if anything did."""
        before = self.done.total()
        for person in self.plan.people.values():
            if person.since == day:
                self.register(person)
            if person.asked_for_evidence == day:
                self.ask_for_evidence(person)
        for request in self.plan.requests:
            if request.day == day:
                self.ask_for_contact(
                    self.plan.people[request.asked_by], self.plan.people[request.to], request.message
                )
        for project in self.plan.projects:
            self._move(project, day)
        self._talk(day)
        for meeting in self.plan.meetings:
            self.gatherings.move(meeting, day)
        if day == self.plan.first_day:
            self.gatherings.add_tutorials()
            self.follow_each_other()
        if day == LAST_READ:
            self.read_notifications()
        return self.done.total() > before

    def _move(self, project: Project, day: int) -> None:
        if project.drafted == day:
            self.draft(project)
        if project.submitted == day:
            self.submit(project)
        for decision in project.decisions:
            if decision.day == day:
                self.decide(project, decision)
        if project.withdrawn == day:
            self.door(project.founder).asks("DELETE", f"/projects/{project.id}/submission")
            self.happened("withdrawals")
        if project.started == day:
            self.start_or_close(project, "start")
        for page in project.pages:
            if page.day == day:
                self.write(project, page)
        if project.closed == day:
            self.start_or_close(project, "closing", confirmed=True)

    # ---- forums and messages

    def _talk(self, day: int) -> None:
        for post in self.plan.posts:
            self._look_for_partners(post, day)
        for thread in self.plan.threads:
            self._write_to_each_other(thread, day)

    def _look_for_partners(self, post: Post, day: int) -> None:
        """A post is written, replied to, and in the end leads to something."""
        author, path = self.door(self.plan.people[post.by]), f"/forum/posts/{post.id}"
        if post.day == day:
            starts = self._today.date() + timedelta(days=post.starts) if post.starts else None
            body = post.written | {
                "post_id": str(post.id),
                "starts_on": starts.isoformat() if starts else None,
            }
            author.post("/forum/posts", body)
            self.happened("posts")
            if post.pinned:
                self.door(self.plan.officer("css", "css")).post(f"{path}/moderation", {"action": "pin"})
        for said_on, who, text in post.replies:
            if said_on == day:
                reply_id = id_of("reply", f"{post.key} {who} {text}")
                body = {"reply_id": str(reply_id), "text": text}
                self.door(self.plan.people[who]).post(f"{path}/replies", body)
                self.happened("replies")
        if post.found == day:
            author.post(f"{path}/found")

    def _write_to_each_other(self, thread: Thread, day: int) -> None:
        """Who answers has read what was written; who does not, has not yet."""
        if thread.day == day:
            about = id_of("post", thread.about) if thread.about else None
            body = {
                "thread_id": str(thread.id),
                "message_id": str(thread.id),
                "to": [str(self.plan.people[one].id) for one in thread.to],
                "subject": thread.subject,
                "text": thread.text,
                "post_id": str(about) if about else None,
            }
            self.door(self.plan.people[thread.by]).post("/messages", body)
            self.happened("messages")
        for said_on, who, text in thread.answers:
            if said_on == day:
                door = self.door(self.plan.people[who])
                door.put(f"/messages/{thread.id}/read")
                message_id = id_of("message", f"{thread.id} {who} {text}")
                body = {"message_id": str(message_id), "text": text}
                door.post(f"/messages/{thread.id}/replies", body)
                self.happened("messages")

    # ---- joining and knowing each other

    def register(self, person: Person) -> None:
        """Register, confirm by the mailed link, say what one is available for, and join a school."""
        visitor, me = Door(self.url), self.door(person)
        visitor.post(
            "/registrations",
            {
                "person_id": str(person.id),
                "name": person.name,
                "email": person.email,
                "password": password(),
                "country": person.country,
                "role_kind": person.role,
                "language": person.language,
                "conduct_accepted": True,
            },
        )
        link = eventually(lambda: self._link(CONFIRMATION_LINK, person.email), f"a mail to {person.email}")
        visitor.post("/confirmations", {"link": link})
        self.happened("registrations")
        if person.school is None:
            return
        me.put("/me/availability", {"available": person.available, "available_plus": person.available_plus})
        membership = {"affiliation_id": str(person.affiliation_id), "school_id": str(person.school.id)}
        me.post("/me/affiliations", {**membership, "role_kind": person.role})
        for project in self.plan.projects:
            if project.co_founder == person:
                contact_id = self.ask_for_contact(project.founder, person, "")
                me.post(f"/contacts/{contact_id}/acceptance")

    def ask_for_contact(self, asked_by: Person, to: Person, message: str) -> str:
        """Ask; the request's id."""
        contact_id = str(id_of("contact", f"{asked_by.key} {to.key}"))
        request = {"contact_id": contact_id, "person_id": str(to.id), "message": message}
        self.door(asked_by).post("/contacts", request)
        self.happened("contact requests")
        return contact_id

    def ask_for_evidence(self, person: Person) -> None:
        """An officer wants to see a certificate of employment first."""
        track = self.door(person).get(f"/affiliations/{person.affiliation_id}/approval")["tracks"][0]
        step = next(s for s in track["steps"] if s["state"] == "waiting")
        wanted = "Молимо приложите потврду о запослењу. Please attach a certificate of employment."
        self._decide_as_officer(step, StepKind(step["kind"]), Outcome.REQUEST_CHANGES, wanted)

    def follow_each_other(self) -> None:
        for follower, followed in self.plan.follows.items():
            for key in followed:
                self.door(self.plan.people[follower]).put(f"/people/{self.plan.people[key].id}/follow")

    def read_notifications(self) -> None:
        """Teachers have looked at the bell; what came later is unread."""
        for project in self.plan.projects:
            self.door(project.founder).post("/notifications/read")

    # ---- projects

    def draft(self, project: Project) -> None:
        """Begin a draft, as far as the plan has it."""
        school, partner, first, last = project.founder.school, project.co_founder, None, None
        if project.dates:
            first, last = (self._today.date() + timedelta(days=d) for d in project.dates)
        sheet = project.sheet | {
            "seen_version": 0,
            "starts_on": first.isoformat() if first else None,
            "ends_on": last.isoformat() if last else None,
            "founding_school_id": str(school.id) if school else None,
            "co_founder_id": str(partner.id) if partner else None,
        }
        self.door(project.founder).put(f"/projects/{project.id}/draft", sheet)
        self.happened("drafts")

    def submit(self, project: Project) -> None:
        """Ask for approval."""
        founder = self.door(project.founder)
        founder.post(f"/projects/{project.id}/submission", {"seen_version": self._version(project)})
        self.happened("submissions")

    def decide(self, project: Project, decision: Decision) -> None:
        """Whoever's turn it is says what the plan has, once it is their turn."""
        step = eventually(lambda: self._waiting(project, decision), f"{decision.step} of {project.title}")
        reason = project.reason if decision.outcome is not Outcome.APPROVE else ""
        if decision.step is StepKind.PARTNER:
            self._say(self.door(self._co_founder(project)), step["task_id"], decision.outcome, reason)
        elif decision.step is StepKind.HEAD_TEACHER:
            self._consent(project, project.person_of(decision.country), decision.outcome, reason)
        else:
            self._decide_as_officer(step, decision.step, decision.outcome, reason)

    def _decide_as_officer(self, step: Any, kind: StepKind, outcome: Outcome, reason: str) -> None:
        self._say(self.door(self.plan.officer(step["holder"], ROLES[kind])), step["task_id"], outcome, reason)

    def _say(self, door: Door, task_id: str, outcome: Outcome, reason: str) -> None:
        seen = door.get(f"/tasks/{task_id}")["task"]["version"]
        door.post(f"/tasks/{task_id}/decision", {"outcome": outcome, "reason": reason, "seen_version": seen})
        self.happened(SAYINGS[outcome])

    def _consent(self, project: Project, founder: Person, outcome: Outcome, reason: str) -> None:
        """A head teacher follows the mailed link, without an account."""
        assert founder.school is not None  # noqa: S101 - who founds has a school
        address = founder.school.head_email
        link = eventually(lambda: self._link(CONSENT_LINK, address, project.title), f"a mail to {address}")
        visitor = Door(self.url)
        visitor.post("/links/view", {"link": link})
        visitor.post("/links/decision", {"link": link, "outcome": outcome, "reason": reason})
        self.happened(SAYINGS[outcome])

    def start_or_close(self, project: Project, what: str, **more: Any) -> None:
        """A founder starts the project before its date, or ends it."""
        body = {"seen_version": self._version(project), **more}
        self.door(project.founder).post(f"/projects/{project.id}/{what}", body)
        self.happened("closings" if more else "starts")

    def write(self, project: Project, page: Page) -> None:
        """A page in the TwinSpace."""
        page_id = id_of("page", f"{project.key} {page.title}")
        written = {
            "project_id": str(project.id),
            "title": page.title,
            "text": page.text,
            "visibility": page.visibility,
            "publishing_confirmed": True,
        }
        self.door(self.plan.people[page.by]).put(f"/pages/{page_id}", written)
        self.happened("pages")

    # ---- what is seen

    def _version(self, project: Project) -> int:
        return int(self._seen(project)["version"])

    def _seen(self, project: Project) -> Any:
        return self.door(project.founder).get(f"/projects/{project.id}")

    def _explained(self, project: Project) -> Any:
        return self.door(project.founder).get(f"/projects/{project.id}/approval")

    def _co_founder(self, project: Project) -> Person:
        assert project.co_founder is not None  # noqa: S101 - only drafts go without
        return project.co_founder

    def _waiting(self, project: Project, decision: Decision) -> Any:
        told = self._explained(project)
        steps = [step for t in told["tracks"] if t["country"] == decision.country for step in t["steps"]]
        for step in [told["partner"], *steps]:
            if step["kind"] == decision.step and step["state"] == "waiting":
                return step
        return None

    def _link(self, shape: re.Pattern[str], address: str, about: str = "") -> str:
        for mail in self.running.mails(address):
            found = shape.search(mail["text"])
            if found and about in mail["text"]:
                return found[1]
        return ""

    # ---- whether it came out as planned

    def differences(self) -> Iterator[str]:
        """Where the stack does not show what the plan wants."""
        yield from self.gatherings.differences()
        for project in self.plan.projects:
            state = self._seen(project)["state"]
            if state != project.state:
                yield f"{project.title} is {state}, not {project.state}"
            if project.stuck is None or state in (ProjectState.DRAFT, *ENDED):
                continue
            told = self._explained(project)
            if not SHOWN_AS.get(project.stuck, {project.stuck}) & set(told["causes"]):
                yield f"{project.title} waits because of {told['causes']}, not of {project.stuck}"
            if told["late"] is project.fresh:
                yield f"{project.title} is {'late' if project.fresh else 'not late'}"


ENDED = (ProjectState.REJECTED, ProjectState.DECLINED, ProjectState.WITHDRAWN, ProjectState.EXPIRED)


def _seed_of(person: Person) -> identity.PersonSeed:
    school = person.school
    validated = AffiliationState.VALIDATED
    return identity.PersonSeed(
        person.id,
        person.name,
        person.email,
        person.country,
        language=person.language,
        role_kind=person.role,
        affiliations={person.affiliation_id: (school.id, person.role, validated)} if school else {},
        grants=person.grants,
        available=person.available,
        available_plus=person.available_plus,
        biography=person.biography,
        project_idea=person.project_idea,
        subjects=person.subjects,
        languages=person.languages,
        keywords=person.keywords,
        age_from=person.ages[0] if person.ages else None,
        age_to=person.ages[1] if person.ages else None,
    )
