"""The partner forums on a real database. (PS-12 to PS-14, PS-16 to PS-19, PS-25)"""

from datetime import timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from sqlalchemy import text

from chassis.contract import Forbidden, Invalid, NotFound
from chassis.store.unit_of_work import ChangedMeanwhile
from services.community.contract import (
    Band,
    Moderation,
    NotTheAuthor,
    PostNotOpen,
    PostState,
    SameTextPosted,
    Section,
)
from services.community.store import posts
from services.community.tests.conftest import CSS, MODERATOR, OFFICER, Community, Somebody, post_of


def words_of(post_id: UUID, **changed: object) -> dict[str, object]:
    """What an edit sends."""
    body = post_of(str(post_id), **changed)
    return {name: value for name, value in body.items() if name not in ("section", "band")}


def test_a_post_is_listed_in_its_section_and_band_and_read_with_its_replies(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id = community.post(ana)
    assert community.listed(jan, section=Section.NEW_PROJECT, band=Band.FROM_7) == [post_id]
    assert community.listed(jan, section=Section.COLLABORATION) == []
    counted = {(one.section, one.band): one.posts for one in community.ask(jan, "forum_sections")}
    assert len(counted) == 8
    assert counted[Section.NEW_PROJECT, Band.FROM_7] == 1
    reply_id = uuid.uuid7()
    for _ in "12":
        community.ask(jan, "reply_to_post", post_id=post_id, reply_id=reply_id, text="We sing too")
    seen = community.ask(ana, "post", post_id=post_id)
    assert [(one.author_id, one.text) for one in seen.replies] == [(jan.id, "We sing too")]
    assert (seen.card.replies, seen.is_author) == (1, True)
    assert community.told(ana) == ["post_replied"]
    assert community.told(jan) == []


def test_members_read_and_write_moderators_read_others_do_neither(
    community: Community, ana: Somebody
) -> None:
    post_id = community.post(ana)
    officer, waits, css = (community.person(roles=roles) for roles in (OFFICER, (), CSS))
    for other in (officer, waits):
        community.refusal(Forbidden, other, "posts")
        community.refusal(Forbidden, other, "post", post_id=post_id)
        community.refusal(Forbidden, other, "write_post", post_id=uuid.uuid7(), **post_of())
    assert community.listed(css) == [post_id]
    body = {"post_id": post_id, "reply_id": uuid.uuid7(), "text": "Nice"}
    community.refusal(Forbidden, css, "reply_to_post", **body)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"country": "ES"}, True),
        ({"country": "PL"}, False),
        ({"language": "es"}, True),
        ({"language": "en"}, True),
        ({"language": "pl"}, False),
        ({"subject": "music"}, True),
        ({"subject": "art"}, False),
        ({"age_from": 10, "age_to": 15}, True),
        ({"age_from": 11}, False),
        ({"age_to": 7}, False),
        ({"plus": True}, True),
    ],
)
def test_a_list_is_narrowed_down(
    community: Community, jan: Somebody, filters: dict[str, object], found: bool
) -> None:
    author = community.person(available_plus=True)
    post_id = community.post(author, languages=["es"])
    community.post(community.person(country="FR"), languages=["fr"], language="fr", subjects=[], age_to=8)
    assert (post_id in community.listed(jan, **filters)) is found
    assert len(community.listed(jan, **filters)) <= 1


