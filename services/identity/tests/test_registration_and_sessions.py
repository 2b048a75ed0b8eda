"""Registering, confirming, signing in and out. (ID-01 to ID-04, PV-15)"""

from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid
from sqlalchemy import text

from chassis import tokens
from chassis.contract import Actor, Grant, Invalid, NotFound, Unauthenticated
from services.identity.contract import (
    AddressNotConfirmed,
    ConductNotAccepted,
    CountryNotParticipating,
    LinkSpent,
    PersonState,
    SchoolRole,
    WeakPassword,
    WrongCredentials,
)
from services.identity.tests.conftest import PASSWORD, Identity


def form(**changes: Any) -> dict[str, Any]:
    return {
        "person_id": uuid.uuid7(),
        "name": "Ana Abril",
        "email": "Ana@example.org",
        "password": PASSWORD,
        "country": "ES",
        "role_kind": SchoolRole.TEACHER,
        "language": "es",
        "conduct_accepted": True,
    } | changes


def registered(identity: Identity, **changes: Any) -> UUID:
    return identity.ask("register", **form(**changes)).id  # type: ignore[no-any-return]


def link(identity: Identity, letter: str, person_id: UUID) -> str:
    return str(identity.ask(letter, person_id=person_id).path).split("/")[-1]


def test_a_person_registers_confirms_the_address_and_signs_in(identity: Identity) -> None:
    ana = registered(identity)
    identity.refusal(AddressNotConfirmed, "sign_in", email="ana@example.org", password=PASSWORD)
    confirmed = identity.answer("confirm_address", link=link(identity, "confirmation_letter", ana))
    assert [said["person_id"] for said in confirmed.said("AddressConfirmed")] == [str(ana)]
    session = identity.ask("sign_in", email="ANA@EXAMPLE.ORG", password=PASSWORD)
    known = identity.ask("authenticate", secret=session.secret)
    assert (known.person_id, known.state, known.roles) == (ana, PersonState.PROFILE_INCOMPLETE, ())
    assert tokens.verify(known.token) == Actor(ana, (), session.session_id)


def test_no_secret_is_kept(identity: Identity) -> None:
    ana = identity.person(email="ana@example.org")
    secret = identity.ask("sign_in", email="ana@example.org", password=PASSWORD).secret
    kept = identity.store.rows(
        text(
            "SELECT p.password_hash || s.secret_digest::text AS kept FROM person p JOIN session s ON s.person_id = p.id"
        )
    )[0]["kept"]
    assert ana
    assert secret not in kept
    assert PASSWORD not in kept
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_known_address_gets_a_mail_and_the_same_answer(identity: Identity) -> None:
    ana = registered(identity)
    somebody = uuid.uuid7()
    second = identity.answer("register", **form(person_id=somebody, email="ANA@example.org"))
    assert second.reply.id == somebody
    assert [(s["person_id"], s["known"]) for s in second.said("PersonRegistered")] == [(str(ana), True)]
    assert second.reply.version == identity.ask("register", **form(email="new@example.org")).version


def test_a_second_try_with_the_same_id_is_the_same_try(identity: Identity) -> None:
    same = form()
    identity.ask("register", **same)
    assert identity.answer("register", **same).events == []


def test_nobody_registers_under_somebody_elses_id(identity: Identity) -> None:
    ana = registered(identity)
    refused = identity.refusal(Invalid, "register", **form(person_id=ana, email="eve@example.org"))
    assert refused.fields == {"person_id": "taken"}


@pytest.mark.parametrize(
    ("changes", "finding", "field"),
    [
        ({"conduct_accepted": False}, ConductNotAccepted, "conduct_accepted"),
        ({"country": "GB"}, CountryNotParticipating, "country"),
        ({"language": "tlh"}, Invalid, "language"),
        ({"time_zone": "Mars/Olympus"}, Invalid, "time_zone"),
        ({"password": "Ana@example.org"}, WeakPassword, "password"),
        ({"password": "password1234"}, WeakPassword, "password"),
    ],
)
def test_a_form_with_a_mistake_names_the_field(
    identity: Identity, changes: dict[str, Any], finding: type[Invalid], field: str
) -> None:
    assert field in identity.refusal(finding, "register", **form(**changes)).fields


def test_a_confirmation_link_works_once(identity: Identity) -> None:
    token = link(identity, "confirmation_letter", registered(identity))
    identity.ask("confirm_address", link=token)
    identity.refusal(LinkSpent, "confirm_address", link=token)


@pytest.mark.parametrize("token", ["x", "a.b.c", "é" * 40])
def test_a_link_that_is_none_of_ours_is_spent(identity: Identity, token: str) -> None:
    identity.refusal(LinkSpent, "confirm_address", link=token)


def test_a_link_for_one_purpose_serves_no_other(identity: Identity) -> None:
    token = link(identity, "reset_letter", registered(identity))
    identity.refusal(LinkSpent, "confirm_address", link=token)


def test_a_confirmed_address_needs_no_other_link(identity: Identity) -> None:
    ana = identity.person(email="ana@example.org")
    assert identity.ask("confirmation_letter", person_id=ana).path == ""
    assert identity.answer("send_confirmation_again", email="ana@example.org").events == []
    assert identity.answer("send_confirmation_again", email="nobody@example.org").events == []


