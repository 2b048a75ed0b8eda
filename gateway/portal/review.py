"""The review of a new school: which support service holds it, since when, what is missing. (ID-05 ID-07)"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.portal.visit import Visit
from services.approvals import contract as approvals
from services.identity import contract as identity


@dataclass(frozen=True, slots=True)
class Review:
    """An affiliation that awaits validation, why it waits, and the organisations named in that."""

    affiliation: identity.AffiliationCard
    explanation: approvals.Explanation | None
    organisations: dict[str, identity.OrganisationCard]

    @property
    def open_steps(self) -> list[approvals.StepView]:
        """The steps that somebody has to take now."""
        if self.explanation is None:
            return []
        return [
            step
            for track in self.explanation.tracks
            for step in track.steps
            if step.state in (approvals.StepState.WAITING, approvals.StepState.HELD)
        ]

    def holder(self, step: approvals.StepView) -> str:
        """The name of the organisation that holds a step."""
        organisation = self.organisations.get(step.holder)
        return organisation.name if organisation else self.affiliation.school.organisation

    @property
    def evidence_missing(self) -> bool:
        """Whether a document was asked for, or none was ever sent."""
        return self.affiliation.evidence is None


async def reviews_of(visit: Visit, affiliations: Iterable[identity.AffiliationCard]) -> list[Review]:
    """The reviews under way for these affiliations."""
    waiting = [entry for entry in affiliations if entry.state is identity.AffiliationState.AWAITING]
    if not waiting:
        return []
    named = {entry.school.organisation for entry in waiting} | {
        entry.school.regional_organisation for entry in waiting if entry.school.regional_organisation
    }
    organisations, *explanations = await visit.together(
        identity.organisations(tuple(sorted(named))),
        *(approvals.explain_affiliation(entry.id) for entry in waiting),
    )
    known = {organisation.id: organisation for organisation in organisations or ()}
    return [
        Review(entry, explanation, known) for entry, explanation in zip(waiting, explanations, strict=True)
    ]