def test_pages_are_stable_pinned_posts_first_then_the_newest(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    moderator = community.person(roles=MODERATOR)
    written = [community.post(ana) for _ in range(45)]
    community.ask(moderator, "moderate_post", post_id=written[3], action="pin")
    first = community.ask(jan, "posts")
    community.post(ana)
    second = community.ask(jan, "posts", cursor=first.next_cursor)
    third = community.ask(jan, "posts", cursor=second.next_cursor)
    shown = [card.id for page in (first, second, third) for card in page.posts]
    newest_first = [one for one in written[::-1] if one != written[3]]
    assert shown == [written[3], *newest_first]
    assert third.next_cursor is None
    community.refusal(Invalid, jan, "posts", cursor="nonsense")


def test_who_is_not_available_leaves_the_lists_at_once_even_before_it_was_heard(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id = community.post(ana)
    ana.available = False
    assert community.listed(jan) == []
    community.refusal(NotFound, jan, "post", post_id=post_id)
    assert community.listed(ana) == [post_id]
    community.says_available(ana, available=True)
    assert community.listed(jan) == [post_id]


def test_a_page_is_filled_up_in_few_rounds_where_many_left_a_moment_ago(
    community: Community, jan: Somebody
) -> None:
    stays = [community.post(community.person()) for _ in range(25)]
    for _ in range(30):
        author = community.person()
        community.post(author)
        author.available = False
    community.people.asked.clear()
    page = community.ask(jan, "posts")
    assert [card.id for card in page.posts] == stays[::-1][: posts.PAGE]
    assert len(community.people.asked) <= 4


def test_what_was_heard_of_availability_keeps_pages_full_in_one_round(
    community: Community, jan: Somebody
) -> None:
    stays = [community.post(community.person()) for _ in range(3)]
    for _ in range(25):
        author = community.person()
        community.post(author)
        community.says_available(author, available=False)
    community.people.asked.clear()
    assert community.listed(jan) == stays[::-1]
    assert community.people.asked == ["identity.findable"]


def test_availability_counts_by_when_it_was_said_not_heard(community: Community, ana: Somebody) -> None:
    community.says_available(ana, available=False)
    community.now -= timedelta(hours=1)
    community.says_available(ana, available=True)
    (row,) = community.store.rows(text("SELECT available FROM author"))
    assert row["available"] is False


def test_the_thread_stays_readable_for_its_author_and_those_who_took_part(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id, eva = community.post(ana), community.person("Eva")
    community.ask(jan, "reply_to_post", post_id=post_id, reply_id=uuid.uuid7(), text="We sing too")
    community.says_available(ana, available=False)
    community.refusal(NotFound, eva, "post", post_id=post_id)
    community.refusal(NotFound, eva, "reply_to_post", post_id=post_id, reply_id=uuid.uuid7(), text="Me too")
    assert community.ask(jan, "post", post_id=post_id).idea
    seen = community.ask(ana, "post", post_id=post_id)
    assert (seen.author_available, "reply" in seen.actions) == (False, True)
    community.ask(jan, "reply_to_post", post_id=post_id, reply_id=uuid.uuid7(), text="Still there?")


def test_a_block_hides_posts_and_replies_either_way(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id, eva = community.post(ana), community.person("Eva")
    other = community.post(eva)
    for one in (post_id, other):
        community.ask(jan, "reply_to_post", post_id=one, reply_id=uuid.uuid7(), text="We sing too")
    community.block(ana, jan)
    assert community.listed(jan) == [other]
    community.refusal(NotFound, jan, "post", post_id=post_id)
    assert community.ask(ana, "post", post_id=other).replies == ()
    assert len(community.ask(eva, "post", post_id=other).replies) == 1


def test_only_its_author_changes_marks_and_renews_a_post(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id = community.post(ana)
    words = words_of(post_id, title="Songs and dances")
    community.refusal(NotTheAuthor, jan, "edit_post", post_id=post_id, seen_version=1, **words)
    for method in ("mark_found", "renew_post"):
        community.refusal(NotTheAuthor, jan, method, post_id=post_id)
    community.refusal(ChangedMeanwhile, ana, "edit_post", post_id=post_id, seen_version=0, **words)
    edited = community.ask(ana, "edit_post", post_id=post_id, seen_version=1, **words)
    assert (edited.title, edited.version) == ("Songs and dances", 2)
    assert community.ask(ana, "mark_found", post_id=post_id).state is PostState.FOUND
    assert community.listed(jan) == []
    assert community.ask(jan, "post", post_id=post_id).card.state is PostState.FOUND
    assert community.ask(ana, "renew_post", post_id=post_id).state is PostState.OPEN
    assert community.listed(jan) == [post_id]


def test_the_same_text_is_posted_once_while_it_is_open(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    same = {"title": "Songs", "idea": "We look for a class that sings with us."}
    post_id = community.post(ana, **same)
    shouted = {"title": "SONGS!", "idea": "we look for a class that sings with us"}
    elsewhere = post_of(section=Section.COLLABORATION, **shouted)
    refused = community.refusal(SameTextPosted, ana, "write_post", post_id=uuid.uuid7(), **elsewhere)
    assert refused.details == {"post": str(post_id)}
    other = community.post(ana)
    words = words_of(other, **shouted)
    community.refusal(SameTextPosted, ana, "edit_post", post_id=other, seen_version=1, **words)
    community.post(jan, **same)
    community.ask(ana, "mark_found", post_id=post_id)
    community.post(ana, **same)
    community.refusal(SameTextPosted, ana, "renew_post", post_id=post_id)


def test_posting_twice_is_posting_once(community: Community, ana: Somebody, jan: Somebody) -> None:
    post_id = community.post(ana)
    again = community.answer(ana, "write_post", post_id=post_id, **post_of(str(post_id)))
    assert (again.reply.version, again.events) == (1, [])
    community.refusal(Invalid, jan, "write_post", post_id=post_id, **post_of())
    reply_id = uuid.uuid7()
    community.ask(jan, "reply_to_post", post_id=post_id, reply_id=reply_id, text="We sing too")
    body = {"post_id": post_id, "reply_id": reply_id, "text": "Mine"}
    community.refusal(Invalid, ana, "reply_to_post", **body)


def test_similar_open_posts_are_found_whatever_accents_and_order_of_sections(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    alike = community.post(ana, title="Chansons d’été à échanger", section=Section.COLLABORATION)
    community.post(ana, title="Robots in the garden", idea="Sensors measure how wet the soil is, every hour.")
    asked = {"title": "Chansons d'ete a echanger", "idea": "Nothing in common here"}
    assert [card.id for card in community.ask(jan, "similar_posts", **asked)] == [alike]
    ana.available = False
    assert community.ask(jan, "similar_posts", **asked) == ()


MANY = """
INSERT INTO post (id, author_id, section, band, title, idea, age_from, age_to, language, partners_wanted, fingerprint,
                  written_at, renewed_at, expires_at, state, pinned, warned, replies, version)
SELECT gen_random_uuid(), gen_random_uuid(), section, band, md5(n::text), md5((n + 1)::text) || md5((n + 2)::text), 8,
       10, 'en', 2, md5(n::text), written_at, renewed_at, expires_at, 'open', false, false, 0, 1
FROM post, generate_series(1, 5000) AS n
"""


def test_similar_posts_are_found_by_an_index(community: Community, ana: Somebody) -> None:
    community.post(ana)
    statement = posts.alike(ana.id, "Songs we swap", "We look for songs", community.now)
    with community.store.engine.begin() as connection:
        connection.execute(text(MANY))
        connection.execute(text("ANALYZE post"))
        compiled = statement.compile(connection, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN {compiled!s}").scalars().all()
    assert any("ix_post_alike" in line for line in plan), plan


def test_a_post_expires_after_sixty_days_and_its_author_is_told_a_week_before(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id = community.post(ana)
    community.days_pass(52)
    assert community.pump("warn_of_expiry") == 0
    community.days_pass(2)
    assert community.pump("warn_of_expiry") == 1
    assert community.pump("warn_of_expiry") == 0
    assert community.told(ana) == ["post_expiring"]
    community.days_pass(7)
    assert community.listed(jan) == []
    assert community.pump("expire_post") == 1
    assert community.pump("expire_post") == 0
    assert community.ask(jan, "post", post_id=post_id).card.state is PostState.EXPIRED
    body = {"post_id": post_id, "reply_id": uuid.uuid7(), "text": "Too late?"}
    community.refusal(PostNotOpen, jan, "reply_to_post", **body)
    community.ask(ana, "renew_post", post_id=post_id)
    assert community.listed(jan) == [post_id]
    community.days_pass(55)
    assert community.pump("warn_of_expiry") == 1


def test_a_renewed_post_asks_for_nothing_any_more(community: Community, ana: Somebody) -> None:
    post_id = community.post(ana)
    community.days_pass(55)
    community.pump("warn_of_expiry")
    (asks,) = (one.asks for one in community.ask(ana, "notifications").notifications)
    assert asks == "renew_post"
    community.ask(ana, "renew_post", post_id=post_id)
    (asks,) = (one.asks for one in community.ask(ana, "notifications").notifications)
    assert asks is None


def test_moderators_act_with_a_reason_that_the_author_reads(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id, moderator = community.post(ana), community.person("Mod", roles=MODERATOR)
    judged = {"post_id": post_id, "action": Moderation.CLOSE, "reason": "Settled by mail"}
    community.refusal(Forbidden, jan, "moderate_post", **judged)
    community.refusal(Invalid, moderator, "moderate_post", **judged | {"reason": ""})
    move = {"action": Moderation.MOVE, "section": Section.COLLABORATION}
    moved = community.ask(moderator, "moderate_post", **judged | move)
    assert moved.section is Section.COLLABORATION
    assert community.ask(moderator, "moderate_post", **judged).state is PostState.CLOSED
    assert community.told(ana) == ["post_closed", "post_moved"]
    seen = community.ask(ana, "post", post_id=post_id)
    assert [(one.action, one.reason, one.by) for one in seen.moderation] == [
        (Moderation.CLOSE, "Settled by mail", None),
        (Moderation.MOVE, "Settled by mail", None),
    ]
    assert community.ask(jan, "post", post_id=post_id).moderation == ()
    assert community.ask(moderator, "post", post_id=post_id).moderation[0].by == moderator.id


def test_a_removed_text_is_read_by_its_author_and_moderators_only(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id, eva = community.post(ana, title="Buy my book"), community.person("Eva")
    community.ask(jan, "reply_to_post", post_id=post_id, reply_id=uuid.uuid7(), text="How much?")
    css = community.person(roles=CSS)
    judged = {"post_id": post_id, "action": Moderation.REMOVE, "reason": "Advertising"}
    community.ask(css, "moderate_post", **judged)
    community.refusal(NotFound, eva, "post", post_id=post_id)
    seen = community.ask(jan, "post", post_id=post_id)
    assert (seen.card.title, seen.card.excerpt, seen.idea) == ("", "", "")
    mine = community.ask(ana, "post", post_id=post_id)
    assert (mine.card.title, mine.moderation[0].reason) == ("Buy my book", "Advertising")
    (told,) = [one for one in community.ask(ana, "notifications").notifications if one.kind == "post_removed"]
    assert told.title == "Buy my book"
    community.refusal(PostNotOpen, ana, "renew_post", post_id=post_id)


def test_a_removed_reply_loses_its_text_and_its_author_is_told_why(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    post_id, reply_id = community.post(ana), uuid.uuid7()
    moderator = community.person(roles=MODERATOR)
    community.ask(jan, "reply_to_post", post_id=post_id, reply_id=reply_id, text="Rude words")
    judged = {"post_id": post_id, "reply_id": reply_id}
    community.refusal(Invalid, moderator, "remove_reply", **judged, reason=" ")
    community.refusal(Forbidden, ana, "remove_reply", **judged, reason="Rude")
    for _ in "12":
        community.ask(moderator, "remove_reply", **judged, reason="Rude")
    community.refusal(NotFound, moderator, "remove_reply", post_id=post_id, reply_id=post_id, reason="Rude")
    (gone,) = community.ask(ana, "post", post_id=post_id).replies
    assert (gone.text, gone.removed, gone.reason) == ("", True, "")
    (mine,) = community.ask(jan, "post", post_id=post_id).replies
    assert (mine.text, mine.reason) == ("Rude words", "Rude")
    assert community.told(jan) == ["reply_removed"]
    assert community.ask(ana, "my_posts").posts[0].replies == 0


def test_search_hears_of_every_change_and_gets_the_present_state(
    community: Community, ana: Somebody, jan: Somebody
) -> None:
    moderator, post_id = community.person(roles=MODERATOR), uuid.uuid7()
    told = []

    def happens(by: Somebody, method: str, **more: object) -> None:
        told.extend(community.answer(by, method, post_id=post_id, **more).events)

    happens(ana, "write_post", **post_of("secret words"))
    happens(ana, "edit_post", seen_version=1, **words_of(post_id))
    happens(jan, "reply_to_post", reply_id=uuid.uuid7(), text="Yes")
    happens(moderator, "moderate_post", action="pin")
    happens(moderator, "moderate_post", action="move", reason="Other", section="collaboration")
    happens(ana, "mark_found")
    happens(ana, "renew_post")
    changes = [event for event in told if event["type"] == "community.PostChanged"]
    assert [event["version"] for event in changes] == list(range(1, 8))
    assert len(told) - len(changes) == 2  # the post and the reply, for their authors' progress
    assert "secret" not in str(told)
    (document,) = community.ask(None, "post_documents", ids=[post_id, UUID(int=0)])
    assert (document.open, document.pinned, document.version, document.replies) == (True, False, 7, 1)
    assert [(one.id, one.version) for one in community.ask(None, "post_versions")] == [(post_id, 7)]
    assert community.ask(None, "post_versions", after=post_id) == ()
    second = community.post(jan)
    ids = [second, UUID(int=0), post_id]
    assert [card.id for card in community.ask(None, "post_cards", ids=ids)] == [second, post_id]
    community.ask(moderator, "moderate_post", post_id=post_id, action="remove", reason="Gone")
    assert [card.id for card in community.ask(None, "post_cards", ids=ids)] == [second]
    (document,) = community.ask(None, "post_documents", ids=[post_id])
    assert document.open is False


def test_ones_own_posts_are_listed_in_every_state(community: Community, ana: Somebody, jan: Somebody) -> None:
    first, second = community.post(ana), community.post(ana)
    community.post(jan)
    community.ask(ana, "mark_found", post_id=first)
    community.days_pass(61)
    assert [(card.id, card.state) for card in community.ask(ana, "my_posts").posts] == [
        (second, PostState.EXPIRED),
        (first, PostState.FOUND),
    ]
