"""An affiliation: one person's time at one school, confirmed by the school's organisation."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.contract import Invalid, NotFound
from services.identity.contract import (
    AffiliationEnded,
    AffiliationOver,
    AffiliationRefused,
    AffiliationRequested,
    AffiliationState,
    AffiliationValidated,
    EvidenceAttached,
    SchoolRole,
)
from services.identity.domain.school import School

CURRENT = (AffiliationState.AWAITING, AffiliationState.VALIDATED)


@dataclass(eq=False)
class Affiliation:
    """An entry of a person's school history; it is ended and added to, never overwritten. (ID-27)"""

    id: UUID
    person_id: UUID
    school_id: UUID
    role: SchoolRole
    state: AffiliationState
    since: date
    requested_at: datetime
    until: date | None = None
    evidence: UUID | None = None
    decided_at: datetime | None = None
    version: int = 0

    @classmethod
    def request(
        cls, affiliation_id: UUID, person_id: UUID, school_id: UUID, role: SchoolRole, at: datetime
    ) -> "Affiliation":
        """Somebody says they work there; the school's organisation is asked. Pupils and firms cannot. (ID-03 ID-05)"""
        if role is SchoolRole.COMPANY_STAFF:
            raise Invalid(fields={"role_kind": "not_a_choice"})
        return cls(affiliation_id, person_id, school_id, role, AffiliationState.AWAITING, at.date(), at)

    @property
    def current(self) -> bool:
        return self.state in CURRENT

    def refuse_other(self, person_id: UUID, school_id: UUID) -> None:
        """A second try with this id is the same try; anything else under it raises `Invalid`."""
        if (self.person_id, self.school_id) != (person_id, school_id):
            raise Invalid(fields={"affiliation_id": "taken"})

    def requested(self, school: School) -> AffiliationRequested:
        """Whom the request concerns, as the school's record says now."""
        return AffiliationRequested(
            self.id,
            self.person_id,
            school.id,
            school.country,
            school.organisation,
            school.regional_organisation,
            self.requested_at,
        )

    def attach(self, evidence: UUID, at: datetime) -> EvidenceAttached:
        """Add the certificate asked for; only while the organisation has not decided. (ID-07 ID-08)"""
        if self.state is not AffiliationState.AWAITING:
            raise AffiliationOver(state=self.state)
        self.evidence = evidence
        return EvidenceAttached(self.id, at)

    def validate(self, at: datetime) -> AffiliationValidated | None:
        """The organisation confirms; nothing happens a second time. (ID-05)"""
        if not self._decide(AffiliationState.VALIDATED, at):
            return None
        return AffiliationValidated(self.id, self.person_id, self.school_id, at)

    def refuse(self, at: datetime) -> AffiliationRefused | None:
        """The organisation does not confirm; nothing happens a second time. (ID-05)"""
        if not self._decide(AffiliationState.REFUSED, at):
            return None
        self.until = at.date()
        return AffiliationRefused(self.id, self.person_id, at)

    def end(self, at: datetime) -> AffiliationEnded:
        """The person leaves the school; the entry stays in the history. (ID-27 b.14)"""
        if not self.current:
            raise NotFound(what="Affiliation")
        self.state, self.until = AffiliationState.ENDED, at.date()
        return AffiliationEnded(self.id, self.person_id, self.school_id, at)

    def _decide(self, outcome: AffiliationState, at: datetime) -> bool:
        if self.state is outcome:
            return False
        if self.state is not AffiliationState.AWAITING:
            raise AffiliationOver(state=self.state)
        self.state, self.decided_at = outcome, at
        return True
