"""Messages and partner forums as pages: what is shown before one writes, and what is left out."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from bs4 import BeautifulSoup

from chassis.contract import NotFound
from gateway.portal.notifications.sentences import line
from services.community import contract as community
from services.community.contract import Asks, Band, Kind, PostState, Section
from services.identity import contract as identity

ME, ANA, JAN = UUID(int=1), UUID(int=5), UUID(int=6)
POST, THREAD = UUID(int=20), UUID(int=30)
NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
SPITEFUL = "<b>Songs</b>"


def person(person_id: UUID, name: str, *, available: bool = True) -> identity.PersonCard:
    return identity.PersonCard(
        person_id, name, "PL", "Szkoła", None, available=available, available_plus=False, validated=True
    )


def card(**changed: object) -> community.PostCard:
    told = {
        "id": POST,
        "version": 1,
        "author_id": ANA,
        "section": Section.NEW_PROJECT,
        "band": Band.FROM_7,
        "title": SPITEFUL,
        "excerpt": "We look for a class",
        "age_from": 8,
        "age_to": 10,
        "subjects": ("music",),
        "languages": ("en", "pl"),
        "countries_wanted": ("PL",),
        "partners_wanted": 2,
        "starts_on": None,
        "language": "en",
        "written_at": NOW,
        "renewed_at": NOW,
        "expires_at": NOW,
        "state": PostState.OPEN,
        "pinned": True,
        "replies": 0,
    }
    return community.PostCard(**told | changed)  # type: ignore[arg-type]


def view(*actions: str, **changed: object) -> community.PostView:
    told = {
        "card": card(),
        "idea": "We look for a class\n\nthat <i>sings</i>.",
        "replies": (),
        "next_cursor": None,
        "moderation": (),
        "is_author": False,
        "author_available": True,
        "actions": actions,
    }
    return community.PostView(**told | changed)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def people(services):
    known = {ANA: person(ANA, "Ana"), JAN: person(JAN, "Jan", available=False), ME: person(ME, "María")}
    services.answer(identity.cards, lambda asked: tuple(known[one] for one in asked["ids"] if one in known))
    services.answer(community.unread, 2)
    services.answer(community.unread_messages, 3)
    services.answer(identity.countries, (identity.CountryCard("PL", "eu", active=True),))


def parsed(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


# ---- messages


def test_the_envelope_stands_beside_the_bell_with_its_own_number(english, services):
    services.answer(community.threads, community.Threads((), 3, None))
    page = parsed(english.get("/messages"))
    (envelope, bell) = (page.select_one(f".acts a[href='/{name}']") for name in ("messages", "notifications"))
    assert envelope.select_one(".count").text == "3"
    assert bell.select_one(".count").text == "2"
    assert "Messages, 3 unread" in envelope.text


def conversation(**changed: object) -> community.ThreadView:
    told = {
        "id": THREAD,
        "subject": SPITEFUL,
        "people": (ME, JAN),
        "messages": (community.Message(THREAD, JAN, "Do <b>you</b> sing?", NOW),),
        "unread": 1,
        "archived": False,
        "post_id": POST,
        "next_cursor": None,
    }
    return community.ThreadView(**told | changed)  # type: ignore[arg-type]


def test_opening_a_conversation_reads_it_and_the_envelope_knows(english, services):
    services.answer(community.thread, conversation())
    services.answer(community.mark_thread_read, 2)
    page = parsed(english.get(f"/messages/{THREAD}"))
    assert services.calls_of(community.mark_thread_read) == [{"thread_id": THREAD}]
    assert page.select_one(".acts a[href='/messages'] .count").text == "2"
    assert "Not available" in page.select_one("main").text
    assert page.select_one(f"main a[href='/forums/posts/{POST}']")
    assert not page.select("main b")


def test_what_was_read_before_is_not_marked_again(english, services):
    services.answer(community.thread, conversation(unread=0))
    english.get(f"/messages/{THREAD}")
    assert not services.calls_of(community.mark_thread_read)


def test_before_writing_one_sees_whether_they_are_available_and_the_code_of_conduct(english, services):
    services.answer(identity.contacts, identity.Contacts((), None))
    services.answer(community.post, view())
    page = parsed(english.get(f"/messages/new?to={JAN}&to=nonsense&post={POST}"))
    assert page.select_one("input[name=to]")["value"] == str(JAN)
    assert "Not available" in page.select_one("#to").text
    assert page.select_one("main a[href='/conduct']")
    assert page.select_one("#subject")["value"] == SPITEFUL
    assert page.select_one("input[name=post]")["value"] == str(POST)


def test_a_message_is_sent_once_to_all_who_were_chosen(english, services):
    services.answer(identity.contacts, identity.Contacts((), None))
    services.answer(
        community.start_thread, lambda asked: community.Sent(asked["thread_id"], asked["message_id"])
    )
    fields = {"to": [str(JAN), str(ANA)], "subject": "Songs", "text": "Shall we?", "once": str(THREAD)}
    answer = english.fill_in("/messages/new", fields)
    assert answer.headers["location"] == f"/messages/{THREAD}"
    (asked,) = services.calls_of(community.start_thread)
    assert (asked["thread_id"], asked["to"]) == (THREAD, (JAN, ANA))


def test_somebody_who_does_not_exist_for_the_writer_costs_no_typed_text(english, services):
    def nobody(_asked):
        raise NotFound(what="Person")

    services.answer(identity.contacts, identity.Contacts((), None))
    services.answer(community.start_thread, nobody)
    fields = {"to": str(JAN), "subject": "Songs", "text": "Typed with care"}
    answer = english.fill_in("/messages/new", fields)
    assert answer.status_code == 422
    assert "cannot be written to" in answer.text
    assert parsed(answer).select_one("#text").text.strip() == "Typed with care"
    assert english.fill_in("/messages/new", {"subject": "Songs", "text": "To whom?"}).status_code == 422


@pytest.mark.parametrize(
    ("finding", "sentence"),
    [
        (community.SameTextToMany(most=2), "in your own words"),
        (community.TooManyFirstMessages(most=5), "Try again tomorrow"),
        (community.CannotBeReached(), "not validated yet"),
    ],
)
def test_a_refusal_is_explained_on_the_form(english, services, finding, sentence):
    def refuse(_asked):
        raise finding

    services.answer(identity.contacts, identity.Contacts((), None))
    services.answer(community.start_thread, refuse)
    answer = english.fill_in("/messages/new", {"to": str(JAN), "subject": "Songs", "text": "Hello"})
    assert answer.status_code == finding.status
    assert sentence in parsed(answer).select_one("#errors").text


# ---- partner forums


def test_every_section_and_band_is_offered_with_its_number(english, services):
    counted = (community.SectionCount(Section.NEW_PROJECT, Band.FROM_7, 4),)
    services.answer(community.forum_sections, counted)
    page = parsed(english.get("/forums"))
    links = [link["href"] for link in page.select("main section li a[href^='/forums/']")]
    assert links == [f"/forums/{section}/{band}" for section in Section for band in Band]
    assert "4 open posts" in page.text
    form = page.select_one("form[role=search]")
    assert (form["action"], form["method"]) == ("/forums/search", "get")


def test_a_list_is_asked_for_with_the_filters_of_its_address(english, services):
    services.answer(community.posts, community.Posts((card(),), "1next"))
    page = parsed(english.get("/forums/new-project/7-11?country=PL&age_from=8&plus=yes"))
    (asked,) = services.calls_of(community.posts)
    assert (asked["section"], asked["band"]) == (Section.NEW_PROJECT, Band.FROM_7)
    assert (asked["country"], asked["age_from"], asked["plus"], asked["language"]) == ("PL", 8, True, None)
    assert page.select_one("details.filters summary").text == "Filters, 3 in use"
    assert page.select_one("select[name=country] option[selected]")["value"] == "PL"
    assert "cursor=1next" in page.select_one("a[rel=next]")["href"]
    searched = page.select_one("form[role=search]")
    assert searched.select_one("input[name=plus]")["value"] == "yes"
    button = page.select_one("main li a[href^='/messages/new']")
    assert button["href"] == f"/messages/new?to={ANA}&post={POST}"
    assert "Available" in button.parent.text
    assert english.get("/forums/new-project/nonsense").status_code == 404


def test_a_post_leads_to_its_author_in_every_way(english, services):
    services.answer(community.post, view("reply"))
    relation = identity.Relation(identity.ContactState.NONE, None, following=False, blocked=False)
    profile = identity.Profile(
        person(ANA, "Ana"), "", "", (), (), None, None, vocational=False, keywords=(), links=(), email=None,
        affiliations=(), relation=relation, is_self=False, actions=("follow", "ask_for_contact"), why_not={},
    )  # fmt: skip
    services.answer(identity.profile, profile)
    page = parsed(english.get(f"/forums/posts/{POST}"))
    aside = page.select_one("main aside")
    for address in (f"/people/{ANA}", f"/messages/new?to={ANA}&post={POST}", f"/people/{ANA}#get-in-touch"):
        assert aside.select_one(f"a[href='{address}']"), address
    assert aside.select_one(f"form[action='/people/{ANA}/follow']")
    assert page.select_one("h1")["lang"] == "en"
    assert not page.select("main i, main b")


def test_what_others_post_alike_is_shown_once_before_it_is_posted(english, services, me):
    services.answer(identity.me, me)
    services.answer(community.similar_posts, (card(),))
    services.answer(community.write_post, card(id=UUID(int=77)))
    fields = {
        "section": "new-project", "band": "7-11", "title": "Songs", "idea": "We look for a class that sings.",
        "age_from": "8", "age_to": "10", "language": "en", "languages": ["en"], "partners_wanted": "1",
    }  # fmt: skip
    shown = parsed(english.fill_in("/forums/new", fields))
    assert not services.calls_of(community.write_post)
    assert shown.select_one(f"section[aria-labelledby=alike] a[href='/forums/posts/{POST}']")
    assert shown.select_one("#idea").text.strip() == fields["idea"]
    fields["seen_similar"] = shown.select_one("input[name=seen_similar]")["value"]
    answer = english.fill_in("/forums/new", fields)
    assert answer.headers["location"] == f"/forums/posts/{UUID(int=77)}"


def test_the_other_post_with_the_same_text_is_named(english, services, me):
    def refuse(_asked):
        raise community.SameTextPosted(post=str(POST))

    services.answer(identity.me, me)
    services.answer(community.similar_posts, ())
    services.answer(community.write_post, refuse)
    fields = {
        "section": "new-project", "band": "7-11", "title": "Songs", "idea": "We look for a class that sings.",
        "age_from": "8", "age_to": "10", "language": "en", "languages": ["en"], "partners_wanted": "1",
    }  # fmt: skip
    answer = english.fill_in("/forums/new", fields)
    assert answer.status_code == 409
    assert parsed(answer).select_one(f"main a[href='/forums/posts/{POST}']")


def test_only_moderators_open_the_page_on_which_they_act(english, services):
    services.answer(community.post, view("reply"))
    assert english.get(f"/forums/posts/{POST}/moderation").status_code == 403
    assert english.get(f"/forums/posts/{POST}/edit").status_code == 403


# ---- notifications

PLACES = {
    Kind.MESSAGE_RECEIVED: ("thread", f"/messages/{POST}"),
    Kind.POST_REPLIED: ("post", f"/forums/posts/{POST}"),
    Kind.POST_REMOVED: ("post", f"/forums/posts/{POST}"),
    Kind.POST_EXPIRING: ("post", f"/forums/posts/{POST}"),
    Kind.NEW_MATCHES: ("saved_search", f"/partners/saved/{POST}"),
    Kind.AVAILABILITY_LAPSES: ("person", "/account/availability"),
    Kind.AVAILABILITY_LAPSED: ("person", "/account/availability"),
    Kind.PLACE_ASKED: ("project", f"/projects/{POST}"),
    Kind.PARTNER_JOINED: ("project", f"/projects/{POST}"),
    Kind.BADGE_EARNED: ("person", "/progress"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_each_notification_leads_to_the_one_thing_to_do(kind):
    subject_kind, path = PLACES[kind]
    detail = "2026-12-03" if kind in (Kind.POST_EXPIRING, Kind.AVAILABILITY_LAPSES) else "4"
    asks = Asks.RENEW_POST if kind is Kind.POST_EXPIRING else None
    news = community.Notification(
        UUID(int=2), kind, NOW, None, subject_kind, POST, None, ANA, "", detail, asks, SPITEFUL
    )
    shown = line(news, SPITEFUL, "Ana", officer=False)
    assert shown.path == path
    assert "%(" not in shown.sentence
    assert "<b>" not in shown.sentence
    if kind is Kind.POST_EXPIRING:
        assert "3 December 2026" in shown.sentence
        assert shown.label == "Look and renew"
