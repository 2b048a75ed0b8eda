"""Following, contacts and blocks on a real database. (CO-01 to CO-07, CO-11, b.12)"""

import threading
import time
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from sqlalchemy import text

from chassis.contract import Invalid, NotFound
from services.identity.contract import (
    AlreadyInContact,
    ContactState,
    NotAMember,
    NotYourself,
    SchoolRole,
    TooManyRequests,
)
from services.identity.tests.conftest import Identity


@pytest.fixture
def ana(identity: Identity) -> UUID:
    return identity.person("Ana", identity.school())


@pytest.fixture
def jan(identity: Identity) -> UUID:
    return identity.person("Jan", identity.school("Szkoła", "PL", city="Łódź"), country="PL")


def ask(identity: Identity, by: UUID, person: UUID, **more: Any) -> Any:
    return identity.answer("ask_for_contact", by=by, contact_id=uuid.uuid7(), person_id=person, **more)


def test_a_request_is_seen_from_both_sides_and_accepted(identity: Identity, ana: UUID, jan: UUID) -> None:
    asked = ask(identity, ana, jan, message="Shall we?")
    assert asked.reply.contact is ContactState.SENT
    assert "Shall" not in str(asked.events)
    (received,) = identity.ask("contacts", by=jan, state=ContactState.RECEIVED).contacts
    assert (received.person_id, received.message) == (ana, "Shall we?")
    identity.refusal(AlreadyInContact, "accept_contact", by=ana, contact_id=received.id)
    accepted = identity.answer("accept_contact", by=jan, contact_id=received.id)
    assert accepted.said("ContactAccepted")[0]["to_id"] == str(ana)
    for one, other in ((ana, jan), (jan, ana)):
        assert [card.person_id for card in identity.ask("contacts", by=one).contacts] == [other]
    again = identity.refusal(AlreadyInContact, "accept_contact", by=jan, contact_id=received.id)
    assert again.details == {"state": "accepted"}


