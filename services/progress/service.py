"""Progress: one method per message."""

from collections.abc import Sequence
from itertools import chain
from uuid import UUID

from sqlalchemy import delete, update

from chassis.service import Service, UnitOfWork, answers, each_second, on, on_many
from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress import contract, hearing, views
from services.progress.contract import Action
from services.progress.counting import hear
from services.progress.domain.facts import done, undone
from services.progress.domain.points import module_action
from services.progress.domain.quiz import PASS_PERCENT, passed, percent_of
from services.progress.library import lessons
from services.progress.recounting import Recounting
from services.progress.store import facts
from services.progress.store.tables import fact, fresh, person
from services.projects import contract as projects
from services.twinspace import contract as twinspace


class ProgressService(Service):
    """The progress bar, counted from what others say has happened, and modules to learn from."""

    name = "progress"
    calls = (
        identity.profile,
        identity.progress_facts,
        identity.deeds,
        projects.deeds,
        community.deeds,
        twinspace.deeds,
        events.deeds,
    )

    def __init__(self) -> None:
        self.recounting = Recounting()

    # ---- the bar

    @answers(contract.my_progress)
    def my_progress(self, uow: UnitOfWork) -> contract.Progress:
        return views.shown(uow, uow.actor.id, own=True)

    @answers(contract.progress)
    def progress(self, uow: UnitOfWork, person_id: UUID) -> contract.Progress:
        own = person_id == uow.actor.id
        if not own:
            uow.call(identity.profile(person_id))
        return views.shown(uow, person_id, own=own)

    @answers(contract.hide_deeds)
    def hide_deeds(self, uow: UnitOfWork, hidden: bool) -> contract.Progress:
        before = views.shown(uow, uow.actor.id, own=True)
        facts.hold(uow, (uow.actor.id,))
        uow.session.execute(update(person).where(person.c.id == uow.actor.id).values(hides_deeds=hidden))
        return contract.Progress(before.person_id, before.percent, before.areas, hidden, before.deeds)

    # ---- modules

    @answers(contract.modules)
    def modules(self, uow: UnitOfWork, language: str | None = None) -> tuple[contract.ModuleCard, ...]:
        done_already = views.passed(uow)
        return tuple(views.card(one, done_already) for one in lessons(language).values())

    @answers(contract.module)
    def module(self, uow: UnitOfWork, name: str, language: str | None = None) -> contract.Module:
        lesson = views.lesson_named(name, language)
        questions = tuple(contract.Question(q.name, q.text, q.choices) for q in lesson.questions)
        return contract.Module(views.card(lesson, views.passed(uow)), lesson.html, questions, PASS_PERCENT)

    @answers(contract.take_quiz)
    def take_quiz(
        self,
        uow: UnitOfWork,
        name: str,
        answers: tuple[contract.Answer, ...] = (),
        language: str | None = None,
    ) -> contract.QuizResult:
        lesson = views.lesson_named(name, language)
        marked = lesson.mark({one.question: one.choice for one in answers})
        counted = passed(marked) and uow.visitor is not None
        if counted:
            hear(uow, [done(uow.actor.id, module_action(lesson.area), name, uow.now)])
        right = sum(one.right for one in marked)
        return contract.QuizResult(
            name, right, len(marked), percent_of(marked), passed(marked), counted, marked, lesson.language
        )

    # ---- what people do: identity

    @on_many(identity.PersonSeen)
    def person_seen(self, uow: UnitOfWork, seen: Sequence[identity.PersonSeen]) -> None:
        hear(uow, [word for one in seen for word in hearing.seen(one.person_id, one.days, one.on)])

    @on_many(identity.ProfileChanged)
    def profile_changed(self, uow: UnitOfWork, changed: Sequence[identity.ProfileChanged]) -> None:
        _look_at_profiles(uow, {one.person_id for one in changed})

    @on_many(identity.AvailabilityChanged)
    def availability_changed(self, uow: UnitOfWork, changed: Sequence[identity.AvailabilityChanged]) -> None:
        _look_at_profiles(uow, {one.person_id for one in changed})

    @on(identity.ContactAccepted)
    def contact_accepted(self, uow: UnitOfWork, accepted: identity.ContactAccepted) -> None:
        hear(uow, hearing.contact(accepted.from_id, accepted.to_id, accepted.at))

    @on(identity.ContactRemoved)
    def contact_removed(self, uow: UnitOfWork, removed: identity.ContactRemoved) -> None:
        hear(uow, hearing.no_contact(removed.from_id, removed.to_id, removed.at))

    @on(identity.PersonBlocked)
    def person_blocked(self, uow: UnitOfWork, blocked: identity.PersonBlocked) -> None:
        hear(uow, hearing.no_contact(blocked.from_id, blocked.to_id, blocked.at))

    @on(identity.Followed)
    def followed(self, uow: UnitOfWork, followed: identity.Followed) -> None:
        hear(uow, [done(followed.follower_id, Action.FOLLOWING, followed.followed_id, followed.at)])

    @on(identity.Unfollowed)
    def unfollowed(self, uow: UnitOfWork, unfollowed: identity.Unfollowed) -> None:
        hear(uow, [undone(unfollowed.follower_id, Action.FOLLOWING, unfollowed.followed_id, unfollowed.at)])

    @on(identity.AccountClosed)
    def account_closed(self, uow: UnitOfWork, closed: identity.AccountClosed) -> None:
        """Nothing of who has left is kept, and nothing more is counted."""
        facts.hold(uow, (closed.person_id,))
        for one in (fact, fresh):
            uow.session.execute(delete(one).where(one.c.person_id == closed.person_id))
        gone = {"closed": True, "counted": {}, "told": {}, "hides_deeds": True}
        uow.session.execute(update(person).where(person.c.id == closed.person_id).values(**gone))

    # ---- community

    @on_many(community.MessageSent)
    def message_sent(self, uow: UnitOfWork, sent: Sequence[community.MessageSent]) -> None:
        words = [hearing.message(one.message_id, one.sender_id, one.to, one.at) for one in sent]
        hear(uow, chain.from_iterable(words))

    @on_many(community.ContributionWritten)
    def contribution_written(self, uow: UnitOfWork, said: Sequence[community.ContributionWritten]) -> None:
        hear(
            uow, [done(one.author_id, Action.FORUM_CONTRIBUTION, one.contribution_id, one.at) for one in said]
        )

    @on(community.ContributionRemoved)
    def contribution_removed(self, uow: UnitOfWork, said: community.ContributionRemoved) -> None:
        hear(uow, [undone(said.author_id, Action.FORUM_CONTRIBUTION, said.contribution_id, said.at)])

    # ---- projects and TwinSpaces

    @on(projects.ProjectActivated)
    def project_activated(self, uow: UnitOfWork, activated: projects.ProjectActivated) -> None:
        hear(uow, hearing.founded(activated.project_id, activated.founders, activated.at))

    @on(projects.PartnerJoined)
    def partner_joined(self, uow: UnitOfWork, joined: projects.PartnerJoined) -> None:
        hear(uow, [done(joined.person_id, Action.PROJECT_JOINED, joined.project_id, joined.at)])

    @on_many(twinspace.PageWritten)
    def page_written(self, uow: UnitOfWork, written: Sequence[twinspace.PageWritten]) -> None:
        hear(uow, [hearing.written(one.page_id, one.by, one.at.date()) for one in written])

    @on(twinspace.PageRemoved)
    def page_removed(self, uow: UnitOfWork, removed: twinspace.PageRemoved) -> None:
        hear(uow, hearing.removed_page(removed))

    # ---- meetings and professional development

    @on_many(events.Attended)
    def attended(self, uow: UnitOfWork, attended: Sequence[events.Attended]) -> None:
        words = [hearing.attended(one.kind, one.person_id, one.meeting_id, one.at) for one in attended]
        hear(uow, chain.from_iterable(words))

    @on(events.ActivityCompleted)
    def activity_completed(self, uow: UnitOfWork, completed: events.ActivityCompleted) -> None:
        hear(uow, hearing.completed(completed.kind, completed.person_id, completed.meeting_id, completed.at))

    @on(events.MeetingHeld)
    def meeting_held(self, uow: UnitOfWork, held: events.MeetingHeld) -> None:
        hear(uow, hearing.held(held.meeting_id, held.organiser_id, held.attendees, held.at))

    # ---- recounting

    @each_second
    def recount(self, uow: UnitOfWork) -> bool:
        """One page of a recount, if one is under way."""
        return self.recounting.step(uow)


def _look_at_profiles(uow: UnitOfWork, ids: set[UUID]) -> None:
    """How far profiles are now: an event that comes late finds what holds now."""
    found = uow.call(identity.progress_facts(tuple(ids)))
    hear(uow, [word for one in found if not one.closed for word in hearing.profile(one, uow.now.date())])
