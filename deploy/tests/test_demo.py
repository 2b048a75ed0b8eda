"""The demo data show every role and every reason to wait; the plan says what, the stack then proves it."""

import tomllib
from datetime import date

import pytest

from deploy.demo.plan import LOGINS, Plan, password, read_plan
from services.approvals.contract import Cause, Outcome, StepKind
from services.approvals.policy import policy_of
from services.community.contract import Band, PostCard, Section
from services.community.domain.post import check_ages
from services.events.contract import MeetingState, Mode, Selection
from services.identity.contract import SchoolRole
from services.identity.passwords import refuse_weak
from services.identity.reference import reference
from services.projects.contract import ProjectState

NOBODY_KEEPS_IT = {Cause.TWINSPACE_BEING_MADE}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan()


@pytest.fixture(scope="module")
def logins() -> list[dict[str, str]]:
    return tomllib.loads(LOGINS.read_text())["people"]


def test_every_cause_of_delay_has_a_project_that_is_late_because_of_it(plan):
    late = {p.stuck for p in plan.projects if p.stuck and not p.fresh}
    assert late == set(Cause) - NOBODY_KEEPS_IT


def test_what_is_late_was_submitted_more_than_fifteen_days_ago(plan):
    for project in plan.projects:
        if project.stuck is None:
            continue
        policy = policy_of("default", date.max).project
        paused = sum(-d.day for d in project.decisions if d.outcome is Outcome.REQUEST_CHANGES)
        waited = -project.submitted - paused
        assert (waited > policy.late_after_days) is not project.fresh, project.title


def test_one_waits_that_is_not_late_yet(plan):
    assert sum(p.fresh for p in plan.projects) == 1


def test_twelve_countries_take_part_an_overseas_territory_and_both_communities_of_belgium_too(plan):
    assert len({school.country for school in plan.schools}) >= 12
    assert {"ES", "PL", "FR", "BE", "RS", "GE", "DE", "IT", "PT", "GR", "FI", "IE"} <= {
        s.country for s in plan.schools
    }
    assert any(school.territory == "GP" for school in plan.schools)
    assert {s.community for s in plan.schools if s.country == "BE"} == {"nl", "fr"}


def test_projects_end_in_every_way(plan):
    states = [p.state for p in plan.projects]
    assert set(states) == set(ProjectState)
    assert states.count(ProjectState.DRAFT) >= 3
    assert states.count(ProjectState.ACTIVE) >= 3


def test_what_was_refused_has_a_reason(plan):
    for project in plan.projects:
        said_no = [d for d in project.decisions if d.outcome is not Outcome.APPROVE]
        assert bool(said_no) is bool(project.reason), project.title


def test_every_role_has_a_login(plan, logins):
    by_email = {person.email: person for person in plan.people.values()}
    people = [by_email[login["email"]] for login in logins]
    assert [p.name for p in people] == [login["name"] for login in logins]
    held = {(g.role, g.organisation) for p in people for g in p.grants}
    assert held >= {
        ("officer", "nss-es"),
        ("officer", "nss-pl"),
        ("lead", "nss-pl"),
        ("regional", "nss-es-ar"),
        ("css", "css"),
        ("operator", "css"),
        ("moderator", "forums"),
    }
    teachers = {p.country for p in people if p.school and p.role is SchoolRole.TEACHER}
    assert {"ES", "PL"} <= teachers
    assert any(p.role is SchoolRole.HEAD_TEACHER for p in people)
    assert any(p.since is not None and p.school is None for p in people)


def test_people_and_schools_are_such_as_the_platform_takes(plan):
    for school in plan.schools:
        reference().responsible_for(school.country, school.territory, school.region, school.community)
        reference().require_number(reference().require_country(school.country), school.official_number)
    for person in plan.people.values():
        reference().require_languages("language", (person.language,), interface=True)
        reference().require_languages("languages", person.languages)
        refuse_weak(password(), person.name, person.email)
        known = {*reference().organisations, "forums"}
        assert all(g.organisation in known for g in person.grants)