def test_a_declined_request_can_be_asked_by_the_other_side_only(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    contact = ask(identity, ana, jan).reply.contact_id
    assert identity.ask("decline_contact", by=jan, contact_id=contact).contact is ContactState.NONE
    with pytest.raises(AlreadyInContact):
        ask(identity, ana, jan)
    assert ask(identity, jan, ana).reply.contact is ContactState.SENT


def test_opposite_requests_at_the_same_moment_make_one_contact(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    first = identity.unit_of_work(ana)
    identity.service.ask_for_contact(first, uuid.uuid7(), jan)
    seconds: list[Any] = []
    other = threading.Thread(target=lambda: seconds.append(ask(identity, jan, ana)))
    other.start()
    waits = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while other.is_alive() and not identity.store.rows(waits):
        time.sleep(0.01)
    first.commit()
    other.join()
    assert seconds[0].reply.contact is ContactState.ACCEPTED
    (mine,), (theirs,) = (identity.ask("contacts", by=who).contacts for who in (ana, jan))
    assert mine.id == theirs.id


def test_thirty_requests_may_wait_at_a_time(identity: Identity, ana: UUID, jan: UUID) -> None:
    school = identity.school("Liceo")
    strangers = [identity.person(f"Stranger {n}", school) for n in range(30)]
    for stranger in strangers:
        ask(identity, ana, stranger)
    with pytest.raises(TooManyRequests):
        ask(identity, ana, jan)
    identity.ask("remove_contact", by=ana, person_id=strangers[0])
    ask(identity, ana, jan)


def test_contacts_are_filtered_by_country_and_availability(identity: Identity, ana: UUID, jan: UUID) -> None:
    nino = identity.person(
        "Nino",
        identity.school("Skola", "GE", city="Tbilisi"),
        country="GE",
        available=False,
        available_plus=True,
    )
    for friend in (jan, nino):
        identity.contacts(ana, friend)

    def found(**wanted: Any) -> set[UUID]:
        return {card.person_id for card in identity.ask("contacts", by=ana, **wanted).contacts}

    assert found() == {jan, nino}
    assert found(country="GE") == found(available=False) == found(available_plus=True) == {nino}
    assert found(available=True) == {jan}


def test_long_lists_come_in_pages(identity: Identity, ana: UUID) -> None:
    for n in range(30):
        identity.contacts(ana, identity.person(f"Friend {n}"))
    first = identity.ask("contacts", by=ana)
    second = identity.ask("contacts", by=ana, cursor=first.next_cursor)
    assert (len(first.contacts), len(second.contacts), second.next_cursor) == (25, 5, None)
    assert not {one.id for one in first.contacts} & {one.id for one in second.contacts}


def test_a_contact_ends_for_both_and_strangers_have_nothing_to_end(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    identity.refusal(NotFound, "remove_contact", by=ana, person_id=jan)
    identity.contacts(ana, jan)
    assert identity.answer("remove_contact", by=jan, person_id=ana).said("ContactRemoved")
    assert identity.ask("contacts", by=ana).contacts == ()


def test_following_needs_no_consent_and_counts(identity: Identity, ana: UUID, jan: UUID) -> None:
    for _ in "12":
        assert identity.ask("follow", by=ana, person_id=jan).following
    assert [card.id for card in identity.ask("following", by=ana)] == [jan]
    assert identity.ask("profile", by=ana, person_id=jan).followers == 1
    assert identity.ask("profile", by=jan, person_id=ana).following == 1
    assert not identity.ask("unfollow", by=ana, person_id=jan).following
    assert identity.ask("following", by=ana) == ()


def test_a_block_ends_contact_and_following_and_is_taken_back_by_who_made_it(
    identity: Identity, ana: UUID, jan: UUID
) -> None:
    identity.contacts(ana, jan)
    identity.ask("follow", by=jan, person_id=ana)
    assert identity.answer("block", by=ana, person_id=jan).said("PersonBlocked")
    assert identity.answer("block", by=ana, person_id=jan).events == []
    assert [card.id for card in identity.ask("blocked", by=ana)] == [jan]
    assert identity.ask("blocked", by=jan) == ()
    assert identity.ask("following", by=jan) == ()
    for act in ("follow", "ask_for_contact"):
        more = {"contact_id": uuid.uuid7()} if act == "ask_for_contact" else {}
        assert identity.refusal(NotFound, act, by=jan, person_id=ana, **more).code == "not_found"
    assert identity.answer("unblock", by=jan, person_id=ana).events == []
    assert identity.ask("blocked", by=ana)
    assert identity.answer("unblock", by=ana, person_id=jan).said("PersonUnblocked")[0]["to_id"] == str(jan)
    assert identity.ask("contacts", by=ana).contacts == ()
    assert ask(identity, jan, ana).reply.contact is ContactState.SENT


@pytest.mark.parametrize("act", ["follow", "block", "ask_for_contact"])
def test_nobody_has_to_do_with_themselves_or_with_nobody(identity: Identity, ana: UUID, act: str) -> None:
    more = {"contact_id": uuid.uuid7()} if act == "ask_for_contact" else {}
    identity.refusal(NotYourself, act, by=ana, person_id=ana, **more)
    identity.refusal(NotFound, act, by=ana, person_id=UUID(int=0), **more)


def test_a_general_account_has_no_contacts(identity: Identity, ana: UUID) -> None:
    firm = identity.person("Firm", role_kind=SchoolRole.COMPANY_STAFF)
    with pytest.raises(NotAMember):
        ask(identity, firm, ana)


def test_an_id_of_another_contact_is_refused(identity: Identity, ana: UUID, jan: UUID) -> None:
    taken = identity.contacts(ana, identity.person("Third"))
    identity.refusal(Invalid, "ask_for_contact", by=ana, contact_id=taken, person_id=jan)
