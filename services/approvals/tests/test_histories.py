"""Twenty thousand random lives of a project approval keep every promise; the seed of a broken one is printed."""

import os
import random
from dataclasses import replace

import pytest

from services.approvals.contract import Outcome, Status, TooLate
from services.approvals.engine import turn as turn_module
from services.approvals.engine.trail import digest
from services.approvals.engine.turn import Turn
from services.approvals.tests.histories import Life

LIVES = int(os.environ.get("SCHOOLBRIDGE_LIVES", "20000"))


@pytest.mark.timeout(900)
def test_no_random_history_breaks_a_promise() -> None:
    first = random.SystemRandom().randrange(2**40)
    ends: dict[Status, int] = {}
    for seed in range(first, first + LIVES):
        try:
            life = Life.begun(seed)
            life.live(life.chance.randrange(5, 40))
            life.come_to_an_end()
            life.check_end()
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {broken}") from broken
        ends[life.state.status] = ends.get(life.state.status, 0) + 1
    if LIVES < 5000:
        return  # too few for every end to have been met
    missing = {Status.COMPLETED, Status.REFUSED, Status.DECLINED, Status.WITHDRAWN, Status.EXPIRED} - set(
        ends
    )
    assert not missing, f"seeds from {first}: no life ended as {missing}"


def _broken_lives(number: int = 400) -> int:
    broken = 0
    for seed in range(number):
        try:
            life = Life.begun(seed)
            life.live(30)
            life.come_to_an_end()
            life.check_end()
        except AssertionError:
            broken += 1
    return broken


def test_the_histories_notice_when_closed_steps_can_be_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        turn_module.Turn, "_must_be_open", lambda self, step, _seen: self.state.record(step.key), raising=True
    )
    assert _broken_lives() > 0


def _all_say_yes(life: Life) -> None:
    life.crashes = False
    while life.open_steps():
        life.decide(life.open_steps()[0], Outcome.APPROVE)


def test_a_withdrawal_while_the_twinspace_is_being_made_takes_it_back() -> None:
    life = Life.begun(11)
    _all_say_yes(life)
    life.deliver()
    assert life.world.space_exists
    assert life.take(lambda turn: turn.withdraw(life.saga.founder_id))
    life.hear(works=True)
    life.come_to_an_end()
    life.check_end()
    assert life.state.status is Status.WITHDRAWN


def test_nobody_can_withdraw_once_the_project_is_being_activated() -> None:
    life = Life.begun(12)
    _all_say_yes(life)
    life.deliver()
    life.hear(works=True)
    with pytest.raises(TooLate):
        Turn(life.saga, life.state, life.now).withdraw(life.saga.founder_id)


def test_a_changed_line_of_the_trail_breaks_the_chain() -> None:
    life = Life.begun(7)
    life.live(20)
    changed = replace(life.trail[0], role="somebody else")
    assert digest("", 1, changed) != life.hashes[0]


def test_approvals_of_the_other_country_survive_changes_that_are_not_of_substance() -> None:
    life = Life.begun(3)
    life.crashes = False
    steps = life.saga.sign_offs
    life.decide(steps[0], Outcome.APPROVE)
    one = life.saga.organisations[0]
    for step in [s for s in steps if s.organisation == one]:
        life.decide(step, Outcome.APPROVE)
    other = [s for s in steps if s.organisation not in (one, None)]
    life.decide(other[0], Outcome.APPROVE)
    life.decide(other[-1] if life.state.record(other[-1].key).is_open else other[1], Outcome.REQUEST_CHANGES)
    assert life.state.paused
    life.take(lambda turn: turn.edited(life.saga.founder_id, False))
    life.take(lambda turn: turn.answer_changes(life.saga.founder_id))
    assert all(life.state.record(s.key).outcome is Outcome.APPROVE for s in steps if s.organisation == one)
