"""How a project is approved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from services.approvals.contract import Outcome, StepKind
from services.approvals.engine.steps import Command, Deadlines, SignOff, Step, parallel, sequence
from services.approvals.engine.turn import Saga
from services.approvals.policy import policy_of
from services.projects import contract as projects
from services.twinspace import contract as twinspace


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps of one founding school as its organisation's policy had them on the day of submission."""

    school: projects.FoundingSchool
    steps: tuple[StepKind, ...]
    deadlines: dict[StepKind, Deadlines]
    substance_resets: tuple[StepKind, ...]


@dataclass(frozen=True)
class ProjectApproval(Saga):
    """Both founding schools' countries walk their own chain of sign-offs at the same time.

    One refusal anywhere, or a founder's withdrawal, takes back whatever was done.
    Slowness is not refusal: an overdue step is made known, again and again, until someone decides.
    """

    kind: ClassVar[str] = "project"

    project_id: UUID
    founder_id: UUID
    co_founder_id: UUID
    chains: tuple[Chain, ...]
    partner_deadlines: Deadlines
    late_after_days: int = 15

    def steps(self) -> Iterator[Step]:
        yield self.acceptance()
        yield parallel(self.consent_of(organisation) for organisation in self.organisations)
        yield Command(
            "provision",
            twinspace.provision(self.project_id, members=self.applicants),
            undo=twinspace.discard(self.project_id),
        )
        yield Command("activate", projects.activate(self.project_id), pivot=True)

    def consent_of(self, organisation: str) -> Step:
        """The chain in force in that organisation: its schools' head teachers first, then its own steps once."""
        chains = [c for c in self.chains if c.school.organisation == organisation]
        own_steps = [kind for kind in chains[0].steps if kind is not StepKind.HEAD_TEACHER]
        return sequence(
            [
                parallel(self.sign_off(StepKind.HEAD_TEACHER, chain) for chain in chains),
                *(self.sign_off(kind, chains[0]) for kind in own_steps),
            ]
        )

    def acceptance(self) -> SignOff:
        """The co-founder accepts or declines; nothing goes to authorities before. (AP-01)"""
        return SignOff(
            key="partner",
            kind=StepKind.PARTNER,
            holder=str(self.co_founder_id),
            country=next(c.school.country for c in self.chains if c.school.person_id == self.co_founder_id),
            organisation=None,
            school_id=None,
            person_id=self.co_founder_id,
            deadlines=self.partner_deadlines,
            outcomes=(Outcome.APPROVE, Outcome.REFUSE),
        )

    def sign_off(self, kind: StepKind, chain: Chain) -> SignOff:
        """One step of a chain, with its holder."""
        school = chain.school
        holder = {
            StepKind.HEAD_TEACHER: str(school.school_id),
            StepKind.REGIONAL: school.regional_organisation or school.organisation,
            StepKind.SUPPORT_ORGANISATION: school.organisation,
        }[kind]
        return SignOff(
            key=f"{kind}:{holder}",
            kind=kind,
            holder=holder,
            country=school.country,
            organisation=school.organisation,
            school_id=school.school_id,
            person_id=school.person_id,
            deadlines=chain.deadlines.get(kind, Deadlines()),
            outcomes=(Outcome.APPROVE, Outcome.REFUSE) if kind is StepKind.HEAD_TEACHER else tuple(Outcome),
            reset_by_substance=kind in chain.substance_resets,
        )

    @property
    def organisations(self) -> list[str]:
        return list(dict.fromkeys(c.school.organisation for c in self.chains))

    @property
    def subject_id(self) -> UUID:
        return self.project_id

    @property
    def applicants(self) -> tuple[UUID, ...]:
        return (self.founder_id, self.co_founder_id)

    @classmethod
    def begun_by(cls, submitted: projects.ProjectSubmitted, day: date) -> Self:
        """The saga of a submitted project, with the chains in force on that day."""
        own = next(s.organisation for s in submitted.founding_schools if s.person_id == submitted.founder_id)
        policy = policy_of(own, day).project
        return cls(
            project_id=submitted.project_id,
            founder_id=submitted.founder_id,
            co_founder_id=submitted.co_founder_id,
            chains=tuple(chain_of(school, day) for school in submitted.founding_schools),
            partner_deadlines=policy.deadlines[StepKind.PARTNER],
            late_after_days=policy.late_after_days,
        )


def chain_of(school: projects.FoundingSchool, day: date) -> Chain:
    """Head teacher, the region where there is one, the support organisation. (AP-02 AP-03 AP-04)"""
    policy = policy_of(school.organisation, day).project
    regional = [StepKind.REGIONAL] if policy.regional_step and school.regional_organisation else []
    return Chain(
        school=school,
        steps=(StepKind.HEAD_TEACHER, *regional, StepKind.SUPPORT_ORGANISATION),
        deadlines=policy.deadlines,
        substance_resets=policy.substance_resets,
    )
