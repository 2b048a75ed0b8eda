"""What people have written, for their progress: ids and facts. (PG-04 PG-11)"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, cast, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.store import UnitOfWork
from services.community.contract import CommunityDeeds, Contributions, PostState, SentMessages
from services.community.store.tables import message, post, reply, thread

_ids = bindparam("ids", type_=ARRAY(message.c.id.type))
_MESSAGES = (
    select(
        cast(message.c.id, Text),
        cast(message.c.sender_id, Text),
        cast(thread.c.people, ARRAY(Text)),
        cast(message.c.not_for, ARRAY(Text)),
        message.c.at,
    )
    .join(thread, thread.c.id == message.c.thread_id)
    .where(message.c.sender_id == any_(_ids))
)
_CONTRIBUTIONS = union_all(
    select(cast(post.c.id, Text), cast(post.c.author_id, Text), post.c.written_at).where(
        post.c.author_id == any_(_ids), post.c.state != PostState.REMOVED
    ),
    select(cast(reply.c.id, Text), cast(reply.c.author_id, Text), reply.c.at).where(
        reply.c.author_id == any_(_ids), ~reply.c.removed
    ),
)


def deeds(uow: UnitOfWork, people: Sequence[UUID]) -> CommunityDeeds:
    """Messages that these people sent, with those who see them, and their posts and replies."""
    ids, senders, members, blind, at = uow.columns(_MESSAGES, ids=list(people))
    to = tuple(
        tuple(one for one in all_ if one != sender and one not in not_for)
        for sender, all_, not_for in zip(senders, members, blind, strict=True)
    )
    written = uow.columns(_CONTRIBUTIONS, ids=list(people))
    return CommunityDeeds(SentMessages(ids, senders, to, at), Contributions(*written))
