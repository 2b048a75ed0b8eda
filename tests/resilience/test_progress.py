"""Progress dies at the worst moments: each action is counted once, and a recount goes on where it was."""

import os
import signal

import pytest

from tests.journeys.europe import Europe
from tests.journeys.test_progress import becomes, recounts
from tests.resilience.checker import pid_of
from tests.stack import eventually, plant, rows, settle

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.mark.parametrize("failpoint", ["before_commit", "after_commit"])
def test_a_kill_while_an_action_is_counted_counts_it_once(europe: Europe, failpoint: str) -> None:
    ana, jan = europe.teacher("ES"), europe.teacher("PL")
    ana.get("/me/progress")
    settle()
    before = pid_of("progress")
    plant("progress", failpoint)
    europe.posts(ana)
    eventually(lambda: pid_of("progress") not in (0, before), f"that progress died at {failpoint}", 40)
    ana.put(f"/people/{jan.id}/follow")
    becomes(ana, {"forum_contribution": 1, "following": 1})
    facts = rows(
        "progress",
        "SELECT subject FROM fact WHERE person_id = :who AND action = 'forum_contribution'",
        who=str(ana.id),
    )
    assert len(facts) == 1


def test_a_recount_survives_the_death_of_its_service(europe: Europe) -> None:
    ana = europe.teacher("ES")
    europe.posts(ana)
    becomes(ana, {"forum_contribution": 1})
    settle()
    recounts(lambda: os.kill(pid_of("progress"), signal.SIGKILL))
    becomes(ana, {"forum_contribution": 1})
    assert rows("progress", "SELECT 1 FROM fresh") == []
