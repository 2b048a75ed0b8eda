"""An approval as pages tell it: who holds each step, what keeps the whole waiting, what can be done about it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from gateway.portal.catalogue import N_, gettext
from gateway.portal.rendering import bdi, country, day
from gateway.portal.visit import Visit
from services.approvals.contract import Cause, Explanation, Status, StepKind, StepState, StepView, Track
from services.identity import contract as identity

CAUSES: dict[Cause, tuple[str, str]] = {
    Cause.PARTNER_HAS_NOT_ACCEPTED: (
        N_("%(holder)s has not accepted the invitation yet, asked since %(day)s."),
        N_(
            "Tell your partner to open the notifications, the bell at the top: the invitation is accepted there."
        ),
    ),
    Cause.PARTNER_NOT_VALIDATED: (
        N_("%(holder)s is not validated yet, so the invitation waits."),
        N_("Your partner can ask their national support service how far the review is."),
    ),
    Cause.HEAD_TEACHER_PENDING: (
        N_("%(country)s: %(holder)s has not answered since %(day)s."),
        N_(
            "A word at school often helps. The request is in the head teacher’s mail and can be sent again below."
        ),
    ),
    Cause.REGIONAL_PENDING: (
        N_("%(country)s: it is with %(holder)s since %(day)s."),
        N_("The regional representative passes it on to the national support service."),
    ),
    Cause.OWN_ORGANISATION_PENDING: (
        N_("%(country)s: it is with %(holder)s since %(day)s."),
        N_("This is your own country’s support service. You can remind it, or write to the address below."),
    ),
    Cause.OTHER_ORGANISATION_PENDING: (
        N_("%(country)s: it is with %(holder)s since %(day)s."),
        N_("That is the other country’s support service: %(partner)s can ask there, at the address below."),
    ),
    Cause.CHANGES_WANTED: (
        N_("Changes are asked for. All clocks stand still until the founders have answered."),
        N_("Read below what is asked, edit the project, then say that the changes are made."),
    ),
    Cause.ADDRESS_BOUNCED: (
        N_("%(country)s: the mail to %(holder)s came back."),
        N_("Correct the head teacher’s address; the request then goes out again by itself."),
    ),
    Cause.TWINSPACE_BEING_MADE: (
        N_("Everybody has approved. The TwinSpace is being made."),
        N_("Load this page again in a minute."),
    ),
}
YOURSELF = (
    N_("You have not answered the invitation yet, since %(day)s."),
    N_("Accept or decline it at the top of this page."),
)

STATUSES: dict[Status, str] = {
    Status.RUNNING: N_("The approval is under way."),
    Status.CHANGES_REQUESTED: N_("Changes are asked for; all clocks stand still."),
    Status.OPENING: N_("All have approved. The TwinSpace is being opened."),
    Status.UNDOING: N_("The approval has ended; what was prepared is being taken back."),
    Status.COMPLETED: N_("All countries have approved."),
    Status.REFUSED: N_("The project was refused."),
    Status.DECLINED: N_("The partner has declined the invitation."),
    Status.WITHDRAWN: N_("A founder has withdrawn the project."),
    Status.EXPIRED: N_("The invitation ended after thirty days without an answer."),
}

WHO_DECIDES: dict[StepKind, str] = {
    StepKind.PARTNER: N_("Who decides: %(holder)s, in the notifications or on this page."),
    StepKind.HEAD_TEACHER: N_("Who decides: %(holder)s, by the link in the mail or with an account."),
    StepKind.REGIONAL: N_("Who decides: %(holder)s."),
    StepKind.SUPPORT_ORGANISATION: N_("Who decides: an officer of %(holder)s."),
}

NOTICES: dict[str, str] = {
    "opened": N_("Request"),
    "reminder": N_("Reminder"),
    "nudge": N_("Friendly reminder by a founder"),
    "sent_again": N_("Sent again"),
    "changes_made": N_("Word that changes are made"),
}


@dataclass(frozen=True, slots=True)
class CauseLine:
    """One reason why it waits, and what helps."""

    sentence: Markup
    advice: Markup
    step: StepView | None


@dataclass(frozen=True, slots=True)
class Told:
    """An explanation with the names of everybody in it; what did not come in time is named more generally."""

    explanation: Explanation
    reader_id: UUID | None
    organisations: dict[str, identity.OrganisationCard]
    schools: dict[UUID, identity.SchoolCard]
    people: dict[UUID, identity.PersonCard]

    def person(self, person_id: UUID | None) -> Markup:
        """A person's name."""
        card = self.people.get(person_id) if person_id else None
        return bdi(card.name) if card and card.name else Markup("").join([gettext("your partner")])

    def organisation(self, organisation_id: str) -> identity.OrganisationCard | None:
        """The organisation's card with its contact."""
        return self.organisations.get(organisation_id)

    def holder(self, step: StepView) -> Markup:
        """Who holds a step."""
        if step.kind is StepKind.PARTNER:
            return self.person(UUID(step.holder))
        if step.kind is StepKind.HEAD_TEACHER:
            school = self.schools.get(UUID(step.holder))
            if school is None:
                return Markup("").join([gettext("the head teacher")])
            return _filled(N_("the head teacher of %(school)s"), school=bdi(school.name))
        organisation = self.organisations.get(step.holder)
        return bdi(organisation.name if organisation else step.holder)

    def who_decides(self, step: StepView) -> Markup:
        """Who can unblock a step."""
        return _filled(WHO_DECIDES[step.kind], holder=self.holder(step))

    def causes(self) -> list[CauseLine]:
        """Every cause as a sentence with its advice; one for each step that waits for the same reason."""
        lines = []
        for cause in self.explanation.causes:
            waiting = [(track, step) for track, step in self._steps() if step.cause is cause]
            lines += [self._line(cause, track, step) for track, step in waiting]
            if not waiting:
                lines.append(self._line(cause, None, None))
        return lines

    def _steps(self) -> Iterable[tuple[Track | None, StepView]]:
        if self.explanation.partner:
            yield None, self.explanation.partner
        for track in self.explanation.tracks:
            for step in track.steps:
                yield track, step

    def _line(self, cause: Cause, track: Track | None, step: StepView | None) -> CauseLine:
        own = step is not None and step.kind is StepKind.PARTNER and step.can_act
        sentence, advice = YOURSELF if own else CAUSES[cause]
        values = {
            "holder": self.holder(step) if step else "",
            "partner": self.person(track.person_id) if track else "",
            "country": country(track.country) if track else "",
            "day": day(step.since) if step and step.since else "",
        }
        return CauseLine(_filled(sentence, **values), _filled(advice, **values), step)

    def open_step(self, track: Track) -> StepView | None:
        """The step of a country that somebody has to take now."""
        waiting = (StepState.WAITING, StepState.HELD, StepState.CHANGES_REQUESTED)
        return next((step for step in track.steps if step.state in waiting), None)

    def step_of(self, task_id: UUID) -> StepView | None:
        """The step a case is about."""
        return next((step for _, step in self._steps() if step.task_id == task_id), None)

    def finding(self) -> StepView | None:
        """The step whose refusal or request for changes decides how the whole stands."""
        decisive = (StepState.REFUSED, StepState.CHANGES_REQUESTED)
        return next((step for _, step in self._steps() if step.state in decisive), None)

    def status(self) -> str:
        """How the whole stands, in a sentence."""
        return gettext(STATUSES[self.explanation.status])

    def notice(self, kind: str) -> str:
        """What a notice was."""
        return gettext(NOTICES.get(kind, NOTICES["reminder"]))

    @property
    def approved_countries(self) -> int:
        """How many countries have approved."""
        return sum(track.approved for track in self.explanation.tracks)

    @property
    def waits(self) -> bool:
        """Whether somebody still has to do something."""
        return self.explanation.status in (Status.RUNNING, Status.CHANGES_REQUESTED, Status.OPENING)

    @property
    def ended_badly(self) -> bool:
        """Whether it ended before it began."""
        return not self.waits and self.explanation.status is not Status.COMPLETED


def _filled(sentence: str, **values: object) -> Markup:
    """The sentence in the reader's language, with what people wrote escaped in its places."""
    return Markup(gettext(sentence)) % values  # noqa: S704 - sentences are ours; values are escaped by `%`


async def tell(visit: Visit, explanation: Explanation, *also: UUID | None) -> Told:
    """The explanation with all names in it, fetched side by side; `also` are people named on the same page."""
    steps = [step for track in explanation.tracks for step in track.steps]
    offices = {s.holder for s in steps if s.kind in (StepKind.REGIONAL, StepKind.SUPPORT_ORGANISATION)}
    offices |= {track.organisation for track in explanation.tracks}
    persons = [*also, *(track.person_id for track in explanation.tracks), *(s.decided_by for s in steps)]
    schools = tuple(track.school_id for track in explanation.tracks if track.school_id)
    (organisations, cards), people = await asyncio.gather(
        visit.together(identity.organisations(tuple(sorted(offices))), identity.school_cards(schools)),
        visit.people(persons),
    )
    return Told(
        explanation,
        visit.session.person_id if visit.session else None,
        {organisation.id: organisation for organisation in organisations or ()},
        {card.id: card for card in cards or ()},
        people,
    )
