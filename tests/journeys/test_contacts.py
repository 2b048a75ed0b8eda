"""Finding each other by name, following, becoming contacts, and availability."""

import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import Europe, Person, Refused
from tests.stack import eventually

pytestmark = pytest.mark.stack


def relation(one: Person, other: Person) -> dict[str, object]:
    return one.get(f"/people/{other.id}")["relation"]


def named(reader: Person, text: str) -> dict[str, dict[str, object]]:
    """People found by name, by id."""
    return {one["card"]["id"]: one["card"] for one in reader.get("/people", text=text)["people"]}


def ask(one: Person, other: Person) -> str:
    contact_id = str(uuid.uuid7())
    one.post("/contacts", {"contact_id": contact_id, "person_id": str(other.id), "message": "Songs?"})
    return contact_id


def test_two_teachers_find_each_other_by_name_and_become_contacts(europe: Europe) -> None:
    ana, tomasz = europe.teacher("ES", name="Ánä Ruiz"), europe.teacher("PL", name="Tomasz Łaski")
    typed = tomasz.name.replace("Ł", "L").lower()
    eventually(lambda: str(tomasz.id) in named(ana, typed), tomasz.name)
    contact_id = ask(ana, tomasz)
    assert relation(ana, tomasz)["contact"] == "sent"
    assert relation(tomasz, ana)["contact"] == "received"
    told = europe.is_told(tomasz, "contact_requested")
    assert told["asks"] == "answer_contact"
    tomasz.post(f"/contacts/{contact_id}/acceptance")
    europe.is_told(ana, "contact_accepted")
    assert [c["person_id"] for c in ana.get("/contacts")["contacts"]] == [str(tomasz.id)]


def test_requests_that_cross_make_one_contact(europe: Europe) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL")
    ask(one, other)
    ask(other, one)
    assert relation(one, other)["contact"] == relation(other, one)["contact"] == "accepted"


def test_following_needs_no_consent_and_is_one_sided(europe: Europe) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL")
    one.put(f"/people/{other.id}/follow")
    assert relation(one, other)["following"]
    assert not relation(other, one)["following"]
    one.delete(f"/people/{other.id}/follow")
    assert not relation(one, other)["following"]


def test_who_is_not_available_is_still_found_by_name(europe: Europe) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL", available=False)
    assert eventually(lambda: named(one, other.name).get(str(other.id)), other.name)["available"] is False


def test_blocked_people_do_not_exist_for_each_other(europe: Europe) -> None:
    one, other = europe.teacher("ES"), europe.teacher("PL")
    europe.become_contacts(one, other)
    other.put(f"/people/{one.id}/block")
    with pytest.raises(Refused) as refused:
        one.get(f"/people/{other.id}")
    assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        ask(one, other)
    assert refused.value.status == 404
    assert one.get("/contacts")["contacts"] == []


def test_an_edit_of_a_stale_profile_is_told_and_changes_nothing(europe: Europe) -> None:
    one = europe.teacher("ES")
    version = one.get("/me")["version"]
    one.put("/me/profile", {"seen_version": version, "name": "Ana Uno", "project_idea": "Songs"})
    with pytest.raises(Refused) as refused:
        one.put("/me/profile", {"seen_version": version, "name": "Ana Dos"})
    assert refused.value.status == 409
    assert one.get("/me")["name"] == "Ana Uno"


def test_what_a_visitor_sees_of_a_profile_is_its_owners_choice(europe: Europe) -> None:
    one, visitor = europe.teacher("ES"), europe.teacher("PL")
    with pytest.raises(Refused) as refused:
        Person(visitor.id, "", "", "", secret="nobody").get(f"/people/{one.id}")
    assert refused.value.status == 404
    one.put("/me/privacy", {"profile": "public", "email": "contacts", "city": "members"})
    shown = Person(visitor.id, "", "", "", secret="nobody").get(f"/people/{one.id}")
    assert shown["email"] is None
    assert visitor.get(f"/people/{one.id}")["email"] is None
    europe.become_contacts(one, visitor)
    assert visitor.get(f"/people/{one.id}")["email"] == one.email
