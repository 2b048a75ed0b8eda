"""Profiles, privacy, availability and who may be found. (ID-15 to ID-26, ID-37, PS-07, b.4, b.5, PV-01 to PV-03)"""

from uuid import UUID

import pytest
from sqlalchemy import event

from chassis.contract import Invalid, NotFound
from chassis.store.unit_of_work import ChangedMeanwhile
from services.identity.contract import AffiliationState, Visibility
from services.identity.tests.conftest import Identity


@pytest.fixture
def ana(identity: Identity) -> UUID:
    return identity.person("Ána Abril", identity.school("Colegio del Río"))


@pytest.fixture
def jan(identity: Identity) -> UUID:
    return identity.person("Jan Łoś", identity.school("Szkoła 5", "PL", city="Łódź"), country="PL")


def findable(identity: Identity, by: UUID, *people: UUID) -> list[UUID]:
    return [card.id for card in identity.ask("findable", by=by, ids=people)]


def test_availability_hides_nobody_from_a_search_by_name(identity: Identity, ana: UUID, jan: UUID) -> None:
    identity.ask("set_availability", by=ana, available=False, available_plus=False)
    assert findable(identity, jan, ana) == [ana]


def test_who_is_not_validated_or_shows_themselves_to_contacts_only_is_not_found(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    school = identity.school("Liceo")
    nova = identity.person("Nova Abril", school, state=AffiliationState.AWAITING)
    sola = identity.person("Sola Abril")
    hidden = identity.person("Hidden Abril", school, profile_visibility=Visibility.CONTACTS)
    assert findable(identity, jan, nova, ana, sola, hidden) == [ana]


@pytest.mark.parametrize("blocker", ["ana", "jan"])
def test_a_block_hides_both_from_each_other(identity: Identity, ana: UUID, jan: UUID, blocker: str) -> None:
    one, other = (ana, jan) if blocker == "ana" else (jan, ana)
    identity.ask("block", by=one, person_id=other)
    assert findable(identity, jan, ana) == findable(identity, ana, jan) == []
    assert identity.refusal(NotFound, "profile", by=one, person_id=other).code == "blocked"
    assert identity.refusal(NotFound, "profile", by=other, person_id=one).code == "not_found"


def test_a_profile_is_changed_as_a_whole_by_who_has_seen_the_last_version(
    identity: Identity, ana: UUID
) -> None:
    seen = identity.ask("me", by=ana)
    changed = identity.answer(
        "edit_profile",
        by=ana,
        seen_version=seen.version,
        name="Ana A.",
        languages=("es", "la"),
        keywords=("CLIL",),
    )
    assert (changed.reply.name, changed.reply.languages, changed.reply.keywords) == (
        "Ana A.",
        ("es", "la"),
        ("CLIL",),
    )
    assert changed.reply.version == seen.version + 1
    assert changed.said("ProfileChanged")
    identity.refusal(ChangedMeanwhile, "edit_profile", by=ana, seen_version=seen.version, name="Late")
    assert identity.ask("me", by=ana).name == "Ana A."
    refused = identity.refusal(
        Invalid, "edit_profile", by=ana, seen_version=seen.version + 1, name="Ana", languages=("tlh",)
    )
    assert refused.fields == {"languages": "not_a_choice"}


def test_no_event_carries_a_name_an_address_or_a_text(identity: Identity, ana: UUID) -> None:
    version = identity.ask("me", by=ana).version
    said = identity.answer(
        "edit_profile", by=ana, seen_version=version, name="Ana Secret", biography="Secret"
    )
    assert "Secret" not in str([event["payload"] for event in said.events])


def test_availability_is_dated_and_in_force_at_once(identity: Identity, ana: UUID) -> None:
    identity.days_pass(3)
    changed = identity.answer("set_availability", by=ana, available=False, available_plus=True)
    assert changed.reply.availability_at == identity.now
    assert changed.said("AvailabilityChanged")[0]["available_plus"] is True
    (card,) = identity.ask("cards", ids=(ana,))
    assert (card.available, card.available_plus) == (False, True)


def test_plus_is_where_the_present_school_is(identity: Identity) -> None:
    tbilisi = identity.school("Skola", "GE", city="Tbilisi")
    nino = identity.person("Nino", tbilisi, country="ES")
    assert identity.ask("me", by=nino).is_plus
    assert not identity.ask("me", by=identity.person("Guest", country="GE")).is_plus


def test_the_language_of_pages_is_one_the_portal_has(identity: Identity, ana: UUID) -> None:
    assert identity.ask("set_language", by=ana, language="ar").language == "ar"
    identity.refusal(Invalid, "set_language", by=ana, language="la")


def test_only_a_public_profile_is_there_for_visitors(identity: Identity, ana: UUID, jan: UUID) -> None:
    identity.refusal(NotFound, "profile", person_id=ana)
    assert identity.ask("public_cards", ids=(ana,))[0].name == ""
    public = {"profile": Visibility.PUBLIC, "email": Visibility.CONTACTS, "city": Visibility.MEMBERS}
    identity.ask("set_privacy", by=ana, **public)
    shown = identity.ask("profile", person_id=ana)
    assert (shown.card.name, shown.card.city, shown.email, shown.actions) == ("Ána Abril", None, None, ())
    assert identity.ask("profile", by=jan, person_id=ana).card.city == "Zaragoza"


def test_a_profile_for_contacts_is_there_for_contacts_and_for_who_was_asked(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    hidden = dict.fromkeys(("profile", "email", "city"), Visibility.CONTACTS)
    identity.ask("set_privacy", by=ana, **hidden)
    identity.refusal(NotFound, "profile", by=jan, person_id=ana)
    contact = UUID(int=5)
    identity.ask("ask_for_contact", by=ana, contact_id=contact, person_id=jan)
    asked = identity.ask("profile", by=jan, person_id=ana)
    assert (asked.email, asked.card.city) == (None, None)
    assert "accept_contact" in asked.actions
    identity.ask("accept_contact", by=jan, contact_id=contact)
    friend = identity.ask("profile", by=jan, person_id=ana)
    assert friend.email
    assert friend.card.city == "Zaragoza"


def test_the_owner_and_the_organisations_officers_see_everything(identity: Identity) -> None:
    school = identity.school()
    nova = identity.person(
        "Nova", school, state=AffiliationState.AWAITING, profile_visibility=Visibility.CONTACTS
    )
    spain, poland = identity.officer("nss-es"), identity.officer("nss-pl")
    assert identity.ask("profile", by=nova, person_id=nova).actions == ("edit",)
    assert identity.ask("profile", by=spain, person_id=nova).affiliations
    identity.refusal(NotFound, "profile", by=poland, person_id=nova)


def test_keywords_in_use_are_suggested_the_most_used_first(identity: Identity) -> None:
    for name, keywords in (("A", ("CLIL",)), ("B", ("CLIL", "climate")), ("C", ("STEM",))):
        identity.person(name, keywords=keywords)
    identity.person("Hidden", keywords=("clinic",), profile_visibility=Visibility.CONTACTS)
    assert identity.ask("keyword_suggestions", text="cl") == ("CLIL", "climate")
    assert identity.ask("keyword_suggestions", text="%") == ()


def test_cards_come_in_the_order_asked_for_without_the_unknown(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    cards = identity.ask("cards", ids=(jan, UUID(int=0), ana))
    assert [card.id for card in cards] == [jan, ana]
    assert (cards[0].country, cards[0].school, cards[0].city) == ("PL", "Szkoła 5", "Łódź")


def test_recipients_are_people_with_an_open_confirmed_account(identity: Identity, ana: UUID) -> None:
    (found,) = identity.ask("recipients", person_ids=(ana, UUID(int=0)))
    assert (found.person_id, found.language, found.time_zone) == (ana, "en", "Europe/Madrid")


def test_facts_for_invitations_need_two_queries_however_many_contacts(identity: Identity, ana: UUID) -> None:
    school = identity.school("Skola", "GE", city="Tbilisi")
    friends = {identity.person(f"Friend {n}", school, available_plus=True) for n in range(20)}
    for friend in friends:
        identity.contacts(ana, friend)
    asked: list[str] = []
    event.listen(identity.store.reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
    facts = identity.ask("invitation_facts", inviter_id=ana, invitee_ids=())
    assert len(asked) == 2
    assert {one.person_id for one in facts.invitees} == friends
    assert all(one.contact and one.plus and one.available_plus and one.validated for one in facts.invitees)
    assert (facts.inviter.plus, facts.inviter.contact) == (False, False)
    assert facts.inviter.registered_at == identity.now


def test_facts_name_strangers_blocks_and_closed_accounts(identity: Identity, ana: UUID, jan: UUID) -> None:
    identity.ask("block", by=jan, person_id=ana)
    nova = identity.person("Nova", identity.school("Liceo"), state=AffiliationState.AWAITING)
    facts = identity.ask("invitation_facts", inviter_id=ana, invitee_ids=(jan, nova, UUID(int=0)))
    assert [(one.person_id, one.blocked, one.validated, one.contact) for one in facts.invitees] == [
        (jan, True, True, False),
        (nova, False, False, False),
    ]
