"""Looking for partners in the forums: posting, replying, finding, expiring, moderating."""

from typing import Any

import pytest
import uuid_utils.compat as uuid

from chassis.contract import Grant
from tests.journeys.europe import Europe, Person, Refused
from tests.stack import eventually

pytestmark = pytest.mark.stack


def listed(reader: Person, **filters: Any) -> list[str]:
    """Every open post the reader finds, all pages of it."""
    found, cursor = [], ""
    while True:
        page = reader.get("/forum/posts", cursor=cursor, **filters)
        found += [card["id"] for card in page["posts"]]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def reply(person: Person, post_id: str, text: str) -> str:
    reply_id = str(uuid.uuid7())
    person.post(f"/forum/posts/{post_id}/replies", {"reply_id": reply_id, "text": text})
    return reply_id


def refusal_of(person: Person, method: str, path: str, body: object = None) -> Refused:
    with pytest.raises(Refused) as refused:
        person.asks(method, path, body)
    return refused.value


def moderator_of(europe: Europe) -> Person:
    return europe.teacher("IE", grants=(Grant("moderator", "forums"),))


def test_a_teacher_looks_for_partners_and_gets_a_reply(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    post_id = europe.posts(ana, section="collaboration", band="12-15", age_from=12, age_to=14)
    here = {"section": "collaboration", "band": "12-15"}
    assert post_id in listed(jan, **here)
    assert post_id in listed(jan, **here, country="ES", language="es", subject="music", age_from=14)
    assert post_id not in listed(jan, **here, country="PL")
    assert post_id not in listed(jan, section="new-project")
    counted = {(one["section"], one["band"]): one["posts"] for one in jan.get("/forum/sections")}
    assert counted["collaboration", "12-15"] >= 1
    reply(jan, post_id, "We sing too")
    told = europe.is_told(ana, "post_replied")
    assert (told["subject_id"], told["person_id"]) == (post_id, str(jan.id))
    seen = ana.get(f"/forum/posts/{post_id}")
    assert [one["text"] for one in seen["replies"]] == ["We sing too"]
    assert set(seen["actions"]) == {"edit", "mark_found", "renew", "reply"}


def test_the_forums_are_for_members_only(europe: Europe) -> None:
    post_id = europe.posts(europe.teacher("ES"))
    visitor = Person(uuid.uuid7(), "", "", "", secret="nobody")
    waits, officer = europe.teacher("PL", validated=False), europe.officer("nss-pl")
    for path in ("/forum/posts", "/forum/sections", f"/forum/posts/{post_id}"):
        assert refusal_of(visitor, "GET", path).status == 401
        assert refusal_of(waits, "GET", path).status == 403
        assert refusal_of(officer, "GET", path).status == 403
    assert refusal_of(waits, "POST", "/forum/posts", europe.post_of(str(uuid.uuid7()))).status == 403


def test_who_is_no_longer_available_is_gone_from_the_lists_at_once_while_repliers_read_on(
    europe: Europe,
) -> None:
    ana, jan, eva = (europe.teacher(country) for country in ("ES", "PL", "FR"))
    post_id = europe.posts(ana)
    reply(jan, post_id, "We sing too")
    assert post_id in listed(eva)
    ana.put("/me/availability", {"available": False, "available_plus": False})
    assert post_id not in listed(eva)
    assert post_id not in listed(jan)
    assert refusal_of(eva, "GET", f"/forum/posts/{post_id}").status == 404
    assert jan.get(f"/forum/posts/{post_id}")["idea"]
    assert post_id in listed(ana)
    ana.put("/me/availability", {"available": True, "available_plus": False})
    eventually(lambda: post_id in listed(eva), "the post")


def test_the_plus_rule_holds_in_the_forums(europe: Europe) -> None:
    rana = europe.teacher("JO", available_plus=True)
    open_to_plus, other = europe.teacher("ES", available_plus=True), europe.teacher("PL")
    of_rana, of_open, of_other = (europe.posts(one) for one in (rana, open_to_plus, other))
    assert {of_rana, of_open, of_other} <= set(listed(open_to_plus))
    assert of_rana not in listed(other)
    assert refusal_of(other, "GET", f"/forum/posts/{of_rana}").status == 404
    assert of_other not in listed(rana)
    assert of_open in listed(rana, plus=True)


def test_a_block_hides_posts_either_way(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    of_ana, of_jan = europe.posts(ana), europe.posts(jan)
    jan.put(f"/people/{ana.id}/block")
    assert of_ana not in listed(jan)
    assert of_jan not in listed(ana)
    assert refusal_of(ana, "GET", f"/forum/posts/{of_jan}").status == 404


def test_the_same_text_is_posted_once_and_the_other_post_is_named(europe: Europe) -> None:
    ana = europe.teacher("ES")
    post_id = str(uuid.uuid7())
    body = europe.post_of(post_id)
    ana.post("/forum/posts", body)
    elsewhere = {"post_id": str(uuid.uuid7()), "section": "collaboration", "idea": body["idea"].upper()}
    refused = refusal_of(ana, "POST", "/forum/posts", body | elsewhere)
    assert (refused.status, refused.code) == (409, "same_text_posted")
    assert refused.problem["details"] == {"post": post_id}
    ana.post(f"/forum/posts/{post_id}/found")
    ana.post("/forum/posts", body | elsewhere)


def test_similar_open_posts_are_shown_before_one_posts(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    word = uuid.uuid7().hex
    post_id = europe.posts(ana, title=f"Cançons d'estiu {word}")
    asked = {"title": f"cancons d’estiu {word}", "idea": ""}
    assert [card["id"] for card in jan.post("/forum/similar-posts", asked)] == [post_id]


def test_only_its_author_edits_marks_and_renews(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    post_id = europe.posts(ana)
    body = {n: v for n, v in europe.post_of(post_id).items() if n not in ("post_id", "section", "band")}
    path = f"/forum/posts/{post_id}"
    assert refusal_of(jan, "PUT", path, body | {"seen_version": 1}).code == "not_the_author"
    assert refusal_of(jan, "POST", f"{path}/found", {}).code == "not_the_author"
    assert ana.put(path, body | {"seen_version": 1, "title": "Dances"})["title"] == "Dances"
    assert ana.post(f"{path}/found")["state"] == "found"
    assert post_id not in listed(jan)
    assert ana.post(f"{path}/renewal")["state"] == "open"
    assert post_id in listed(jan)
    assert post_id in [card["id"] for card in ana.get("/me/forum-posts")["posts"]]


def test_moderators_pin_move_close_and_remove_with_a_reason(europe: Europe) -> None:
    ana, jan, moderator = europe.teacher("ES"), europe.teacher("PL"), moderator_of(europe)
    post_id, other = europe.posts(ana), europe.posts(ana)
    path = f"/forum/posts/{post_id}/moderation"
    assert refusal_of(jan, "POST", path, {"action": "pin"}).status == 403
    moderator.post(path, {"action": "pin"})
    shown = listed(jan, section="new-project", band="7-11")
    assert shown.index(post_id) < shown.index(other)
    assert refusal_of(moderator, "POST", path, {"action": "move", "section": "collaboration"}).status == 422
    moderator.post(path, {"action": "move", "section": "collaboration", "reason": "No new project"})
    assert post_id in listed(jan, section="collaboration")
    moderator.post(path, {"action": "close", "reason": "Settled"})
    europe.is_told(ana, "post_closed")
    assert post_id not in listed(jan)
    reply_id = reply(jan, other, "Rude words")
    moderator.post(f"/forum/posts/{other}/replies/{reply_id}/removal", {"reason": "Rude"})
    europe.is_told(jan, "reply_removed")
    assert ana.get(f"/forum/posts/{other}")["replies"][0]["text"] == ""
    moderator.post(f"/forum/posts/{other}/moderation", {"action": "remove", "reason": "It is advertising"})
    europe.is_told(ana, "post_removed")
    assert ana.get(f"/forum/posts/{other}")["moderation"][0]["reason"] == "It is advertising"
    assert jan.get(f"/forum/posts/{other}")["idea"] == ""
    assert refusal_of(europe.teacher("FR"), "GET", f"/forum/posts/{other}").status == 404
    mail = eventually(
        lambda: next(m for m in europe.mails_to(ana) if "It is advertising" in m["text"]), "the mail"
    )
    assert f"/forums/posts/{other}" in mail["text"]


def test_from_a_post_one_writes_follows_and_asks_for_contact(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    post_id = europe.posts(ana)
    author = jan.get(f"/forum/posts/{post_id}")["card"]["author_id"]
    assert {"follow", "ask_for_contact"} <= set(jan.get(f"/people/{author}")["actions"])
    thread_id = europe.writes(jan, ana, post_id=post_id)
    assert ana.get(f"/messages/{thread_id}")["post_id"] == post_id
    jan.put(f"/people/{author}/follow")
    europe.become_contacts(jan, ana)


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_a_post_expires_after_sixty_days_unless_it_is_renewed(europe: Europe) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    word = f"zq{uuid.uuid7().hex[-9:]}"
    left, renewed = europe.posts(ana, idea=f"We sing. {word}"), europe.posts(ana, idea=f"We draw. {word}")

    def searched() -> set[str]:
        return {one["id"] for one in jan.get("/search/posts", text=word)["posts"]}

    eventually(lambda: searched() == {left, renewed}, "both posts")
    europe.days_pass(54)
    told = [n for n in europe.notifications_of(ana) if n["kind"] == "post_expiring"]
    assert {n["subject_id"] for n in told} == {left, renewed}
    assert {n["asks"] for n in told} == {"renew_post"}
    ana.post(f"/forum/posts/{renewed}/renewal")
    europe.days_pass(7)
    found = listed(jan)
    assert renewed in found
    assert left not in found
    assert searched() == {renewed}
    assert ana.get(f"/forum/posts/{left}")["card"]["state"] == "expired"
    body = {"reply_id": str(uuid.uuid7()), "text": "Too late?"}
    assert refusal_of(jan, "POST", f"/forum/posts/{left}/replies", body).code == "post_not_open"


def test_a_post_is_found_by_keyword_and_filter_and_only_while_its_author_is_available(europe: Europe) -> None:
    reader, author = europe.teacher("ES"), europe.teacher("PL", language="pl")
    word = f"zq{uuid.uuid7().hex[-9:]}"
    post_id = europe.posts(
        author, title="Szukamy partnerów", idea=f"Budujemy roboty, które śpiewają. {word}", language="pl"
    )

    def found(**query: object) -> list[str]:
        return [one["id"] for one in reader.get("/search/posts", text=word, **query)["posts"]]

    eventually(lambda: found() == [post_id], "the post")
    assert found(section="new-project", band="7-11", countries="PL", languages="es", subjects="music") == [
        post_id
    ]
    assert found(age_from=9, age_to=9) == [post_id]
    assert found(countries="FI") == found(band="16-19") == found(age_from=15) == []
    about = reader.get("/search/posts", text=word)["about"]
    assert {"section", "band", "countries", "languages", "subjects", "plus", "ages"} <= {
        facet["name"] for facet in about["facets"]
    }
    author.put("/me/availability", {"available": False, "available_plus": False})
    assert found() == []
    author.put("/me/availability", {"available": True, "available_plus": False})
    eventually(lambda: found() == [post_id], "the post again")

    def partners() -> list[str]:
        return [one["card"]["id"] for one in reader.get("/partners", text=word)["people"]]

    eventually(lambda: partners() == [str(author.id)], "the author, by what the post says")
    author.post(f"/forum/posts/{post_id}/found")
    assert found() == []
