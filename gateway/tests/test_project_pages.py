from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from chassis.contract import Unavailable
from gateway.tests.conftest import ORIGIN
from services.approvals import contract as approvals
from services.projects import contract as projects

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
PROJECT_ID, ME, PARTNER = UUID(int=40), UUID(int=1), UUID(int=2)
LINK = approvals.LinkView(
    task_id=UUID(int=5),
    version=1,
    project_id=PROJECT_ID,
    school_id=UUID(int=6),
    founder_id=ME,
    partner_id=PARTNER,
    head_name="Ana Royo",
    language="pl",
    title="Songs <i>",
    description="We sing.",
    aims="To sing.",
    age_from=9,
    age_to=12,
    starts_on=date(2027, 4, 1),
    ends_on=date(2027, 6, 1),
    countries=("PL", "ES"),
    founder_name="Tomasz",
    partner_name="María",
    school_name="SP 7",
    partner_school_name="CEIP Ebro",
    outcomes=(approvals.Outcome.APPROVE, approvals.Outcome.REFUSE),
)


@pytest.fixture
def project() -> projects.ProjectView:
    sheet = projects.Sheet("Songs", "", (), (), None, None, None, "", "", "", "", None, None, False)
    return projects.ProjectView(
        id=PROJECT_ID,
        version=3,
        state=projects.ProjectState.DRAFT,
        sheet=sheet,
        founder_id=ME,
        co_founder_id=None,
        founding_school_id=None,
        founding_schools=(),
        created_at=NOW,
        saved_at=NOW,
        submitted_at=None,
        approved_at=None,
        started_at=None,
        closed_at=None,
        permanent_partnership=False,
        is_founder=True,
        actions=("save", "submit", "discard"),
        why_not={},
        missing=("aims", "co_founder_id"),
        as_of=NOW,
    )


def away(_arguments):
    raise Unavailable(service="approvals")


def stale(_arguments):
    raise projects.NotInThisState(state="draft")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "The invitation is on its way"), (30, "How the approval stands cannot be shown")],
)
def test_a_project_is_shown_without_its_approval_when_approvals_does_not_answer(
    browser, services, project, minutes, said
):
    pending = replace(
        project,
        state=projects.ProjectState.PENDING_APPROVAL,
        submitted_at=NOW,
        as_of=NOW + timedelta(minutes=minutes),
        co_founder_id=PARTNER,
        missing=(),
    )
    services.answer(projects.project, pending)
    services.answer(approvals.explain_project, away)
    answer = browser.log_in().get(f"/projects/{PROJECT_ID}?lang=en")
    assert answer.status_code == 200
    assert said in answer.text


def test_what_a_draft_lacks_is_a_list_of_links(browser, services, project):
    services.answer(projects.project, project)
    page = browser.log_in().get(f"/projects/{PROJECT_ID}?lang=en").text
    assert f"/projects/{PROJECT_ID}/edit#aims" in page
    assert f"/projects/{PROJECT_ID}/co-founder" in page


def test_a_draft_saved_by_itself_answers_with_its_new_version(browser, services, project):
    services.answer(projects.save_draft, replace(project, version=4))
    services.answer(projects.project, project)
    browser.log_in()
    answer = browser.fill_in(
        f"/projects/{PROJECT_ID}/edit", {"title": "S", "seen_version": "3", "autosave": "yes"}
    )
    assert answer.json()["version"] == 4
    assert answer.json()["address"] == f"/projects/{PROJECT_ID}/edit"


def test_a_draft_that_cannot_be_saved_keeps_what_was_typed(browser, services, project):
    services.answer(projects.save_draft, stale)
    services.answer(projects.project, project)
    answer = browser.log_in().fill_in(f"/projects/{PROJECT_ID}/edit", {"title": "Typed", "seen_version": "2"})
    assert answer.status_code == 409
    assert 'value="Typed"' in answer.text


def test_looking_at_a_head_teachers_link_decides_nothing_and_speaks_the_letters_language(browser, services):
    services.answer(approvals.open_link, LINK)
    answer = browser.get("/consent/abc.def")
    assert answer.headers["content-language"] == "pl"
    assert "Songs &lt;i&gt;" in answer.text
    assert not services.calls_of(approvals.decide_by_link)


def test_a_head_teacher_answers_without_an_account(browser, services):
    services.answer(approvals.open_link, LINK)
    decided = approvals.Decided(LINK.task_id, approvals.Outcome.APPROVE, approvals.Status.RUNNING)
    services.answer(approvals.decide_by_link, decided)
    answer = browser.fill_in("/consent/abc.def", {"outcome": "approve"})
    assert answer.headers["location"] == "/consent/abc.def?in=pl"


@pytest.mark.parametrize(
    ("finding", "status"),
    [
        (approvals.LinkInvalid, 404),
        (approvals.AlreadyDecided, 200),
        (approvals.OnHold, 409),
        (approvals.NotOpen, 409),
    ],
)
def test_a_link_that_is_over_says_what_happened(browser, services, finding, status):
    def over(_arguments):
        raise finding

    services.answer(approvals.open_link, over)
    answer = browser.get("/consent/abc.def", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert "<form" not in answer.text.partition("<main")[2]
    assert ORIGIN not in answer.text
