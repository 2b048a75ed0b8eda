"""What others say, as words about facts: the same whether it is heard as an event or asked for in a recount."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from uuid import UUID

from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress.contract import Action
from services.progress.domain.facts import Word, done, moment, undone
from services.progress.domain.points import table
from services.projects import contract as projects
from services.twinspace import contract as twinspace

SEMINARS = frozenset({events.Kind.ONLINE_SEMINAR, events.Kind.WEBINAR, events.Kind.CONTACT_SEMINAR})
ACTIVITIES = frozenset(list(events.Kind)[list(events.Kind).index(events.Kind.LEARNING_EVENT) :])
"""Professional development; of all other kinds, coming is what counts."""

# ---- identity


def seen(person_id: UUID, days: int, on: date) -> Iterator[Word]:
    """Days here are counted by identity; which days they were is not kept."""
    if days >= 1:
        yield Word(person_id, Action.FIRST_ACCESS, "", on, rank=1)
    if days >= 2:
        yield Word(person_id, Action.FURTHER_ACCESS, "", on, rank=days, amount=days - 1)


def profile(facts: identity.ProgressFacts, today: date) -> Iterator[Word]:
    """How far a profile is, as of its version."""
    found = {
        Action.PROJECT_IDEA: facts.idea_characters >= table()[Action.PROJECT_IDEA].least,
        Action.AVAILABILITY: facts.answered_availability,
        Action.PROFILE_IMAGE: facts.has_image,
    }
    for action, holds in found.items():
        yield Word(facts.person_id, action, "", today, rank=facts.version, holds=holds)


def contact(one: UUID, other: UUID, at: datetime) -> Iterator[Word]:
    """Two people are contacts: it counts for both."""
    yield done(one, Action.CONTACT, other, at)
    yield done(other, Action.CONTACT, one, at)


def no_contact(one: UUID, other: UUID, at: datetime) -> Iterator[Word]:
    """They are not, any more."""
    yield undone(one, Action.CONTACT, other, at)
    yield undone(other, Action.CONTACT, one, at)


def person_history(found: identity.PersonHistory, today: date) -> Iterator[Word]:
    """Everything identity knows of a person; of a closed account nothing is counted."""
    facts = found.facts
    if facts.closed:
        return
    yield from seen(facts.person_id, facts.days_seen, facts.seen_on or today)
    yield from (word for word in profile(facts, today) if word.holds)
    for bond in found.contacts:
        yield done(facts.person_id, Action.CONTACT, bond.person_id, bond.since)
    for bond in found.following:
        yield done(facts.person_id, Action.FOLLOWING, bond.person_id, bond.since)


# ---- projects and TwinSpaces


def founded(project_id: UUID, founders: tuple[UUID, ...], at: datetime) -> Iterator[Word]:
    """An approved project has its founders."""
    for one in founders:
        yield done(one, Action.PROJECT_FOUNDED, project_id, at)


def project_history(found: projects.ProjectHistory) -> Iterator[Word]:
    """Everything about an approved project."""
    yield from founded(found.project_id, found.founders, found.approved_at)
    for partner in found.partners:
        yield done(partner.person_id, Action.PROJECT_JOINED, found.project_id, partner.at)


def written(page_id: UUID, person_id: UUID, on: date) -> Word:
    """Somebody wrote on a page that day; the day alone ranks it, so that the hour of a later change adds nothing."""
    begins = datetime.combine(on, time(), tzinfo=UTC)
    return Word(person_id, Action.PAGE_WRITTEN, f"{page_id}:{on}", on, moment(begins), slot=str(on))


def removed_page(removed: twinspace.PageRemoved) -> Iterator[Word]:
    """A page is gone, and what was written there with it."""
    for one in removed.writings:
        yield undone(one.person_id, Action.PAGE_WRITTEN, f"{removed.page_id}:{one.on}", removed.at)


# ---- community


def message(message_id: UUID, sender_id: UUID, to: tuple[UUID, ...], at: datetime) -> Iterator[Word]:
    """A message to several people counts once, as one to the first of them in the order of ids."""
    if to:
        yield done(sender_id, Action.MESSAGE, message_id, at, slot=min(to))


# ---- events


def attended(kind: events.Kind, person_id: UUID, meeting_id: UUID, at: datetime) -> Iterator[Word]:
    """Coming counts for meetings and seminars; of courses, completing them."""
    if kind in SEMINARS:
        yield done(person_id, Action.SEMINAR_ATTENDED, meeting_id, at)
    elif kind not in ACTIVITIES:
        yield done(person_id, Action.MEETING_ATTENDED, meeting_id, at)


def completed(kind: events.Kind, person_id: UUID, meeting_id: UUID, at: datetime) -> Iterator[Word]:
    """A seminar completed is a seminar attended: once, however it is known."""
    if kind is events.Kind.LEARNING_EVENT:
        yield done(person_id, Action.LEARNING_COMPLETED, meeting_id, at)
    else:
        yield done(
            person_id, Action.SEMINAR_ATTENDED if kind in SEMINARS else Action.OTHER_COMPLETED, meeting_id, at
        )


def held(meeting_id: UUID, organiser_id: UUID, attendees: int, at: datetime) -> Iterator[Word]:
    """A meeting counts for its organiser when enough people came."""
    if attendees >= table()[Action.MEETING_HELD].least:
        yield done(organiser_id, Action.MEETING_HELD, meeting_id, at)


def seat_history(found: events.SeatHistory) -> Iterator[Word]:
    """Everything about somebody's seat."""
    if found.attended_at:
        yield from attended(found.kind, found.person_id, found.meeting_id, found.attended_at)
    if found.completed_at:
        yield from completed(found.kind, found.person_id, found.meeting_id, found.completed_at)


def contribution(found: community.Contribution) -> Word:
    """A post or reply in a partner forum."""
    return done(found.author_id, Action.FORUM_CONTRIBUTION, found.id, found.at)
