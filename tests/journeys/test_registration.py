"""Two teachers register, confirm their address, find or create a school, and are validated by their own country."""

import re
from typing import Any

import httpx
import pytest
import uuid_utils.compat as uuid

from tests.journeys.europe import PASSWORD, Europe, Person, Refused
from tests.stack import eventually, mails, stack

pytestmark = pytest.mark.stack


def register(europe: Europe, country: str, language: str, **changes: Any) -> Person:
    person = Person(uuid.uuid7(), "Marta Nowak", europe.address("marta"), country)
    body = {
        "person_id": str(person.id),
        "name": person.name,
        "email": person.email,
        "password": PASSWORD,
        "country": country,
        "role_kind": "teacher",
        "language": language,
        "conduct_accepted": True,
        **changes,
    }
    answer = httpx.post(f"{stack().public_url}/api/v1/registrations", json=body, timeout=12)
    if answer.status_code >= 400:
        raise Refused(answer)
    return person


def mailed_link(address: str, path: str) -> str:
    def find() -> str:
        for mail in mails(address):
            found = re.search(rf"/{path}/([\w.-]+)", mail["text"])
            if found:
                return found[1]
        return ""

    return eventually(find, f"the {path} mail")


def confirm(person: Person) -> None:
    answer = person.client.post("/confirmations", json={"link": mailed_link(person.email, "confirm")})
    assert answer.status_code < 300, answer.text


def join_a_new_school(europe: Europe, person: Person, **changes: Any) -> dict[str, Any]:
    school = person.post(
        "/schools",
        {
            "school_id": str(uuid.uuid7()),
            "name": f"Gimnazjum {uuid.uuid7().hex[-9:]}",
            "country": person.country,
            "city": f"Miasto {uuid.uuid7().hex[-5:]}",
            "level": ["lower_secondary"],
            "head_name": "Jan Dyrektor",
            "head_email": europe.address("head"),
            **changes,
        },
    )
    body = {"affiliation_id": str(uuid.uuid7()), "school_id": school["id"], "role_kind": "teacher"}
    return person.post("/me/affiliations", body)


def test_a_teacher_registers_and_is_validated_by_her_own_support_service(europe: Europe) -> None:
    marta = register(europe, "PL", "pl")
    with pytest.raises(Refused) as refused:
        marta.sign_in()
    assert refused.value.status in (401, 403)
    confirm(marta)
    marta.sign_in()
    affiliation = join_a_new_school(europe, marta)
    assert marta.get("/me")["state"] == "awaiting_validation"

    told = eventually(lambda: marta.get(f"/affiliations/{affiliation['id']}/approval"), "who holds it")
    step = told["tracks"][0]["steps"][0]
    assert (step["kind"], step["state"], step["holder"]) == ("support_organisation", "waiting", "nss-pl")
    assert step["since"]
    assert step["due_at"]

    officer = europe.officer("nss-pl")
    queue = officer.get("/queue", subject_kind="affiliation")["tasks"]
    task = next(t for t in queue if t["subject_id"] == affiliation["id"])
    spanish = europe.officer("nss-es").get("/queue", subject_kind="affiliation")["tasks"]
    assert task["id"] not in {t["id"] for t in spanish}
    europe.decide(officer, task["id"], "approve")
    eventually(lambda: marta.get("/me")["state"] == "validated", "validation")
    europe.is_told(marta, "affiliation_validated")


def test_the_mail_to_confirm_is_in_the_language_of_the_person(europe: Europe) -> None:
    spanish, english = register(europe, "ES", "es"), register(europe, "IE", "en")
    mailed_link(spanish.email, "confirm")
    mailed_link(english.email, "confirm")
    assert mails(english.email)[0]["subject"] == "Confirm your address"
    assert mails(spanish.email)[0]["subject"] != "Confirm your address"


def test_in_spain_the_regional_representative_comes_before_the_national_service(europe: Europe) -> None:
    person = register(europe, "ES", "es")
    confirm(person)
    person.sign_in()
    affiliation = join_a_new_school(europe, person, region="ES-AR")
    told = eventually(lambda: person.get(f"/affiliations/{affiliation['id']}/approval"), "who holds it")
    assert [s["kind"] for s in told["tracks"][0]["steps"]] == ["regional", "support_organisation"]
    assert told["tracks"][0]["steps"][0]["holder"] == "nss-es-ar"


