"""Community: one method per message."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.contract import Forbidden, Invalid, NotFound
from chassis.service import Service, UnitOfWork, answers, each_second, on, pumped
from chassis.store import read_cursor, write_cursor
from chassis.store.unit_of_work import ChangedMeanwhile
from services.approvals import contract as approvals
from services.community import contract, digests, forums, messages, post_office
from services.community.conduct import limits
from services.community.contract import Asks, Band, Box, Channel, Kind, Moderation, PostCard, Section, Sent
from services.community.domain.conversation import Thread, begin_with, who_gets_a_reply
from services.community.domain.news import NOTICE_KINDS, News, audience, check_choice, choices
from services.community.domain.post import Post, PostText, check_reason
from services.community.store import conversations, histories, people, posts
from services.community.store.notifications import (
    PAGE,
    choices_of,
    notifications_of,
    titles_of,
    unread_of,
)
from services.community.store.tables import channel_choice, notification
from services.community.telling import (
    availability_lapsed,
    availability_lapses,
    badge_earned,
    matches_found,
    post,
    tell,
)
from services.events import contract as events
from services.identity import contract as identity
from services.progress import contract as progress
from services.projects import contract as projects
from services.search import contract as search
from services.twinspace import contract as twinspace

MODERATED = {
    Moderation.MOVE: Kind.POST_MOVED,
    Moderation.CLOSE: Kind.POST_CLOSED,
    Moderation.REMOVE: Kind.POST_REMOVED,
}
"""What a post's author is told of."""


