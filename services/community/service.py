"""Community: one method per message."""

from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.service import Service, UnitOfWork, answers, on, pumped
from chassis.store import read_cursor, write_cursor
from services.approvals import contract as approvals
from services.community import contract, post_office
from services.community.contract import Asks, Channel, Kind
from services.community.domain import NOTICE_KINDS, News, audience, check_choice, choices
from services.community.store import PAGE, choice, choices_of, notification, notifications_of, unread_of
from services.community.telling import post, tell
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects
from services.twinspace import contract as twinspace


class CommunityService(Service):
    """Telling people what concerns them."""

    name = "community"
    calls = (
        identity.recipients,
        identity.officers,
        identity.head_teachers,
        identity.confirmation_letter,
        identity.reset_letter,
        identity.affiliation_cards,
        projects.project_cards,
        approvals.letter,
        events.titles,
        events.participants,
        events.reminded,
    )

    # ---- the notifications centre

    @answers(contract.notifications)
    def notifications(
        self, uow: UnitOfWork, unread_only: bool = False, cursor: str = ""
    ) -> contract.Notifications:
        rows = uow.rows(notifications_of(uow.actor.id, read_cursor(cursor), unread_only=unread_only))
        shown = rows[:PAGE]
        following = write_cursor(shown[-1]["at"], shown[-1]["id"]) if len(rows) > PAGE else None
        return contract.Notifications(tuple(_shown(r) for r in shown), self.unread(uow), following)

    @answers(contract.unread)
    def unread(self, uow: UnitOfWork) -> int:
        return int(uow.rows(unread_of(uow.actor.id))[0]["n"])

    @answers(contract.mark_read)
    def mark_read(self, uow: UnitOfWork, ids: tuple[UUID, ...] = ()) -> int:
        n = notification.c
        statement = update(notification).where(n.person_id == uow.actor.id, n.read_at.is_(None))
        uow.session.execute((statement.where(n.id.in_(ids)) if ids else statement).values(read_at=uow.now))
        return int(uow.session.execute(unread_of(uow.actor.id)).scalar_one())

    @answers(contract.choices)
    def choices(self, uow: UnitOfWork) -> tuple[contract.Choice, ...]:
        return choices({r["group"]: Channel(r["channel"]) for r in uow.rows(choices_of([uow.actor.id]))})

    @answers(contract.choose)
    def choose(self, uow: UnitOfWork, group: str, channel: Channel) -> tuple[contract.Choice, ...]:
        check_choice(group, channel)
        uow.session.execute(
            upsert(choice)
            .values(person_id=uow.actor.id, group=group, channel=channel)
            .on_conflict_do_update(
                index_elements=[choice.c.person_id, choice.c.group], set_={"channel": channel}
            )
        )
        rows = uow.session.execute(choices_of([uow.actor.id])).mappings()
        return choices({r["group"]: Channel(r["channel"]) for r in rows})

    @pumped
    def send_mail(self, uow: UnitOfWork) -> bool:
        """The mail that has waited longest."""
        return post_office.send_next(uow)

    # ---- registration

    @on(identity.PersonRegistered)
    def person_registered(self, uow: UnitOfWork, registered: identity.PersonRegistered) -> None:
        """A link to confirm the address, or word that there is an account already."""
        letter = "known" if registered.known else "confirm"
        post(uow, f"{letter} {registered.person_id} {registered.at}", letter, person_id=registered.person_id)

    @on(identity.ConfirmationAsked)
    def confirmation_asked(self, uow: UnitOfWork, asked: identity.ConfirmationAsked) -> None:
        """A new link."""
        post(uow, f"confirm {asked.person_id} {asked.at}", "confirm", person_id=asked.person_id)

    @on(identity.PasswordForgotten)
    def password_forgotten(self, uow: UnitOfWork, forgotten: identity.PasswordForgotten) -> None:
        """A link to choose a new password."""
        post(uow, f"reset {forgotten.person_id} {forgotten.at}", "reset", person_id=forgotten.person_id)

    @on(identity.SchoolRegistered)
    def school_registered(self, uow: UnitOfWork, registered: identity.SchoolRegistered) -> None:
        """The head teacher is told once. (ID-11)"""
        post(uow, f"school {registered.school_id}", "school_registered", school_id=registered.school_id)

    @on(identity.AffiliationValidated)
    def affiliation_validated(self, uow: UnitOfWork, validated: identity.AffiliationValidated) -> None:
        news = News(Kind.AFFILIATION_VALIDATED, "affiliation", validated.affiliation_id, validated.at)
        tell(uow, (validated.person_id,), news)

    @on(identity.AffiliationRefused)
    def affiliation_refused(self, uow: UnitOfWork, refused: identity.AffiliationRefused) -> None:
        tell(
            uow,
            (refused.person_id,),
            News(Kind.AFFILIATION_REFUSED, "affiliation", refused.affiliation_id, refused.at),
        )

    # ---- contacts

    @on(identity.ContactRequested)
    def contact_requested(self, uow: UnitOfWork, requested: identity.ContactRequested) -> None:
        news = News(
            Kind.CONTACT_REQUESTED,
            "contact",
            requested.contact_id,
            requested.at,
            person_id=requested.from_id,
            asks=Asks.ANSWER_CONTACT,
        )
        tell(uow, (requested.to_id,), news)

    @on(identity.ContactAccepted)
    def contact_accepted(self, uow: UnitOfWork, accepted: identity.ContactAccepted) -> None:
        news = News(
            Kind.CONTACT_ACCEPTED, "contact", accepted.contact_id, accepted.at, person_id=accepted.from_id
        )
        tell(uow, (accepted.to_id,), news)
        _answered(uow, notification.c.subject_id == accepted.contact_id)

    @on(identity.ContactDeclined)
    def contact_declined(self, uow: UnitOfWork, declined: identity.ContactDeclined) -> None:
        """Nobody is told of a decline; the request asks nothing any more."""
        _answered(uow, notification.c.subject_id == declined.contact_id)

    # ---- approvals

    @on(approvals.NoticeDue)
    def notice_due(self, uow: UnitOfWork, due: approvals.NoticeDue) -> None:
        """Somebody must be told of a step: people, an organisation's officers, a school's head teacher."""
        told = list(due.persons)
        if due.organisation:
            officers = uow.call(identity.officers((due.organisation,)))
            told += [officer.person_id for officer in officers if officer.role in due.roles]
        if due.school_id:
            heads = uow.call(identity.head_teachers((due.school_id,)))
            told += [head.account_id for head in heads if head.account_id]
            letter = "consent" if due.kind in ("opened", "changes_made") else "consent_reminder"
            post(uow, f"{letter} {due.notice_id}", letter, school_id=due.school_id, notice_id=due.notice_id)
        tell(uow, audience(told), _news_of(due))

    @on(approvals.StepDecided)
    def step_decided(self, uow: UnitOfWork, decided: approvals.StepDecided) -> None:
        """Founders see every step; whoever was asked is not asked any more."""
        _answered(uow, notification.c.task_id == decided.task_id)
        if decided.subject_kind == "project":
            detail = f"{decided.step}:{decided.outcome}"
            news = News(
                Kind.STEP_DECIDED,
                "project",
                decided.subject_id,
                decided.at,
                country=decided.country,
                detail=detail,
            )
            tell(uow, decided.tell, news)

    @on(approvals.ProjectRefused)
    def project_refused(self, uow: UnitOfWork, refused: approvals.ProjectRefused) -> None:
        """Refused, declined, withdrawn or expired: both founders are told, and nothing is asked any more."""
        _answered(uow, notification.c.subject_id == refused.project_id)
        tell(
            uow,
            refused.tell,
            News(Kind.PROJECT_ENDED, "project", refused.project_id, refused.at, detail=refused.status),
        )

    # ---- projects

    @on(twinspace.TwinSpaceOpened)
    def twinspace_opened(self, uow: UnitOfWork, opened: twinspace.TwinSpaceOpened) -> None:
        tell(uow, opened.members, News(Kind.TWINSPACE_OPENED, "project", opened.project_id, opened.at))

    @on(projects.ProjectStarted)
    def project_started(self, uow: UnitOfWork, started: projects.ProjectStarted) -> None:
        tell(uow, started.founders, News(Kind.PROJECT_STARTED, "project", started.project_id, started.at))

    @on(projects.ProjectClosed)
    def project_closed(self, uow: UnitOfWork, closed: projects.ProjectClosed) -> None:
        tell(uow, closed.founders, News(Kind.PROJECT_CLOSED, "project", closed.project_id, closed.at))

    # ---- meetings and professional development

    @on(events.PeopleInvited)
    def people_invited(self, uow: UnitOfWork, invited: events.PeopleInvited) -> None:
        news = News(Kind.MEETING_INVITATION, "meeting", invited.meeting_id, invited.at, person_id=invited.by)
        tell(uow, invited.people, news)

    @on(events.SeatConfirmed)
    def seat_confirmed(self, uow: UnitOfWork, confirmed: events.SeatConfirmed) -> None:
        """Whoever did not just ask for it."""
        if confirmed.promoted:
            news = News(Kind.SEAT_CONFIRMED, "meeting", confirmed.meeting_id, confirmed.at)
            tell(uow, (confirmed.person_id,), news)

    @on(events.SeatOffered)
    def seat_offered(self, uow: UnitOfWork, offered: events.SeatOffered) -> None:
        tell(uow, (offered.person_id,), News(Kind.SEAT_OFFERED, "meeting", offered.meeting_id, offered.at))

    @on(events.SeatLost)
    def seat_lost(self, uow: UnitOfWork, lost: events.SeatLost) -> None:
        """Refused, or the offer lapsed; who withdrew knows it."""
        if lost.place is not events.Place.WITHDRAWN:
            news = News(Kind.SEAT_LOST, "meeting", lost.meeting_id, lost.at, detail=lost.place)
            tell(uow, (lost.person_id,), news)

    @on(events.MeetingChanged)
    def meeting_changed(self, uow: UnitOfWork, changed: events.MeetingChanged) -> None:
        """Everybody registered, when it concerns them. (EV-15)"""
        if changed.substance:
            people = uow.call(events.participants(changed.meeting_id))
            tell(
                uow,
                audience(people, changed.by),
                News(Kind.MEETING_CHANGED, "meeting", changed.meeting_id, changed.at),
            )

    @on(events.MeetingCancelled)
    def meeting_cancelled(self, uow: UnitOfWork, cancelled: events.MeetingCancelled) -> None:
        """Everybody registered, hosts and speakers. (EV-15)"""
        people = uow.call(events.participants(cancelled.meeting_id, crew=True))
        news = News(Kind.MEETING_CANCELLED, "meeting", cancelled.meeting_id, cancelled.at)
        tell(uow, audience(people, cancelled.by), news)

    @on(events.MeetingSoon)
    def meeting_soon(self, uow: UnitOfWork, soon: events.MeetingSoon) -> None:
        people = uow.call(events.participants(soon.meeting_id, crew=True))
        news = News(Kind.MEETING_REMINDER, "meeting", soon.meeting_id, soon.at, detail=str(soon.hours))
        tell(uow, audience(people), news)

    @on(events.ApplicationsOpened)
    def applications_opened(self, uow: UnitOfWork, opened: events.ApplicationsOpened) -> None:
        """Whoever asked for it. (PD-05)"""
        people = uow.call(events.reminded(opened.meeting_id))
        tell(uow, audience(people), News(Kind.APPLICATIONS_OPEN, "meeting", opened.meeting_id, opened.at))

    @on(events.CertificateIssued)
    def certificate_issued(self, uow: UnitOfWork, issued: events.CertificateIssued) -> None:
        news = News(Kind.CERTIFICATE_READY, "meeting", issued.meeting_id, issued.at)
        tell(uow, (issued.person_id,), news)


