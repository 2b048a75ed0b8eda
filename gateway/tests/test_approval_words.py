from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from starlette.datastructures import FormData

from gateway.forms import Form
from gateway.portal.approval import CAUSES, NOTICES, STATUSES, WHO_DECIDES, Told
from gateway.portal.cases.trail import DECIDED, entry_sentence
from gateway.portal.notifications.sentences import LABELS, PROJECT, line, path_of
from gateway.portal.projects.co_founder import REASONS, choices_from
from gateway.portal.projects.drafting import LABELS as FIELDS
from gateway.portal.projects.drafting import differences
from gateway.portal.projects.views import ACTIONS, GROUPS, actions_of
from gateway.portal.twinspaces.views import in_order, moved
from gateway.portal.words import WORDS
from services.approvals.contract import (
    Cause,
    Entry,
    Explanation,
    NoticeState,
    Outcome,
    Status,
    StepKind,
    StepState,
    StepView,
    Track,
)
from services.community.contract import Asks, Kind, Notification
from services.identity.contract import OrganisationCard, PersonCard, SchoolCard
from services.projects.contract import Candidate, ProjectState, WhyNot
from services.twinspace.contract import PageCard, PageVisibility, SpaceState

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
FOUNDER, PARTNER, SCHOOL, PROJECT_ID, TASK = (UUID(int=n) for n in range(1, 6))
SPITEFUL = "<b>Ana</b>"


@pytest.mark.parametrize(
    "kind",
    [Cause, NoticeState, Outcome, PageVisibility, ProjectState, SpaceState, Status, StepKind, StepState],
    ids=lambda kind: kind.__name__,
)
def test_every_state_has_its_word(kind):
    assert {f"{kind.__name__}.{one.value}" for one in kind} <= set(WORDS)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (CAUSES, Cause),
        (STATUSES, Status),
        (WHO_DECIDES, StepKind),
        (DECIDED, Outcome),
        (REASONS, WhyNot),
        (PROJECT, Kind),
        (LABELS, Asks),
    ],
    ids=lambda one: getattr(one, "__name__", "table"),
)
def test_every_code_has_its_sentence(table, kind):
    assert set(table) == set(kind)


def test_every_project_is_in_exactly_one_group_of_the_list():
    grouped = [state for _, _, states in GROUPS for state in states]
    assert sorted(grouped) == sorted(ProjectState)


def test_actions_are_offered_only_when_allowed_and_in_their_usual_order():
    offered = actions_of(("withdraw", "edit"), PROJECT_ID)
    assert [action.name for action in offered] == ["edit", "withdraw"]
    assert set(ACTIONS) > {action.name for action in offered}


# ---- why it waits


def step(kind: StepKind, holder: str, cause: Cause | None, state: StepState = StepState.WAITING) -> StepView:
    return StepView(
        key=f"{kind}:{holder}",
        task_id=TASK,
        kind=kind,
        state=state,
        holder=holder,
        since=NOW,
        due_at=None,
        overdue=False,
        decided_at=None,
        decided_by=None,
        reason="",
        cause=cause,
        can_act=False,
        can_nudge=False,
        nudge_again_at=None,
    )


def told(*steps: StepView, causes: tuple[Cause, ...], partner: StepView | None = None) -> Told:
    track = Track("ES", "nss-es", SCHOOL, FOUNDER, approved=False, steps=steps)
    explanation = Explanation(
        saga_id=TASK,
        subject_id=PROJECT_ID,
        status=Status.RUNNING,
        submitted_at=NOW,
        days=3,
        usual_days=15,
        late=False,
        causes=causes,
        partner=partner,
        tracks=(track,),
        actions=(),
        as_of=NOW,
    )
    office = OrganisationCard("nss-es", "national", "NSS Spain", "ES", "", "", (), "Europe/Madrid")
    school = SchoolCard(SCHOOL, "CEIP <i>Ebro</i>", "ES", None, None, "Zaragoza", "nss-es", None)
    person = PersonCard(PARTNER, SPITEFUL, "PL", None, None, True, False, True)
    return Told(explanation, FOUNDER, {"nss-es": office}, {SCHOOL: school}, {PARTNER: person})


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_is_told_even_when_no_step_bears_it(cause):
    [only] = told(causes=(cause,)).causes()
    assert only.sentence
    assert only.advice
    assert "%(" not in only.sentence + only.advice


def test_a_cause_names_its_holder_and_escapes_what_people_wrote():
    waiting = step(StepKind.HEAD_TEACHER, str(SCHOOL), Cause.HEAD_TEACHER_PENDING)
    [only] = told(waiting, causes=(Cause.HEAD_TEACHER_PENDING,)).causes()
    assert "<bdi>CEIP &lt;i&gt;Ebro&lt;/i&gt;</bdi>" in only.sentence
    assert "Spain" in only.sentence


def test_whoever_is_invited_is_told_that_it_is_their_turn():
    invited = replace(step(StepKind.PARTNER, str(PARTNER), Cause.PARTNER_HAS_NOT_ACCEPTED), can_act=True)
    [only] = told(causes=(Cause.PARTNER_HAS_NOT_ACCEPTED,), partner=invited).causes()
    assert "You have not answered" in only.sentence