class CommunityService(Service):
    """What members say to each other, and telling people what concerns them."""

    name = "community"
    calls = (
        identity.recipients,
        identity.officers,
        identity.head_teachers,
        identity.confirmation_letter,
        identity.reset_letter,
        identity.affiliation_cards,
        identity.invitation_facts,
        identity.grants_of,
        identity.findable,
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
        own = [r["subject_id"] for r in shown if r["subject_kind"] in ("thread", "post")]
        titles = {r["id"]: r["title"] for r in uow.rows(titles_of(own, uow.actor.id))} if own else {}
        news = tuple(_shown(r, titles.get(r["subject_id"], "")) for r in shown)
        return contract.Notifications(news, self.unread(uow), following)

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
            upsert(channel_choice)
            .values(person_id=uow.actor.id, group=group, channel=channel)
            .on_conflict_do_update(
                index_elements=[channel_choice.c.person_id, channel_choice.c.group], set_={"channel": channel}
            )
        )
        rows = uow.session.execute(choices_of([uow.actor.id])).mappings()
        return choices({r["group"]: Channel(r["channel"]) for r in rows})

    @pumped
    def send_mail(self, uow: UnitOfWork) -> bool:
        """The mail that has waited longest."""
        return post_office.send_next(uow)

    @each_second
    def send_digest(self, uow: UnitOfWork) -> bool:
        """The summary that is due first. (CO-15)"""
        return digests.send_next(uow)

    # ---- messages

    @answers(contract.threads)
    def threads(self, uow: UnitOfWork, box: Box = Box.INBOX, cursor: str = "") -> contract.Threads:
        rows = uow.rows(conversations.threads_of(uow.actor.id, box, read_cursor(cursor)))
        shown = rows[: conversations.PAGE]
        following = write_cursor(shown[-1]["at"], shown[-1]["id"]) if len(rows) > len(shown) else None
        cards = tuple(messages.card_of(row, uow.actor.id) for row in shown)
        return contract.Threads(cards, self.unread_messages(uow), following)

    @answers(contract.thread)
    def thread(self, uow: UnitOfWork, thread_id: UUID, cursor: str = "") -> contract.ThreadView:
        found = uow.rows(conversations.thread_as_had_by(thread_id, uow.actor.id))
        if not found:
            raise NotFound(what="Thread")
        rows = uow.rows(conversations.messages_of(thread_id, uow.actor.id, read_cursor(cursor)))
        shown = rows[: conversations.PAGE]
        names = ("id", "subject", "people", "unread", "archived", "post_id")
        return contract.ThreadView(
            **{name: found[0][name] for name in names},
            messages=tuple(
                contract.Message(row["id"], row["sender_id"], row["text"], row["at"])
                for row in reversed(shown)
            ),
            next_cursor=write_cursor(shown[-1]["at"], shown[-1]["id"]) if len(rows) > len(shown) else None,
        )

    @answers(contract.unread_messages)
    def unread_messages(self, uow: UnitOfWork) -> int:
        return int(uow.rows(conversations.unread_threads_of(uow.actor.id))[0]["n"])

    @answers(contract.start_thread)
    def start_thread(
        self,
        uow: UnitOfWork,
        thread_id: UUID,
        message_id: UUID,
        to: tuple[UUID, ...],
        subject: str,
        text: str,
        post_id: UUID | None = None,
    ) -> Sent:
        begun = Thread.begin(thread_id, uow.actor.id, to, subject, post_id, uow.now)
        found = messages.look_up(uow, to)
        addressed = begin_with(to, found.known)
        conversations.hold_sender(uow, uow.actor.id)
        known = messages.sent_before(uow, thread_id, message_id)
        if known:
            return known
        if uow.find(Thread, thread_id) is not None:
            raise Invalid(fields={"thread_id": ["taken"]})
        thread = uow.add(begun)
        conversations.take_part(uow, thread)
        return messages.send(uow, thread, messages.Letter(message_id, text, addressed, found.age, first=True))

    @answers(contract.reply_in_thread)
    def reply_in_thread(self, uow: UnitOfWork, thread_id: UUID, message_id: UUID, text: str) -> Sent:
        known = uow.rows(conversations.thread_as_had_by(thread_id, uow.actor.id))
        if not known:
            raise NotFound(what="Thread")
        found = messages.look_up(uow, known[0]["people"])
        addressed = who_gets_a_reply(known[0]["people"], found.known)
        conversations.hold_sender(uow, uow.actor.id)
        before = messages.sent_before(uow, thread_id, message_id)
        if before:
            return before
        thread = uow.get(Thread, thread_id)
        return messages.send(
            uow, thread, messages.Letter(message_id, text, addressed, found.age, first=False)
        )

    @answers(contract.mark_thread_read)
    def mark_thread_read(self, uow: UnitOfWork, thread_id: UUID) -> int:
        conversations.mine(uow, thread_id, unread=0)
        n = notification.c
        own = update(notification).where(
            n.person_id == uow.actor.id, n.subject_id == thread_id, n.read_at.is_(None)
        )
        uow.session.execute(own.values(read_at=uow.now))
        return int(uow.session.execute(conversations.unread_threads_of(uow.actor.id)).scalar_one())

    @answers(contract.archive_thread)
    def archive_thread(self, uow: UnitOfWork, thread_id: UUID) -> None:
        conversations.mine(uow, thread_id, archived=True)

    @answers(contract.unarchive_thread)
    def unarchive_thread(self, uow: UnitOfWork, thread_id: UUID) -> None:
        conversations.mine(uow, thread_id, archived=False)

    # ---- partner forums: reading

    @answers(contract.forum_sections)
    def forum_sections(self, uow: UnitOfWork) -> tuple[contract.SectionCount, ...]:
        statement = posts.counts(uow.actor.id, uow.now, everyone=forums.moderates(uow.actor))
        counted = {(row["section"], row["band"]): row["posts"] for row in uow.rows(statement)}
        return tuple(
            contract.SectionCount(section, band, counted.get((section, band), 0))
            for section in Section
            for band in Band
        )

    @answers(contract.posts)
    def posts(
        self,
        uow: UnitOfWork,
        section: Section | None = None,
        band: Band | None = None,
        country: str | None = None,
        language: str | None = None,
        subject: str | None = None,
        age_from: int | None = None,
        age_to: int | None = None,
        plus: bool = False,
        cursor: str = "",
    ) -> contract.Posts:
        every = posts.open_posts(uow.actor.id, uow.now, everyone=forums.moderates(uow.actor))
        wanted = posts.narrowed(
            every,
            section=section,
            band=band,
            country=country,
            language=language,
            subject=subject,
            age_from=age_from,
            age_to=age_to,
            plus=plus,
        )
        return forums.page_of(uow, wanted, cursor)

    @answers(contract.my_posts)
    def my_posts(self, uow: UnitOfWork, cursor: str = "") -> contract.Posts:
        rows = uow.rows(posts.posts_by(uow.actor.id, read_cursor(cursor)))
        shown = rows[: posts.PAGE]
        following = write_cursor(shown[-1]["written_at"], shown[-1]["id"]) if len(rows) > len(shown) else None
        return contract.Posts(tuple(forums.card_of(row, uow) for row in shown), following)

    @answers(contract.post)
    def post(self, uow: UnitOfWork, post_id: UUID, cursor: str = "") -> contract.PostView:
        return forums.view_of(uow, forums.known(uow, post_id), cursor)

    @answers(contract.similar_posts)
    def similar_posts(self, uow: UnitOfWork, title: str, idea: str) -> tuple[PostCard, ...]:
        rows = uow.rows(posts.alike(uow.actor.id, title, idea, uow.now))
        found = forums.findable(uow, (row["author_id"] for row in rows))
        shown = [row for row in rows if row["author_id"] in found]
        return tuple(forums.card_of(row, uow) for row in shown[: posts.MOST_ALIKE])

    # ---- partner forums: writing

    @answers(contract.write_post)
    def write_post(
        self,
        uow: UnitOfWork,
        post_id: UUID,
        section: Section,
        band: Band,
        title: str,
        idea: str,
        age_from: int,
        age_to: int,
        language: str,
        languages: tuple[str, ...],
        partners_wanted: int,
        subjects: tuple[str, ...] = (),
        countries_wanted: tuple[str, ...] = (),
        starts_on: date | None = None,
    ) -> PostCard:
        author_id = uow.actor.id
        text = PostText(
            title, idea, age_from, age_to, language, languages, partners_wanted, subjects, countries_wanted, starts_on
        )  # fmt: skip
        written = Post.write(post_id, author_id, section, band, text, uow.now, limits().posts)
        facts = uow.call(identity.invitation_facts(author_id, (author_id,))).inviter
        posts.hold_author(uow, author_id)
        there = uow.find(Post, post_id)
        if there is not None:
            if there.author_id != author_id:
                raise Invalid(fields={"post_id": ["taken"]})
            return forums.card_now(there, uow)
        forums.refuse_same_text(uow, written)
        people.note_author(
            uow,
            author_id,
            uow.now,
            available=facts.available,
            available_plus=facts.available_plus,
            country=facts.country,
        )
        uow.publish(uow.add(written).changed(uow.now))
        forums.say_written(uow, written, post_id, author_id)
        return forums.card_now(written, uow)

    @answers(contract.edit_post)
    def edit_post(
        self,
        uow: UnitOfWork,
        post_id: UUID,
        seen_version: int,
        title: str,
        idea: str,
        age_from: int,
        age_to: int,
        language: str,
        languages: tuple[str, ...],
        partners_wanted: int,
        subjects: tuple[str, ...] = (),
        countries_wanted: tuple[str, ...] = (),
        starts_on: date | None = None,
    ) -> PostCard:
        text = PostText(
            title, idea, age_from, age_to, language, languages, partners_wanted, subjects, countries_wanted, starts_on
        )  # fmt: skip
        forums.reader_of(uow, forums.known(uow, post_id))
        posts.hold_author(uow, uow.actor.id)
        post = uow.get(Post, post_id)
        changed = post.edit(text, uow.actor.id, uow.now)
        if post.version != seen_version:
            raise ChangedMeanwhile(version=post.version)
        forums.refuse_same_text(uow, post)
        uow.publish(changed)
        return forums.card_now(post, uow)

    @answers(contract.mark_found)
    def mark_found(self, uow: UnitOfWork, post_id: UUID) -> PostCard:
        forums.reader_of(uow, forums.known(uow, post_id))
        post = uow.get(Post, post_id)
        uow.publish(post.find(uow.actor.id, uow.now))
        _answered(uow, notification.c.subject_id == post_id)
        return forums.card_now(post, uow)

    @answers(contract.renew_post)
    def renew_post(self, uow: UnitOfWork, post_id: UUID) -> PostCard:
        forums.reader_of(uow, forums.known(uow, post_id))
        posts.hold_author(uow, uow.actor.id)
        post = uow.get(Post, post_id)
        renewed = post.renew(uow.actor.id, uow.now, limits().posts)
        forums.refuse_same_text(uow, post)
        uow.publish(renewed)
        _answered(uow, notification.c.subject_id == post_id)
        return forums.card_now(post, uow)

    @answers(contract.reply_to_post)
    def reply_to_post(self, uow: UnitOfWork, post_id: UUID, reply_id: UUID, text: str) -> contract.Replied:
        forums.reader_of(uow, forums.known(uow, post_id))
        post = uow.get(Post, post_id)
        if forums.own_reply(uow, post_id, reply_id):
            return contract.Replied(post_id, reply_id)
        uow.publish(post.take_reply(uow.now))
        posts.keep_reply(uow, reply_id, post_id, text)
        forums.say_written(uow, post, reply_id, uow.actor.id)
        news = News(Kind.POST_REPLIED, "post", post_id, uow.now, person_id=uow.actor.id, detail=str(reply_id))
        tell(uow, audience((post.author_id,), but_not=uow.actor.id), news)
        return contract.Replied(post_id, reply_id)

    # ---- partner forums: moderators

    @answers(contract.moderate_post)
    def moderate_post(
        self,
        uow: UnitOfWork,
        post_id: UUID,
        action: Moderation,
        reason: str = "",
        section: Section | None = None,
        band: Band | None = None,
    ) -> PostCard:
        _moderators_only(uow)
        post = uow.get(Post, post_id)
        was_removed = post.state is contract.PostState.REMOVED
        uow.publish(post.moderate(action, reason, section, band, uow.now))
        forums.say_whether_removed(uow, post, was_removed=was_removed)
        if action is Moderation.REOPEN:
            forums.refuse_same_text(uow, post)
        posts.note_moderation(uow, post_id, action, reason)
        if action in MODERATED:
            news = News(MODERATED[action], "post", post_id, uow.now)
            tell(uow, audience((post.author_id,), but_not=uow.actor.id), news)
        return forums.card_now(post, uow)

    @answers(contract.remove_reply)
    def remove_reply(self, uow: UnitOfWork, post_id: UUID, reply_id: UUID, reason: str) -> PostCard:
        _moderators_only(uow)
        check_reason(Moderation.REMOVE_REPLY, reason)
        post = uow.get(Post, post_id)
        reply = posts.known_reply(uow, reply_id)
        if reply is None or reply["post_id"] != post_id:
            raise NotFound(what="Reply")
        if not reply["removed"]:
            uow.publish(post.lose_reply(uow.now))
            posts.take_reply_away(uow, reply_id, reason)
            forums.say_removed(uow, post, reply_id, reply["author_id"])
            posts.note_moderation(uow, post_id, Moderation.REMOVE_REPLY, reason, reply_id)
            news = News(Kind.REPLY_REMOVED, "post", post_id, uow.now, detail=str(reply_id))
            tell(uow, audience((reply["author_id"],), but_not=uow.actor.id), news)
        return forums.card_now(post, uow)

    # ---- partner forums: time

    @each_second
    def expire_post(self, uow: UnitOfWork) -> bool:
        """A post whose time is over. (PS-17)"""
        due = uow.store.rows(posts.due_to_expire(uow.now))
        if not due:
            return False
        post = uow.get(Post, due[0]["id"])
        if post.state is contract.PostState.OPEN and post.expires_at <= uow.now:
            uow.publish(post.expire(uow.now))
            _answered(uow, notification.c.subject_id == post.id)
        return True

    @each_second
    def warn_of_expiry(self, uow: UnitOfWork) -> bool:
        """A post that will soon expire, whose author has not been told. (PS-17)"""
        until = uow.now + limits().posts.warning
        due = uow.store.rows(posts.due_to_warn(until))
        if not due:
            return False
        post = uow.get(Post, due[0]["id"])
        if not post.warned and post.expires_at > uow.now:
            detail = post.expires_at.date().isoformat()
            news = News(Kind.POST_EXPIRING, "post", post.id, uow.now, detail=detail, asks=Asks.RENEW_POST)
            tell(uow, (post.author_id,), news)
        post.warned = True
        return True

    # ---- for search

    @answers(contract.post_documents)
    def post_documents(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[contract.PostDocument, ...]:
        found = uow.load(posts.DOCUMENTS, ids)
        return tuple(forums.document_of(row, uow) for rows in found.values() for row in rows)

    @answers(contract.post_versions)
    def post_versions(
        self, uow: UnitOfWork, after: UUID | None = None
    ) -> tuple[contract.DocumentVersion, ...]:
        rows = uow.rows(posts.versions(after, uow.now))
        return tuple(contract.DocumentVersion(row["id"], row["version"]) for row in rows)

    @answers(contract.deeds)
    def deeds(self, uow: UnitOfWork, person_ids: tuple[UUID, ...]) -> contract.CommunityDeeds:
        return histories.deeds(uow, person_ids)

    @answers(contract.post_cards)
    def post_cards(self, uow: UnitOfWork, ids: tuple[UUID, ...]) -> tuple[PostCard, ...]:
        found = uow.load(posts.DOCUMENTS, ids)
        cards = (forums.card_of(found[one][0], uow) for one in dict.fromkeys(ids) if one in found)
        return tuple(card for card in cards if card.state is contract.PostState.OPEN)

    # ---- what identity says of people: kept as ids and facts

    @on(identity.PersonBlocked)
    def person_blocked(self, uow: UnitOfWork, blocked: identity.PersonBlocked) -> None:
        people.note_block(uow, blocked.from_id, blocked.to_id, in_force=True, at=blocked.at)

    @on(identity.PersonUnblocked)
    def person_unblocked(self, uow: UnitOfWork, unblocked: identity.PersonUnblocked) -> None:
        people.note_block(uow, unblocked.from_id, unblocked.to_id, in_force=False, at=unblocked.at)

    @on(identity.AvailabilityChanged)
    def availability_changed(self, uow: UnitOfWork, changed: identity.AvailabilityChanged) -> None:
        """Lists of the forums follow; whoever was asked to confirm it has answered."""
        people.note_author(
            uow,
            changed.person_id,
            changed.at,
            available=changed.available,
            available_plus=changed.available_plus,
        )
        n = notification.c
        _answered(uow, (n.person_id == changed.person_id) & (n.kind == Kind.AVAILABILITY_LAPSES))
        if changed.lapsed:
            availability_lapsed(uow, changed.person_id, changed.at)

    @on(identity.AvailabilityReminder)
    def availability_reminder(self, uow: UnitOfWork, reminder: identity.AvailabilityReminder) -> None:
        """A year has passed since somebody said to be available. (ID-25)"""
        availability_lapses(uow, reminder.person_id, reminder.lapses_on, reminder.at)

    @on(identity.AccountClosed)
    def account_closed(self, uow: UnitOfWork, closed: identity.AccountClosed) -> None:
        people.note_closed(uow, closed.person_id, closed.at)

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

    # ---- kept searches

    @on(search.NewMatches)
    def new_matches(self, uow: UnitOfWork, found: search.NewMatches) -> None:
        """A kept search has found somebody new. (PS-11)"""
        matches_found(uow, found.person_id, found.saved_search_id, found.count, found.at)

    @on(progress.BadgeEarned)
    def badge_earned(self, uow: UnitOfWork, earned: progress.BadgeEarned) -> None:
        """Somebody has reached a quarter more of an area of their progress. (PG-12)"""
        badge_earned(uow, earned.person_id, earned.area, earned.level, earned.at)

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

    @on(projects.PlaceAsked)
    def place_asked(self, uow: UnitOfWork, asked: projects.PlaceAsked) -> None:
        """Somebody asks the founders for a place in a running project. (PR-36)"""
        news = News(Kind.PLACE_ASKED, "project", asked.project_id, asked.at, person_id=asked.person_id)
        tell(uow, asked.founders, news)

    @on(projects.PlaceOffered)
    def place_offered(self, uow: UnitOfWork, offered: projects.PlaceOffered) -> None:
        """The founders invite somebody into a running project. (PR-16)"""
        news = News(Kind.PLACE_OFFERED, "project", offered.project_id, offered.at, person_id=offered.by)
        tell(uow, (offered.person_id,), news)

    @on(projects.PlaceRefused)
    def place_refused(self, uow: UnitOfWork, refused: projects.PlaceRefused) -> None:
        """The founders have said no; the reason stands on the page. (PR-36)"""
        tell(
            uow,
            (refused.person_id,),
            News(Kind.PLACE_REFUSED, "project", refused.project_id, refused.at),
        )

    @on(projects.PartnerJoined)
    def partner_joined(self, uow: UnitOfWork, joined: projects.PartnerJoined) -> None:
        """Somebody is in the project now. (PR-16)"""
        news = News(Kind.PARTNER_JOINED, "project", joined.project_id, joined.at, person_id=joined.person_id)
        tell(uow, joined.founders, news)

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


def _moderators_only(uow: UnitOfWork) -> None:
    """The role is held for the forums, or at the central support service; raises `Forbidden`."""
    if not forums.moderates(uow.actor):
        raise Forbidden


def _answered(uow: UnitOfWork, which: Any) -> None:
    """Notifications about something that is settled ask for nothing any more."""
    uow.session.execute(update(notification).where(which, notification.c.asks.is_not(None)).values(asks=None))


def _shown(row: Any, title: str) -> contract.Notification:
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
    return contract.Notification(
        **{name: row[name] for name in names}, person_id=row["other_id"], title=title
    )