def _news_of(due: approvals.NoticeDue) -> News:
    kind, asks = NOTICE_KINDS[due.kind], None
    detail = ",".join(due.causes) if due.causes else str(due.step or "")
    to_partner = due.step is approvals.StepKind.PARTNER and due.persons
    if kind is Kind.SIGN_OFF and to_partner:
        kind = Kind.INVITATION
    if due.kind in ("opened", "reminder", "nudge", "sent_again", "changes_made"):
        asks = Asks.ACCEPT_INVITATION if to_partner else Asks.DECIDE
    elif kind is Kind.CHANGES_REQUESTED:
        asks = Asks.MAKE_CHANGES
    elif kind is Kind.ADDRESS_BOUNCED:
        asks = Asks.CORRECT_ADDRESS
    return News(
        kind,
        due.subject_kind,
        due.subject_id,
        due.at,
        task_id=due.task_id,
        notice_id=due.notice_id,
        country=due.country,
        detail=detail,
        asks=asks,
    )


def _answered(uow: UnitOfWork, which: Any) -> None:
    """Notifications about something that is settled ask for nothing any more."""
    uow.session.execute(update(notification).where(which, notification.c.asks.is_not(None)).values(asks=None))


def _shown(row: Any) -> contract.Notification:
    names = (
        "id",
        "kind",
        "at",
        "read_at",
        "subject_kind",
        "subject_id",
        "task_id",
        "country",
        "detail",
        "asks",
    )
    return contract.Notification(**{name: row[name] for name in names}, person_id=row["other_id"])
