"""What is stored of a saga builds the same saga, and each country's chain is its own."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from chassis.contract import build
from services.approvals.contract import StepKind
from services.approvals.engine.turn import Turn
from services.approvals.policy import organisations_with_a_policy, policy_of
from services.approvals.progress import facts_of
from services.approvals.sagas import KINDS, AffiliationValidation, ProjectApproval
from services.approvals.tests.histories import Life
from services.identity import contract as identity
from services.projects import contract as projects

DAY = date(2026, 11, 1)


def chain(organisation: str, country: str, regional: str | None = None) -> tuple[StepKind, ...]:
    school = projects.FoundingSchool(uuid4(), uuid4(), country, organisation, regional)
    other = projects.FoundingSchool(uuid4(), uuid4(), "PL", "nss-pl")
    now = datetime(2026, 11, 1, tzinfo=UTC)
    submitted = projects.ProjectSubmitted(uuid4(), school.person_id, other.person_id, (school, other), now)
    return ProjectApproval.begun_by(submitted, DAY).chains[0].steps


def test_a_saga_is_built_again_from_what_is_stored() -> None:
    saga = Life.begun(1).saga
    assert saga.page is not None
    again = build(KINDS[saga.kind], facts_of(saga))
    assert again == saga
    assert [s.key for s in again.sign_offs] == [s.key for s in saga.sign_offs]


def test_spain_asks_the_region_between_head_teacher_and_national_service() -> None:
    assert chain("nss-es", "ES", "nss-es-ar") == (
        StepKind.HEAD_TEACHER,
        StepKind.REGIONAL,
        StepKind.SUPPORT_ORGANISATION,
    )
    assert chain("nss-es", "ES") == (StepKind.HEAD_TEACHER, StepKind.SUPPORT_ORGANISATION)


@pytest.mark.parametrize("organisation", ["nss-pl", "nss-be-fr", "nss-fr", "psa-ge"])
def test_elsewhere_the_chain_is_head_teacher_and_support_organisation(organisation: str) -> None:
    assert chain(organisation, "FR") == (StepKind.HEAD_TEACHER, StepKind.SUPPORT_ORGANISATION)


def test_a_policy_is_the_one_in_force_on_the_day_of_submission() -> None:
    before = policy_of("nss-pl", date(2026, 8, 31)).project.deadlines[StepKind.HEAD_TEACHER].remind
    after = policy_of("nss-pl", date(2026, 9, 1)).project.deadlines[StepKind.HEAD_TEACHER].remind
    assert (before, after) == ((3, 5), (2, 4, 6))


@pytest.mark.parametrize("organisation", organisations_with_a_policy())
def test_every_policy_reads_and_keeps_what_every_country_has(organisation: str) -> None:
    policy = policy_of(organisation, DAY)
    assert policy.project.late_after_days >= 1
    assert StepKind.SUPPORT_ORGANISATION in policy.project.deadlines
    assert policy.validation.steps


def test_a_serbian_registration_asks_for_the_certificate() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    requested = identity.AffiliationRequested(uuid4(), uuid4(), uuid4(), "RS", "nss-rs", None, now)
    assert AffiliationValidation.begun_by(requested, DAY).needs_evidence


def test_a_registration_nobody_needs_any_more_ends_by_itself() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    requested = identity.AffiliationRequested(uuid4(), uuid4(), uuid4(), "PL", "nss-pl", None, now)
    saga = AffiliationValidation.begun_by(requested, DAY)
    state = Turn(saga, Life.begun(1).state.__class__(), now).start().state
    assert Turn(saga, state, now).become_pointless().state.over
