"""Why a contact can or cannot be the co-founder, in the teacher's words, and what to do about it. (PR-17)"""

from dataclasses import dataclass
from uuid import UUID

from gateway.portal.catalogue import N_, gettext
from services.identity.contract import PersonCard
from services.projects.contract import Candidate, WhyNot

REASONS: dict[WhyNot, tuple[str, str]] = {
    WhyNot.NOT_A_CONTACT: (
        N_("You are not contacts."),
        N_("Ask to become contacts first; the person must accept."),
    ),
    WhyNot.NOT_AVAILABLE: (
        N_("This person is not available for projects at the moment."),
        N_("Ask them to switch their availability on in their account. It counts at once."),
    ),
    WhyNot.INVITER_WITHOUT_PLUS: (
        N_("This person works in a Plus country, and you are not available for Plus projects."),
        N_("Switch on your own availability for Plus projects."),
    ),
    WhyNot.INVITEE_WITHOUT_PLUS: (
        N_("You work in a Plus country, and this person is not available for Plus projects."),
        N_("Ask them to switch on their availability for Plus projects."),
    ),
    WhyNot.PROJECT_WITHOUT_PLUS: (
        N_("The project is not open to Plus countries yet."),
        N_("Tick “Open to Plus countries” in the project form."),
    ),
    WhyNot.BOTH_PLUS: (
        N_(
            "You both work in Plus countries. One of the two founders must be from another participating country."
        ),
        N_("Choose a contact from another country as co-founder."),
    ),
    WhyNot.ACCOUNT_CLOSED: (
        N_("This person has closed the account."),
        N_("Choose somebody else."),
    ),
    WhyNot.ALREADY_MEMBER: (
        N_("This person is in the project already."),
        N_("Nothing needs to be done."),
    ),
    WhyNot.BLOCKED: (
        N_("One of you has blocked the other."),
        N_("If you blocked this person, you can take the block back among your contacts."),
    ),
    WhyNot.SAME_COUNTRY: (
        N_("You both work in the same country, and a project needs founders of two countries."),
        N_("Choose a contact from another country."),
    ),
    WhyNot.NO_SCHOOL: (
        N_("This person has no school at the moment."),
        N_("Ask them to add the school where they work."),
    ),
    WhyNot.NOT_VALIDATED: (
        N_("The invitation waits until this person’s national support service has validated the account."),
        N_("You can choose this person all the same; they accept as soon as they are validated."),
    ),
}
LINKS: dict[WhyNot, tuple[str, str]] = {
    WhyNot.NOT_A_CONTACT: (N_("Open the profile"), "/people/{person_id}"),
    WhyNot.NOT_AVAILABLE: (N_("Open the profile"), "/people/{person_id}"),
    WhyNot.INVITER_WITHOUT_PLUS: (N_("My availability"), "/account/availability"),
    WhyNot.INVITEE_WITHOUT_PLUS: (N_("Open the profile"), "/people/{person_id}"),
    WhyNot.PROJECT_WITHOUT_PLUS: (N_("Edit the project"), "/projects/{project_id}/edit#allow_plus"),
    WhyNot.BLOCKED: (N_("Blocked people"), "/contacts?state=blocked"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason, what helps, and where that is done."""

    sentence: str
    remedy: str
    label: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A contact with what keeps it from being chosen, and what is only to be known."""

    person_id: UUID
    person: PersonCard | None
    allowed: bool
    reasons: list[Reason]
    warnings: list[Reason]


def reason(why: WhyNot, project_id: UUID, person_id: UUID | None = None) -> Reason:
    """One reason in words."""
    sentence, remedy = (gettext(text) for text in REASONS[why])
    label, path = LINKS.get(why, ("", ""))
    if not label or (person_id is None and "{person_id}" in path):
        return Reason(sentence, remedy)
    return Reason(sentence, remedy, gettext(label), path.format(person_id=person_id, project_id=project_id))


def choices_from(
    candidates: tuple[Candidate, ...], people: dict[UUID, PersonCard], project_id: UUID
) -> list[Choice]:
    """The contacts to choose from: those possible first, each group by name."""

    def told(whys: tuple[WhyNot, ...], person_id: UUID) -> list[Reason]:
        return [reason(why, project_id, person_id) for why in whys]

    choices = [
        Choice(
            c.person_id,
            people.get(c.person_id),
            c.allowed,
            told(c.reasons, c.person_id),
            told(c.warnings, c.person_id),
        )
        for c in candidates
    ]
    return sorted(choices, key=lambda c: (not c.allowed, c.person.name.casefold() if c.person else ""))
