"""Malformed, foreign and poisonous messages: refused or kept for an operator, executed never, and nothing stops."""

import json
import subprocess
import sys
import time

import pika
import pika.exceptions
import pytest
import uuid_utils.compat as uuid

from chassis.wire import event_queue
from deploy.stack import CHECKOUT
from services.identity.contract import PersonRegistered, PersonSeen
from tests.journeys.europe import Europe
from tests.resilience import bus
from tests.resilience.checker import pid_of
from tests.stack import eventually, plant, rows, stack

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(200)]

REPLY_TO = "gateway.nobody"


def call(**changes: object) -> dict[str, object]:
    return {
        "id": uuid.uuid7().hex,
        "request": "identity.countries",
        "arguments": {},
        "deadline": time.time() + 5,
        **changes,
    }


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        (b'{"calls": []}', {}),
        (b"[1, 2, 3]", {"reply_to": REPLY_TO}),
        (b"not json", {"reply_to": REPLY_TO}),
        (b"\x80\x04\x95pickle", {"reply_to": REPLY_TO, "content_type": "application/x-python-serialize"}),
        (json.dumps({"calls": [call()]}).encode(), {"reply_to": "identity.somebody"}),
        (json.dumps({"calls": "x" * 10_000_000}).encode(), {"reply_to": REPLY_TO}),
    ],
    ids=["no reply_to", "a list", "no json", "pickle", "somebody else's reply_to", "ten megabytes"],
)
def test_a_malformed_request_stops_nobody(europe: Europe, body: bytes, properties: dict[str, str]) -> None:
    """Scenario 19."""
    before = pid_of("identity")
    dead = len(rows("identity", "SELECT id FROM parked WHERE status = 'dead'"))
    bus.send("gateway", "rpc", "identity", body, **{"content_type": "application/json", **properties})
    if body != b'{"calls": []}' or not properties:
        eventually(
            lambda: len(rows("identity", "SELECT id FROM parked WHERE status = 'dead'")) > dead, "the letter"
        )
    europe.teacher("ES").get("/me")
    assert pid_of("identity") == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"request": "identity.unheard_of"},
        {"request": 7},
        {"arguments": [1]},
        {"arguments": {"country": 5}, "request": "identity.regions"},
        {"deadline": "tomorrow"},
        {"token": "not a token", "request": "identity.me"},
        {"request": "identity.validate_affiliation", "arguments": {"affiliation_id": str(uuid.uuid7())}},
    ],
)
def test_a_wrong_call_spoils_no_other_in_the_same_message(europe: Europe, wrong: dict[str, object]) -> None:
    with bus.channel("gateway") as own:
        instance = f"test{uuid.uuid7().hex}"
        queue = f"own.gateway.replies.{instance}"
        own.queue_declare(queue, exclusive=True, auto_delete=True)
        own.queue_bind(queue, "replies", f"gateway.{instance}")
        good, bad = call(), call(**wrong)
        body = json.dumps({"calls": [bad, good]}).encode()
        properties = {
            "user_id": "gateway",
            "reply_to": f"gateway.{instance}",
            "content_type": "application/json",
        }
        own.basic_publish("rpc", "identity", body, pika.BasicProperties(**properties))
        answers: dict[str, dict[str, object]] = {}

        def both() -> bool:
            _method, _properties, said = own.basic_get(queue, auto_ack=True)
            if said:
                answers.update({a["id"]: a for a in json.loads(said)["replies"]})
            return {good["id"], bad["id"]} <= set(answers)

        eventually(both, "both answers", 5)
        assert "ok" in answers[good["id"]]
        assert "error" in answers[bad["id"]]


def envelope(**changes: object) -> bytes:
    happened = {
        "id": str(uuid.uuid7()),
        "type": PersonRegistered.name,
        "aggregate": str(uuid.uuid7()),
        "version": 1,
        "trace": "",
        "payload": {"person_id": str(uuid.uuid7()), "known": False, "at": "2026-11-03T08:00:00+00:00"},
        **changes,
    }
    return json.dumps(happened).encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"a: 1", "application/yaml"),
        (b"\x80\x04\x95", "application/x-python-serialize"),
        (envelope(payload={"person_id": "nobody"}), "application/json"),
        (envelope(payload=[]), "application/json"),
        (envelope(id=None), "application/json"),
        (envelope(type="identity.SomethingElse"), "application/json"),
    ],
    ids=["bad json", "yaml", "pickle", "wrong shape", "a list", "no id", "unknown type"],
)
def test_an_unreadable_event_is_kept_with_its_reason_and_others_flow(
    europe: Europe, body: bytes, content_type: str
) -> None:
    """Scenario 20."""
    dead = len(rows("community", "SELECT id FROM parked WHERE status = 'dead'"))
    bus.send("identity", "events", PersonRegistered.name, body, content_type=content_type)
    eventually(
        lambda: len(rows("community", "SELECT id FROM parked WHERE status = 'dead'")) > dead,
        "the dead letter",
    )
    newest = rows("community", "SELECT source, error FROM parked ORDER BY id DESC LIMIT 1")[0]
    assert newest["source"] == event_queue("community", PersonRegistered.name)
    assert newest["error"]
    one, other = europe.teacher("ES"), europe.teacher("PL")
    europe.become_contacts(one, other)
    europe.is_told(one, "contact_accepted")


