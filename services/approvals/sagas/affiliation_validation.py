"""How somebody is confirmed at a school."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from services.approvals.contract import StepKind
from services.approvals.engine.steps import Command, Deadlines, SignOff, Step
from services.approvals.engine.turn import Saga
from services.approvals.policy import policy_of
from services.identity import contract as identity


@dataclass(frozen=True)
class AffiliationValidation(Saga):
    """The school's support organisation says whether this person works there; other affiliations stay as they are."""

    kind: ClassVar[str] = "affiliation"

    affiliation_id: UUID
    person_id: UUID
    school_id: UUID
    country: str
    organisation: str
    regional_organisation: str | None
    asked: tuple[StepKind, ...]
    needs_evidence: bool
    deadlines: dict[StepKind, Deadlines]
    late_after_days: int = 7

    def steps(self) -> Iterator[Step]:
        for kind in self.asked:
            yield self.sign_off(kind)
        yield Command("validate", identity.validate_affiliation(self.affiliation_id), pivot=True)

    def if_not(self) -> Iterator[Step]:
        yield Command("refuse", identity.refuse_affiliation(self.affiliation_id))

    def sign_off(self, kind: StepKind) -> SignOff:
        """One organisation's word."""
        holder = (
            self.regional_organisation or self.organisation
            if kind is StepKind.REGIONAL
            else self.organisation
        )
        return SignOff(
            key=f"{kind}:{holder}",
            kind=kind,
            holder=holder,
            country=self.country,
            organisation=self.organisation,
            school_id=self.school_id,
            person_id=self.person_id,
            deadlines=self.deadlines.get(kind, Deadlines()),
        )

    @property
    def subject_id(self) -> UUID:
        return self.affiliation_id

    @property
    def applicants(self) -> tuple[UUID, ...]:
        return (self.person_id,)

    @classmethod
    def begun_by(cls, requested: identity.AffiliationRequested, day: date) -> Self:
        """The saga of a requested affiliation, with the steps in force on that day."""
        policy = policy_of(requested.organisation, day).validation
        return cls(
            affiliation_id=requested.affiliation_id,
            person_id=requested.person_id,
            school_id=requested.school_id,
            country=requested.country,
            organisation=requested.organisation,
            regional_organisation=requested.regional_organisation,
            asked=tuple(
                k for k in policy.steps if k is not StepKind.REGIONAL or requested.regional_organisation
            ),
            needs_evidence=policy.evidence,
            deadlines=policy.deadlines,
            late_after_days=policy.late_after_days,
        )
