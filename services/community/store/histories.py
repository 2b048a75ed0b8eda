"""What people have written, for their progress: ids and facts. (PG-04 PG-11)"""

from uuid import UUID

from sqlalchemy import func, select, union_all

from chassis.store import UnitOfWork
from services.community.contract import Contribution, Contributions, PostState, SentMessage, SentMessages
from services.community.store.tables import message, post, reply, thread

PAGE = 500
_MESSAGES = (
    select(message.c.id, message.c.sender_id, message.c.at, message.c.not_for, thread.c.people)
    .join(thread, thread.c.id == message.c.thread_id)
    .order_by(message.c.id)
    .limit(PAGE)
)
_CONTRIBUTIONS = union_all(
    select(post.c.id, post.c.author_id, post.c.written_at.label("at")).where(
        post.c.state != PostState.REMOVED
    ),
    select(reply.c.id, reply.c.author_id, reply.c.at).where(~reply.c.removed),
).subquery("contribution")


def messages(uow: UnitOfWork, after: UUID | None) -> SentMessages:
    """The next 500 messages, with those who see them."""
    rows = uow.rows(_MESSAGES.where(message.c.id > after) if after else _MESSAGES)
    sent = tuple(
        SentMessage(
            row["id"],
            row["sender_id"],
            tuple(one for one in row["people"] if one != row["sender_id"] and one not in row["not_for"]),
            row["at"],
        )
        for row in rows
    )
    total = None if after else uow.rows(select(func.count().label("n")).select_from(message))[0]["n"]
    return SentMessages(sent, total)


def contributions(uow: UnitOfWork, after: UUID | None) -> Contributions:
    """The next 500 posts and replies."""
    statement = select(_CONTRIBUTIONS).order_by(_CONTRIBUTIONS.c.id).limit(PAGE)
    rows = uow.rows(statement.where(_CONTRIBUTIONS.c.id > after) if after else statement)
    written = tuple(Contribution(row["id"], row["author_id"], row["at"]) for row in rows)
    total = None if after else uow.rows(select(func.count().label("n")).select_from(_CONTRIBUTIONS))[0]["n"]
    return Contributions(written, total)
