"""What others say, as words about facts: the same whether it is heard as an event or asked for in a recount."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

from services.community import contract as community
from services.events import contract as events
from services.identity import contract as identity
from services.progress.contract import Action
from services.progress.domain.facts import Id, Word, done, moment, undone
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


def people(found: identity.PeopleDeeds, today: date) -> Iterator[Word]:
    """Everything identity knows of people; of a closed account nothing is counted."""
    for one in found.people:
        if not one.closed:
            yield from seen(one.person_id, one.days_seen, one.seen_on or today)
            yield from (word for word in profile(one, today) if word.holds)
    for action, bonds in ((Action.CONTACT, found.contacts), (Action.FOLLOWING, found.following)):
        for person_id, other_id, since in zip(bonds.person_ids, bonds.other_ids, bonds.since, strict=True):
            yield done(person_id, action, other_id, since)


# ---- projects and TwinSpaces


def founded(project_id: UUID, founders: tuple[UUID, ...], at: datetime) -> Iterator[Word]:
    """An approved project has its founders."""
    for one in founders:
        yield done(one, Action.PROJECT_FOUNDED, project_id, at)


def memberships(found: projects.ProjectDeeds) -> Iterator[Word]:
    """Approved projects that people have founded or joined."""
    for action, rows in ((Action.PROJECT_FOUNDED, found.founded), (Action.PROJECT_JOINED, found.joined)):
        for project_id, person_id, at in zip(rows.project_ids, rows.person_ids, rows.at, strict=True):
            yield done(person_id, action, project_id, at)


def written(page_id: Id, person_id: Id, on: date) -> Word:
    """Somebody wrote on a page that day; the day alone ranks it, so that the hour of a later change adds nothing."""
    begins = datetime.combine(on, time(), tzinfo=UTC)
    return Word(person_id, Action.PAGE_WRITTEN, f"{page_id}:{on}", on, moment(begins), slot=str(on))


def writings(found: twinspace.SpaceDeeds) -> Iterator[Word]:
    """Pages that people wrote on."""
    yield from map(written, found.page_ids, found.person_ids, found.days)


def removed_page(removed: twinspace.PageRemoved) -> Iterator[Word]:
    """A page is gone, and what was written there with it."""
    for one in removed.writings:
        yield undone(one.person_id, Action.PAGE_WRITTEN, f"{removed.page_id}:{one.on}", removed.at)


# ---- community


def message(message_id: Id, sender_id: Id, to: Sequence[Id], at: datetime) -> Iterator[Word]:
    """A message to several people counts once, as one to the first of them in the order of ids."""
    if to:
        yield done(sender_id, Action.MESSAGE, message_id, at, slot=min(map(str, to)))


def community_deeds(found: community.CommunityDeeds) -> Iterator[Word]:
    """Messages, and posts and replies in the partner forums."""
    sent, said = found.messages, found.contributions
    for message_id, sender_id, to, at in zip(
        sent.message_ids, sent.sender_ids, sent.to, sent.at, strict=True
    ):
        yield from message(message_id, sender_id, to, at)
    for one, author_id, at in zip(said.ids, said.author_ids, said.at, strict=True):
        yield done(author_id, Action.FORUM_CONTRIBUTION, one, at)


# ---- events


def attended(kind: events.Kind, person_id: Id, meeting_id: Id, at: datetime) -> Iterator[Word]:
    """Coming counts for meetings and seminars; of courses, completing them."""
    if kind in SEMINARS:
        yield done(person_id, Action.SEMINAR_ATTENDED, meeting_id, at)
    elif kind not in ACTIVITIES:
        yield done(person_id, Action.MEETING_ATTENDED, meeting_id, at)


def completed(kind: events.Kind, person_id: Id, meeting_id: Id, at: datetime) -> Iterator[Word]:
    """A seminar completed is a seminar attended: once, however it is known."""
    if kind is events.Kind.LEARNING_EVENT:
        yield done(person_id, Action.LEARNING_COMPLETED, meeting_id, at)
    else:
        yield done(
            person_id, Action.SEMINAR_ATTENDED if kind in SEMINARS else Action.OTHER_COMPLETED, meeting_id, at
        )


def held(meeting_id: Id, organiser_id: Id, attendees: int, at: datetime) -> Iterator[Word]:
    """A meeting counts for its organiser when enough people came."""
    if attendees >= table()[Action.MEETING_HELD].least:
        yield done(organiser_id, Action.MEETING_HELD, meeting_id, at)


def event_deeds(found: events.EventDeeds) -> Iterator[Word]:
    """Everything about people's seats, and the meetings they held."""
    seats = found.seats
    for meeting_id, person_id, kind, came, finished in zip(
        seats.meeting_ids, seats.person_ids, seats.kinds, seats.attended_at, seats.completed_at, strict=True
    ):
        if came:
            yield from attended(kind, person_id, meeting_id, came)
        if finished:
            yield from completed(kind, person_id, meeting_id, finished)
    for over in zip(
        found.held.meeting_ids,
        found.held.organiser_ids,
        found.held.attendees,
        found.held.held_at,
        strict=True,
    ):
        yield from held(*over)