def test_a_handler_that_fails_once_is_tried_again_and_has_one_effect(europe: Europe) -> None:
    """Scenario 22."""
    one, other = europe.teacher("ES"), europe.teacher("PL")
    one.sign_in()
    plant("community", "before_commit", "raise")
    europe.become_contacts(one, other)
    europe.is_told(one, "contact_accepted")
    europe.is_told(other, "contact_requested")
    assert sum(n["kind"] == "contact_requested" for n in europe.notifications_of(other)) == 1


def test_many_events_at_once_are_each_counted_once_and_a_poisonous_one_spoils_none(europe: Europe) -> None:
    """Scenarios 18 and 21 among events that are handled together: one comes twice, one is more than a column holds."""
    people = [str(uuid.uuid7()) for _ in range(60)]
    days = dict.fromkeys(people, 3) | {people[30]: 2**40}
    bodies = [
        envelope(
            type=PersonSeen.name,
            aggregate=person,
            payload={"person_id": person, "on": "2026-11-03", "days": number},
        )
        for person, number in days.items()
    ]
    bus.send("identity", "events", PersonSeen.name, *bodies, bodies[0], content_type="application/json")
    mine = "person_id = ANY(CAST(:them AS uuid[]))"
    counted = f"SELECT person_id, sum(amount) AS n FROM fact WHERE {mine} GROUP BY person_id"

    def all_but_one() -> bool:
        found = {str(row["person_id"]): row["n"] for row in rows("progress", counted, them=people)}
        return found == {person: 3 for person in people if person != people[30]}

    eventually(all_but_one, "everybody's days")
    parked = "SELECT consumer FROM parked WHERE body LIKE :it"
    letter = eventually(lambda: rows("progress", parked, it=f"%{people[30]}%"), "the parked one")
    assert [one["consumer"] for one in letter] == ["progress.person_seen"]


def test_a_poisonous_message_dies_after_six_tries_and_an_operator_has_it_tried_again(europe: Europe) -> None:
    """Scenario 21: a well-formed event about a project that does not exist."""
    project_id = str(uuid.uuid7())
    payload = {"project_id": project_id, "founders": [str(uuid.uuid7())], "at": "2026-11-03T08:00:00+00:00"}
    body = envelope(type="projects.ProjectActivated", aggregate=project_id, payload=payload)
    bus.send("projects", "events", "projects.ProjectActivated", body, content_type="application/json")
    mine = "SELECT id, status, attempts, error FROM parked WHERE body LIKE :it ORDER BY id DESC LIMIT 1"

    def letter() -> dict[str, object]:
        return rows("twinspace", mine, it=f"%{project_id}%")[0]

    eventually(lambda: letter()["status"] == "dead", "its death", 330)
    assert letter()["attempts"] == 6
    assert "not_found" in str(letter()["error"])
    dead_id = int(str(letter()["id"]))
    operate("redrive", dead_id)
    eventually(lambda: letter()["attempts"] == 7, "another try", 20)
    operate("discard", dead_id)
    actions = rows(
        "twinspace", "SELECT parked_id, action, operator FROM operator_action ORDER BY id DESC LIMIT 2"
    )
    assert [(a["action"], a["operator"]) for a in actions] == [("discard", "Robin"), ("redrive", "Robin")]
    kept = rows("twinspace", "SELECT status, body FROM parked WHERE id = :id", id=actions[0]["parked_id"])
    assert kept == [{"status": "discarded", "body": "{}"}]


def operate(action: str, letter: int) -> None:
    """As an operator does it, from the command line."""
    command = [
        sys.executable,
        "-m",
        "deploy.dead_letters",
        action,
        "twinspace",
        str(letter),
        "--operator",
        "Robin",
    ]
    subprocess.run([*command, "--stack", stack().name], cwd=CHECKOUT, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("user", "exchange", "key"),
    [
        ("gateway", "events", "identity.PersonRegistered"),
        ("projects", "events", "identity.PersonRegistered"),
        ("gateway", "commands", "twinspace.provision"),
        ("community", "commands", "twinspace.provision"),
        ("twinspace", "rpc", "identity"),
        ("gateway", "replies", "identity.somebody"),
        ("identity", "", "rpc.projects"),
    ],
)
def test_the_broker_refuses_what_is_not_theirs_to_say(
    running_stack: None, user: str, exchange: str, key: str
) -> None:
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        bus.send(user, exchange, key, b"{}", content_type="application/json")
    assert refused.value.reply_code == 403


def test_nobody_can_speak_in_anothers_name(running_stack: None) -> None:
    with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
        bus.send("gateway", "rpc", "identity", b"{}", user_id="approvals")
    assert refused.value.reply_code == 406
