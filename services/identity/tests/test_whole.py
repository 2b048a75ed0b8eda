"""Nothing declared is left unanswered, and the migrations make exactly the tables the code knows."""

from chassis.contract import requests_of
from chassis.topology import answered_by
from services.identity.service import IdentityService


def test_every_request_of_the_contract_is_answered() -> None:
    assert {r.name for r in answered_by(IdentityService)} == {r.name for r in requests_of("identity")}