def test_wrong_password_and_unknown_address_are_told_alike(identity: Identity) -> None:
    identity.person(email="ana@example.org")
    wrong = identity.refusal(WrongCredentials, "sign_in", email="ana@example.org", password="wrong")
    unknown = identity.refusal(WrongCredentials, "sign_in", email="eve@example.org", password="wrong")
    assert wrong.on_the_wire() == unknown.on_the_wire()


def test_a_new_password_by_mail_works_once_and_ends_all_sessions(identity: Identity) -> None:
    ana = identity.person(email="ana@example.org")
    secret = identity.ask("sign_in", email="ana@example.org", password=PASSWORD).secret
    assert identity.answer("forgot_password", email="Ana@Example.org").said("PasswordForgotten")
    assert identity.answer("forgot_password", email="nobody@example.org").events == []
    token = link(identity, "reset_letter", ana)
    reset = identity.answer("reset_password", link=token, password="nine lazy herons in the fog")
    assert len(reset.said("SessionEnded")) == 1
    identity.refusal(Unauthenticated, "authenticate", secret=secret)
    identity.refusal(WrongCredentials, "sign_in", email="ana@example.org", password=PASSWORD)
    identity.ask("sign_in", email="ana@example.org", password="nine lazy herons in the fog")
    identity.refusal(LinkSpent, "reset_password", link=token, password="ten lazy herons in the fog")


def test_changing_the_password_ends_the_other_sessions_only(identity: Identity) -> None:
    ana = identity.person(email="ana@example.org")
    here, there = (identity.ask("sign_in", email="ana@example.org", password=PASSWORD) for _ in "12")
    actor = Actor(ana, (), here.session_id)
    identity.refusal(
        WrongCredentials, "change_password", by=actor, password="no", new_password="nine lazy herons"
    )
    changed = identity.answer(
        "change_password", by=actor, password=PASSWORD, new_password="nine lazy herons in the fog"
    )
    assert [said["session_id"] for said in changed.said("SessionEnded")] == [str(there.session_id)]
    assert identity.ask("authenticate", secret=here.secret).session_id == here.session_id


def test_sessions_are_listed_for_and_ended_by_their_owner_only(identity: Identity) -> None:
    ana, eve = identity.person(email="ana@example.org"), identity.person("Eve")
    session = identity.ask("sign_in", email="ana@example.org", password=PASSWORD, device="Firefox")
    (card,) = identity.ask("sessions", by=Actor(ana, (), session.session_id))
    assert (card.id, card.device, card.current) == (session.session_id, "Firefox", True)
    identity.refusal(NotFound, "end_session", by=eve, session_id=session.session_id)
    identity.ask("end_session", by=ana, session_id=session.session_id)
    assert identity.ask("sessions", by=ana) == ()


def test_signing_out_ends_the_present_session(identity: Identity) -> None:
    ana = identity.person(email="ana@example.org")
    session = identity.ask("sign_in", email="ana@example.org", password=PASSWORD)
    out = identity.answer("sign_out", by=Actor(ana, (), session.session_id))
    assert [said["session_id"] for said in out.said("SessionEnded")] == [str(session.session_id)]
    identity.refusal(Unauthenticated, "authenticate", secret=session.secret)


def test_half_an_hour_unused_is_the_end_and_for_officers_a_quarter(identity: Identity) -> None:
    identity.person(email="ana@example.org")
    identity.person(email="olga@example.org", grants=(Grant("officer", "nss-es"),))
    secrets = [
        identity.ask("sign_in", email=f"{who}@example.org", password=PASSWORD).secret
        for who in ("ana", "olga")
    ]
    identity.minutes_unused(20)
    assert identity.ask("authenticate", secret=secrets[0])
    identity.refusal(Unauthenticated, "authenticate", secret=secrets[1])
    identity.minutes_unused(20)
    assert identity.ask("authenticate", secret=secrets[0])
    identity.minutes_unused(31)
    identity.refusal(Unauthenticated, "authenticate", secret=secrets[0])


def test_business_days_that_pass_end_no_session(identity: Identity) -> None:
    identity.person(email="ana@example.org")
    secret = identity.ask("sign_in", email="ana@example.org", password=PASSWORD).secret
    identity.days_pass(15)
    assert identity.ask("authenticate", secret=secret)


def test_an_unknown_secret_is_nobody(identity: Identity) -> None:
    identity.refusal(Unauthenticated, "authenticate", secret="guess")


def test_a_closed_account_is_gone_for_everyone(identity: Identity) -> None:
    ana = identity.person(email="ana@example.org", school=identity.school())
    jan = identity.person("Jan", identity.school("Szkoła", "PL", city="Łódź"), country="PL")
    session = identity.ask("sign_in", email="ana@example.org", password=PASSWORD)
    identity.refusal(WrongCredentials, "close_account", by=ana, password="not this")
    closed = identity.answer("close_account", by=ana, password=PASSWORD)
    assert closed.said("AccountClosed")
    assert closed.said("SessionEnded")
    identity.refusal(Unauthenticated, "authenticate", secret=session.secret)
    identity.refusal(WrongCredentials, "sign_in", email="ana@example.org", password=PASSWORD)
    identity.refusal(NotFound, "profile", by=jan, person_id=ana)
    assert identity.ask("findable", by=jan, ids=(ana,)) == ()
    assert identity.ask("recipients", person_ids=(ana,)) == ()
    assert identity.ask("cards", ids=(ana,))[0].closed
    assert identity.ask("grants_of", person_id=ana) == ()