def test_no_mail_of_the_demo_leaves_for_a_real_mailbox(plan):
    addresses = [p.email for p in plan.people.values()] + [s.head_email for s in plan.schools]
    assert all(address.endswith("@example.org") for address in addresses)


def test_the_queues_of_spain_poland_and_serbia_have_open_work(plan):
    waiting = {(country, step) for p in plan.projects for country, step in _open_steps(p)}
    assert {("ES", StepKind.SUPPORT_ORGANISATION), ("ES", StepKind.REGIONAL)} <= waiting
    assert {("PL", StepKind.SUPPORT_ORGANISATION), ("RS", StepKind.SUPPORT_ORGANISATION)} <= waiting


def _open_steps(project):
    """The first undecided step of each country that signs off, once the partner has accepted."""
    if project.state is not ProjectState.PENDING_APPROVAL:
        return
    decided = {(d.country, d.step) for d in project.decisions}
    for person in (project.founder, project.co_founder):
        chain = [StepKind.HEAD_TEACHER, StepKind.REGIONAL, StepKind.SUPPORT_ORGANISATION]
        if person.country != "ES":
            chain.remove(StepKind.REGIONAL)
        undecided = [step for step in chain if (person.country, step) not in decided]
        if undecided:
            yield person.country, undecided[0]


def test_some_wait_to_be_validated_and_one_is_asked_for_a_certificate(plan):
    joining = [p for p in plan.people.values() if p.since is not None and p.school]
    assert len(joining) >= 3
    assert any(p.asked_for_evidence for p in joining)


def test_every_section_and_age_band_of_the_forums_has_posts_in_many_languages(plan):
    assert len(plan.posts) >= 25
    assert {post.written["section"] for post in plan.posts} == set(Section)
    assert {post.written["band"] for post in plan.posts} == set(Band)
    assert len({post.written["language"] for post in plan.posts}) >= 10


def test_posts_and_messages_are_such_as_the_platform_takes(plan):
    for post in plan.posts:
        check_ages(post.written["age_from"], post.written["age_to"], Band(post.written["band"]))
        assert set(post.written) - {"idea"} <= set(PostCard.__dataclass_fields__), post.key
    there = {person.key for person in plan.joined_before()}
    writers = {post.by for post in plan.posts} | {thread.by for thread in plan.threads}
    writers |= {who for post in plan.posts for _, who, _ in post.replies}
    writers |= {who for thread in plan.threads for _, who, _ in thread.answers}
    assert writers <= there
    days = [one.day for one in (*plan.posts, *plan.threads)]
    assert all(plan.first_day <= day <= 0 for day in days)
    for thread in plan.threads:
        assert set(thread.to) <= there
        assert thread.about in {"", *(post.key for post in plan.posts)}


def test_the_meetings_show_every_state_and_way_of_giving_places(plan):
    meetings = plan.meetings
    assert len(meetings) >= 16
    assert {m.state for m in meetings} == {MeetingState.PUBLISHED, MeetingState.CANCELLED, MeetingState.HELD}
    assert {m.sheet.get("selection", "first_come") for m in meetings} == set(Selection)
    assert {m.sheet.get("mode", "online") for m in meetings} == set(Mode)
    assert any(m.waiting for m in meetings)
    assert any(m.sheet.get("access") == "private" for m in meetings)
    assert any(m.sheet.get("national") for m in meetings)
    assert len({m.sheet["zone"] for m in meetings}) > 8


def test_whoever_registers_in_the_demo_is_a_validated_teacher_by_then(plan):
    for meeting in plan.meetings:
        for person in meeting.registers:
            assert person.school is not None, person.key
            assert person.since is None, person.key
        assert set(meeting.came + meeting.completed + meeting.withdraws + meeting.approves) <= set(
            meeting.registers
        )
