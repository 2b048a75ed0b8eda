"""Keeping news for people: a notification each, and a mail or a line of the daily summary where it is wanted."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.service import UnitOfWork
from services.community.contract import Asks, Channel, Kind
from services.community.domain.news import PORTAL_ONLY, News, channel_for
from services.community.store.notifications import choices_of
from services.community.store.tables import digest, digest_line, mail, notification


def tell(uow: UnitOfWork, persons: Iterable[UUID], news: News) -> None:
    """Tell each of them once: the same news for the same person is the same notification, whatever is repeated."""
    people = list(dict.fromkeys(persons))
    if not people:
        return
    chosen = {
        r["person_id"]: Channel(r["channel"])
        for r in uow.session.execute(choices_of(people, news.group)).mappings()
    }
    for person_id in people:
        channel = channel_for(news.group, chosen.get(person_id))
        if channel is Channel.OFF:
            continue
        notification_id = uuid5(person_id, _what(news))
        kept = uow.session.execute(
            upsert(notification).values(**_line(notification_id, person_id, news)).on_conflict_do_nothing()
        )
        if news.kind in PORTAL_ONLY:
            continue
        if channel is Channel.DIGEST and kept.rowcount:  # type: ignore[attr-defined]
            _gather(uow, person_id, notification_id)
        if channel is Channel.MAIL:
            post(
                uow,
                f"mail {notification_id}",
                news.kind,
                person_id=person_id,
                notice_id=news.notice_id,
                about=_about(news),
            )


def matches_found(uow: UnitOfWork, person_id: UUID, saved_search_id: UUID, count: int, at: datetime) -> None:
    """A saved search has found somebody new. (PS-11)"""
    tell(uow, (person_id,), News(Kind.NEW_MATCHES, "saved_search", saved_search_id, at, detail=str(count)))


def availability_lapses(uow: UnitOfWork, person_id: UUID, on: date, at: datetime) -> None:
    """Somebody said long ago that they are available: it lapses on that day unless they say so again. (ID-25)"""
    news = News(
        Kind.AVAILABILITY_LAPSES,
        "person",
        person_id,
        at,
        detail=on.isoformat(),
        asks=Asks.CONFIRM_AVAILABILITY,
    )
    tell(uow, (person_id,), news)


def availability_lapsed(uow: UnitOfWork, person_id: UUID, at: datetime) -> None:
    """It has lapsed. (ID-25)"""
    tell(uow, (person_id,), News(Kind.AVAILABILITY_LAPSED, "person", person_id, at))


def badge_earned(uow: UnitOfWork, person_id: UUID, area: str, level: int, at: datetime) -> None:
    """Somebody has reached a quarter more of an area. (PG-12)"""
    tell(uow, (person_id,), News(Kind.BADGE_EARNED, "person", person_id, at, detail=f"{area}:{level}"))


def _gather(uow: UnitOfWork, person_id: UUID, notification_id: UUID) -> None:
    """A line of the next daily summary. (CO-15)"""
    line = {"notification_id": notification_id, "person_id": person_id}
    uow.session.execute(upsert(digest_line).values(**line).on_conflict_do_nothing())
    begun = {"person_id": person_id, "begun_at": uow.now, "next_at": uow.now}
    uow.session.execute(upsert(digest).values(**begun).on_conflict_do_nothing())


def post(
    uow: UnitOfWork,
    name: str,
    letter: str,
    *,
    person_id: UUID | None = None,
    school_id: UUID | None = None,
    notice_id: UUID | None = None,
    about: dict[str, Any] | None = None,
) -> None:
    """Have a mail sent; only ids are kept, everything else is asked when it goes out. `name` makes it once."""
    uow.session.execute(
        upsert(mail)
        .values(
            id=uuid5(UUID(int=0), name),
            letter=letter,
            person_id=person_id,
            school_id=school_id,
            notice_id=notice_id,
            about=about or {},
            state="waiting",
            attempts=0,
            created_at=uow.now,
            next_at=uow.now,
        )
        .on_conflict_do_nothing()
    )


def _what(news: News) -> str:
    return f"{news.kind} {news.subject_id} {news.notice_id or news.detail} {news.at.isoformat()}"


def _line(notification_id: UUID, person_id: UUID, news: News) -> dict[str, Any]:
    return {
        "id": notification_id,
        "person_id": person_id,
        "kind": news.kind,
        "at": news.at,
        "subject_kind": news.subject_kind,
        "subject_id": news.subject_id,
        "task_id": news.task_id,
        "other_id": news.person_id,
        "country": news.country,
        "detail": news.detail,
        "asks": news.asks,
    }


def _about(news: News) -> dict[str, Any]:
    return {
        "subject_kind": news.subject_kind,
        "subject_id": str(news.subject_id),
        "task_id": str(news.task_id) if news.task_id else None,
        "other_id": str(news.person_id) if news.person_id else None,
        "detail": news.detail,
        "country": news.country,
    }