def test_a_refusal_needs_a_reason_and_its_owner_reads_it(europe: Europe) -> None:
    person = register(europe, "PL", "pl")
    confirm(person)
    person.sign_in()
    affiliation = join_a_new_school(europe, person)
    path = f"/affiliations/{affiliation['id']}/approval"
    task_id = eventually(lambda: person.get(path), "who holds it")["tracks"][0]["steps"][0]["task_id"]
    officer = europe.officer("nss-pl")
    with pytest.raises(Refused) as refused:
        europe.decide(officer, task_id, "refuse")
    assert refused.value.status == 422
    assert "reason" in refused.value.errors
    europe.decide(officer, task_id, "refuse", reason="The school does not know this name.")
    eventually(lambda: person.get("/me")["state"] == "rejected", "the refusal")
    assert "does not know" in person.get(path)["tracks"][0]["steps"][0]["reason"]


def test_the_same_address_twice_tells_nobody_and_makes_one_account(europe: Europe) -> None:
    first = register(europe, "PL", "pl")
    confirm(first)
    again = register(europe, "PL", "pl", email=first.email)
    eventually(lambda: len(mails(first.email)) >= 2, "a second mail")
    first.sign_in()
    with pytest.raises(Refused):
        Person(again.id, "x", first.email, "PL", secret=first.secret).get(f"/people/{again.id}")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "passwordpassword"}, "password"),
        ({"conduct_accepted": False}, "conduct_accepted"),
        ({"country": "US"}, "country"),
        ({"name": "A\x00B"}, "name"),
        ({"role_kind": "pupil"}, "role_kind"),
    ],
)
def test_each_wrong_field_of_a_registration_is_named(
    europe: Europe, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        register(europe, **{"country": "PL", "language": "pl", **change})
    assert refused.value.status == 422
    assert field in refused.value.errors


def test_company_staff_get_no_members_area(europe: Europe) -> None:
    person = register(europe, "PL", "pl", role_kind="company_staff")
    confirm(person)
    person.sign_in()
    assert person.get("/me")["state"] == "general"
    with pytest.raises(Refused) as refused:
        person.get("/people", text="anna")
    assert refused.value.status == 403


def test_a_forgotten_password_is_chosen_anew_once_by_the_mailed_link(europe: Europe) -> None:
    person = register(europe, "PL", "pl")
    confirm(person)
    person.sign_in()
    person.client.post("/password-requests", json={"email": person.email})
    link = mailed_link(person.email, "reset")
    fresh = "an umbrella for the whole class"
    assert person.client.post("/password-resets", json={"link": link, "password": fresh}).status_code < 300
    eventually(lambda: person.client.get("/me").status_code == 401, "the end of the old session", 1.5)
    del person.client.headers["Authorization"]
    assert person.client.post("/password-resets", json={"link": link, "password": fresh}).status_code == 409


def test_a_session_is_listed_and_can_be_ended_everywhere_within_a_second(europe: Europe) -> None:
    person = europe.teacher("PL").sign_in()
    other_door = Person(person.id, person.name, person.email, "PL").sign_in()
    other_door.get("/me")
    mine = person.get("/sessions")
    other = next(s for s in mine if not s["current"])
    person.delete(f"/sessions/{other['id']}")

    def ended() -> bool:
        return other_door.client.get("/me").status_code == 401

    eventually(ended, "the end of the session", 1.5)
    assert person.get("/me")["id"] == str(person.id)


def test_likely_duplicates_are_shown_before_a_school_is_made_twice(europe: Europe) -> None:
    person = europe.teacher("PL")
    body = {
        "school_id": str(uuid.uuid7()),
        "name": f"Szkoła Podstawowa {uuid.uuid7().hex[-8:]}",
        "country": "PL",
        "city": "Toruń",
        "level": ["primary"],
        "head_name": "Jan Dyrektor",
        "head_email": europe.address("head"),
    }
    person.post("/schools", body)
    twin = {
        **body,
        "school_id": str(uuid.uuid7()),
        "name": body["name"].replace("ł", "l").upper(),
        "city": "Torun",
    }
    with pytest.raises(Refused) as refused:
        person.post("/schools", twin)
    assert (refused.value.status, refused.value.code) == (409, "likely_duplicate")
    found = person.get("/schools", country="PL", text=body["name"].split()[-1])
    assert [s["id"] for s in found] == [body["school_id"]]
    person.post("/schools", {**twin, "not_a_duplicate": True})


def test_an_overseas_school_follows_its_countrys_organisation(europe: Europe) -> None:
    person = register(europe, "FR", "fr")
    confirm(person)
    person.sign_in()
    affiliation = join_a_new_school(europe, person, territory="GP", official_number="9710001A")
    assert affiliation["school"]["organisation"] == "nss-fr"
    assert affiliation["school"]["territory"] == "GP"