@pytest.mark.parametrize("kind", list(StepKind))
def test_every_step_says_who_decides(kind):
    holder = {StepKind.PARTNER: str(PARTNER), StepKind.HEAD_TEACHER: str(SCHOOL)}.get(kind, "nss-es")
    explained = told(causes=())
    assert explained.holder(step(kind, holder, None)) in explained.who_decides(step(kind, holder, None))


def test_a_name_that_did_not_come_in_time_is_said_more_generally():
    explained = replace(told(causes=()), organisations={}, schools={}, people={})
    assert explained.holder(step(StepKind.HEAD_TEACHER, str(SCHOOL), None)) == "the head teacher"
    assert explained.holder(step(StepKind.PARTNER, str(PARTNER), None)) == "your partner"


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_every_notice_to_a_holder_has_a_name(kind):
    assert told(causes=()).notice(kind)


def test_the_history_names_step_decision_and_person():
    entry = Entry(
        1, NOW, "decided", "support_organisation:nss-es", PARTNER, "officer", "nss-es", "", Outcome.REFUSE
    )
    assert entry_sentence(entry, told(causes=())) == (
        "National Support Service: It was refused. · <bdi>&lt;b&gt;Ana&lt;/b&gt;</bdi>"
    )


# ---- notifications


def news(kind: Kind, **changed: object) -> Notification:
    made = Notification(
        UUID(int=9), kind, NOW, None, "project", PROJECT_ID, TASK, PARTNER, "ES", "head_teacher", None
    )
    return replace(made, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", ["project", "affiliation"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_notification_is_a_whole_sentence_with_a_place_to_go(kind, subject):
    shown = line(news(kind, subject_kind=subject), "Songs", "Ana", officer=False)
    assert "%(" not in shown.sentence
    assert shown.sentence.rstrip().endswith(".")
    assert shown.path.startswith("/")
    assert shown.label


def test_a_decision_names_step_country_and_outcome():
    shown = line(news(Kind.STEP_DECIDED, detail="regional:request_changes"), "Songs", "", officer=False)
    assert shown.sentence == "“<bdi>Songs</bdi>”: Regional representative (Spain): asked for changes."


def test_lateness_names_its_causes():
    detail = f"{Cause.HEAD_TEACHER_PENDING},{Cause.PARTNER_HAS_NOT_ACCEPTED}"
    shown = line(news(Kind.LATE, detail=detail), "Songs", "", officer=False)
    assert "a head teacher and the partner’s acceptance" in shown.sentence


def test_a_title_never_becomes_markup():
    assert "<b>" not in line(news(Kind.LATE), SPITEFUL, SPITEFUL, officer=False).sentence


def test_an_invitation_leads_to_the_project_and_a_case_to_the_case():
    invited = news(Kind.REMINDER, detail=StepKind.PARTNER, asks=Asks.ACCEPT_INVITATION)
    assert path_of(invited, officer=False) == f"/projects/{PROJECT_ID}"
    assert path_of(news(Kind.REMINDER, asks=Asks.DECIDE), officer=True) == f"/cases/{TASK}"


# ---- choosing, writing, ordering


def test_contacts_that_can_be_chosen_come_first_and_every_reason_is_named():
    free, hindered = UUID(int=20), UUID(int=21)
    candidates = (
        Candidate(hindered, False, (WhyNot.NOT_AVAILABLE, WhyNot.SAME_COUNTRY), ()),
        Candidate(free, True, (), (WhyNot.NOT_VALIDATED,)),
    )
    first, second = choices_from(candidates, {}, PROJECT_ID)
    assert (first.person_id, len(first.warnings)) == (free, 1)
    assert (second.person_id, len(second.reasons)) == (hindered, 2)


def test_what_was_saved_meanwhile_is_shown_where_it_differs_from_what_was_typed():
    typed = Form(FormData([("title", "Songs"), ("subjects", "music"), ("allow_plus", "yes")]))
    kept = {"title": "Dances", "subjects": ("music",), "allow_plus": False}
    assert differences(typed, kept) == [("Title", "Dances"), ("Open to Plus countries", "no")]
    assert set(kept) <= set(FIELDS)


def page(number: int, parent: int | None = None) -> PageCard:
    above = UUID(int=parent) if parent else None
    return PageCard(UUID(int=number), above, f"Page {number}", PageVisibility.MEMBERS, FOUNDER, NOW)


def test_pages_stand_below_the_page_they_belong_to():
    rows = in_order((page(1), page(2), page(3, parent=1)))
    assert [(card.title, depth) for card, depth in rows] == [("Page 1", 0), ("Page 3", 1), ("Page 2", 0)]


def test_a_page_changes_places_with_its_neighbour_of_the_same_level():
    pages = (page(1), page(2), page(3, parent=1))
    assert [i.int for i in moved(pages, str(UUID(int=2)), up=True)] == [2, 3, 1]
    assert [i.int for i in moved(pages, str(UUID(int=1)), up=True)] == [1, 3, 2]
