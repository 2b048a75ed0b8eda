"""Every event is heard, every request answered and asked by somebody, and what is committed about it is true."""

import re

from chassis import topology
from chassis.contract import Event, events_of, requests_of
from chassis.topology import answered_by, heard_by
from deploy import messages
from deploy.contracts import gateway_calls, gateway_hears, service_classes
from deploy.stack import CHECKOUT, SERVICES
from deploy.topology import callers_text

NOBODY_ASKS_YET: dict[str, str] = {}


def _events() -> list[type[Event]]:
    service_classes()
    return [event for service in SERVICES for event in events_of(service.name)]


def test_every_event_is_heard_or_declared_unheard() -> None:
    heard = {h.event.name for service in service_classes() for h in heard_by(service)}
    heard |= {event.name for event in gateway_hears()}
    unheard = {kind.name for service in service_classes() for kind in service.unheard}
    silent = {event.name for event in _events()} - heard - unheard
    assert silent == set(), "nobody hears these, and no service says so"


def test_an_event_declared_unheard_has_no_durable_hearer() -> None:
    heard = {h.event.name for service in service_classes() for h in heard_by(service) if not h.every_process}
    unheard = {kind.name for service in service_classes() for kind in service.unheard}
    assert heard & unheard == set()


def test_every_request_is_answered_by_its_service_exactly_once() -> None:
    for service in service_classes():
        answered = sorted(r.name for r in answered_by(service))
        assert answered == sorted(r.name for r in requests_of(service.name))


def test_every_request_is_asked_by_somebody() -> None:
    asked = {r.name for r in gateway_calls()}
    asked |= {r.name for service in service_classes() for r in (*service.calls, *service.commands)}
    declared = {r.name for service in SERVICES for r in requests_of(service.name)}
    assert declared - asked - set(NOBODY_ASKS_YET) == set()


def test_the_gateway_asks_nothing_that_is_for_the_platform() -> None:
    assert [r.name for r in gateway_calls() if r.by.platform] == []


def test_the_committed_list_of_callers_is_current() -> None:
    committed = (CHECKOUT / "services" / "callers.json").read_text()
    assert committed == callers_text(), "renew it with `make generate`"


def test_the_broker_lets_nobody_publish_what_is_not_theirs() -> None:
    passwords = dict.fromkeys([*(s.name for s in SERVICES), "gateway"], "x")
    made = topology.definitions(service_classes(), gateway_calls(), gateway_hears(), passwords)
    rights = {(t["user"], t["exchange"]): t for t in made["topic_permissions"]}
    events, users = [e.name for e in _events()], list(passwords)
    for user in users:
        may = [e for e in events if re.search(rights[user, "events"]["write"], e)]
        assert {e.split(".")[0] for e in may} <= {user}
        orders = {r.name for s in service_classes() if s.name == user for r in s.commands}
        commands = [r.name for s in SERVICES for r in requests_of(s.name) if r.is_command]
        assert {c for c in commands if re.search(rights[user, "commands"]["write"], c)} == orders
        for other in users:
            instance = f"{other}.0123"
            reads = bool(re.search(rights[user, "replies"]["read"], instance))
            assert reads == (user == other), "somebody could read another's replies"
    assert {t["exchange"] for t in made["topic_permissions"]} == {
        "events",
        "commands",
        "rpc",
        "replies",
        "dead",
    }


def test_the_page_of_messages_and_the_readmes_are_current() -> None:
    assert messages.PAGE.read_text() == messages.messages_page(), "renew it with `make generate`"
    for service in service_classes():
        readme = messages.readme_of(service)
        assert readme.read_text() == messages.renewed(readme.read_text(), service), (
            "renew it with `make generate`"
        )
