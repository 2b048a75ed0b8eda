"""Random lives of a project approval: holders, founders, time and the broker do as they like.

The broker delivers late, twice and in any order; a turn may be lost before it is committed and come again. After
every turn the promises of the engine are checked.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.contract import Failure
from services.approvals.contract import Outcome, Status, StepKind
from services.approvals.engine.steps import SignOff
from services.approvals.engine.trail import Entry, State, What, digest, fold
from services.approvals.engine.turn import Decision, Turn, next_due
from services.approvals.sagas.project_approval import ProjectApproval
from services.projects import contract as projects

BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
CHAINS = (
    ("ES", "nss-es", "nss-es-ar"),
    ("PL", "nss-pl", None),
    ("RS", "nss-rs", None),
    ("BE", "nss-be-nl", None),
)


def some_id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def a_saga(chance: random.Random) -> ProjectApproval:
    one, other = chance.sample(CHAINS, 2)
    founder, co_founder = some_id(chance), some_id(chance)
    schools = tuple(
        projects.FoundingSchool(some_id(chance), person, *where)
        for person, where in ((founder, one), (co_founder, other))
    )
    submitted = projects.ProjectSubmitted(some_id(chance), founder, co_founder, schools, BEGIN)
    return ProjectApproval.begun_by(submitted, BEGIN.date())


@dataclass
class World:
    """What the commands have done so far, as the other services would keep it."""

    space_exists: bool = False
    spaces_made: int = 0
    activated: bool = False
    answered: dict[str, str | None] = field(default_factory=dict)


@dataclass
class Life:
    """One saga in its world."""

    chance: random.Random
    saga: ProjectApproval
    state: State = field(default_factory=State)
    now: datetime = BEGIN
    world: World = field(default_factory=World)
    on_the_way: list[tuple[str, Any]] = field(default_factory=list)
    outcomes: list[tuple[str, str | None]] = field(default_factory=list)
    trail: list[Entry] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)
    crashes: bool = True
    lost: bool = False

    @classmethod
    def begun(cls, seed: int) -> "Life":
        chance = random.Random(seed)
        life = cls(chance, a_saga(chance))
        life.take(lambda turn: turn.start())
        return life

    # ---- turns

    def take(self, change: Any) -> bool:
        """One turn; lost now and then before it is committed. False when it was refused."""
        turn = Turn(self.saga, self.state, self.now)
        try:
            change(turn)
        except Failure:
            assert not turn.entries or turn.state != self.state
            return False
        self.lost = self.crashes and bool(self.trail) and self.chance.random() < 0.1
        if self.lost:
            return True
        before, self.state = self.state, turn.state
        self.trail.extend(turn.entries)
        self._chain(turn.entries)
        self.on_the_way.extend((order.key, order.call) for order in turn.orders)
        self.check(before, turn)
        return True

    def _chain(self, entries: list[Entry]) -> None:
        for entry in entries:
            previous = self.hashes[-1] if self.hashes else ""
            self.hashes.append(digest(previous, len(self.hashes) + 1, entry))

    def live(self, turns: int) -> None:
        """Anything may happen, in any order."""
        deeds = [self.decide] * 8 + [self.deliver] * 4 + [self.hear] * 4 + [self.wait] * 3
        deeds += [self.change, self.answer, self.withdraw, self.nudge, self.bounce]
        for _ in range(turns):
            self.chance.choice(deeds)()

    def come_to_an_end(self) -> None:
        """From here on everybody does their part: it must end."""
        self.crashes = False
        for _ in range(200):
            if self.state.over:
                break
            if self.state.paused:
                self.take(lambda turn: turn.answer_changes(self.saga.founder_id))
            for step in self.open_steps():
                self.decide(step, Outcome.APPROVE)
            while self.on_the_way:
                self.deliver()
            while self.outcomes:
                self.hear(works=True)
            self.now += timedelta(hours=2)
            self.take(lambda turn: turn.time_passes())
        while self.on_the_way or self.outcomes:
            self.deliver()
            self.hear(works=True)

    # ---- what may happen

    def open_steps(self) -> list[SignOff]:
        return [s for s in self.saga.sign_offs if self.state.record(s.key).is_open]

    def decide(self, step: SignOff | None = None, outcome: Outcome | None = None) -> None:
        """A holder decides; or somebody tries on a step that is not open, or looked at an old version."""
        step = step or self.chance.choice(self.saga.sign_offs)
        outcome = outcome or self.chance.choices(list(Outcome), weights=(20, 1, 3))[0]
        record = self.state.record(step.key)
        seen = (
            record.version if outcome is Outcome.APPROVE or self.chance.random() < 0.8 else record.version - 1
        )
        words = "" if outcome is Outcome.APPROVE else "h"
        decision = Decision(some_id(self.chance), outcome, some_id(self.chance), "x", "", words)
        could = record.is_open and self.state.status is Status.RUNNING
        taken = self.take(lambda turn: turn.decide(step.key, decision, seen))
        if taken and not could:
            raise AssertionError(f"a step that was not open was decided: {step.key}")

    def deliver(self) -> None:
        """A command arrives at its service: in any order, perhaps again; it is done once."""
        if not self.on_the_way:
            return
        place = self.chance.randrange(len(self.on_the_way))
        key, call = self.on_the_way[place]
        if not self.crashes or self.chance.random() < 0.8:
            self.on_the_way.pop(place)
        if key not in self.world.answered:
            self.world.answered[key] = self._do(call.request.verb)
        self.outcomes.append((key, self.world.answered[key]))

    def _do(self, verb: str) -> str | None:
        if verb == "provision":
            if self.crashes and self.chance.random() < 0.1:
                return "forbidden"
            self.world.spaces_made += not self.world.space_exists
            self.world.space_exists = True
        elif verb == "discard":
            assert not self.world.activated, "a space in use was taken back"
            self.world.space_exists = False
        else:
            assert self.world.space_exists, "a project became active without its TwinSpace"
            self.world.activated = True
        return None

    def hear(self, works: bool = False) -> None:
        """An outcome comes back: in any order, perhaps again."""
        if not self.outcomes:
            return
        place = self.chance.randrange(len(self.outcomes))
        key, failure = self.outcomes[place]
        taken = self.take(lambda turn: turn.command_ended(key, failure))
        assert taken
        if not self.lost and (works or self.chance.random() < 0.8):
            self.outcomes.pop(place)  # a message whose turn was lost comes again

    def wait(self) -> None:
        self.now += timedelta(hours=self.chance.choice((1, 30, 80, 200)))
        self.take(lambda turn: turn.time_passes())

    def change(self) -> None:
        substance = self.chance.random() < 0.3
        self.take(lambda turn: turn.edited(self.saga.founder_id, substance))

    def answer(self) -> None:
        self.take(lambda turn: turn.answer_changes(self.saga.founder_id))

    def withdraw(self) -> None:
        if self.chance.random() < 0.15:
            ordered = any(self.state.record(c.key).ordered_at for c in self.saga.commands if c.pivot)
            taken = self.take(lambda turn: turn.withdraw(self.saga.founder_id))
            assert not (taken and ordered), "withdrawn after the point of no return"

    def nudge(self) -> None:
        step = self.chance.choice(self.saga.sign_offs)
        self.take(lambda turn: turn.nudge(step.key, self.saga.founder_id))

    def bounce(self) -> None:
        step = self.chance.choice(self.saga.sign_offs)
        self.take(lambda turn: turn.bounced(step.key))
        self.take(lambda turn: turn.address_corrected(step.key))

    # ---- promises

    def check(self, before: State, turn: Turn) -> None:
        state = before
        for entry in turn.entries:
            state = fold(state, entry)
        assert state == self.state, "the trail does not fold to the state"
        if before.over:
            assert all(e.what is What.REFUSED_ATTEMPT for e in turn.entries), (
                "something happened after the end"
            )
        if before.paused and not any(e.what in (What.RESUMED, What.UNDOING) for e in turn.entries):
            assert not any(e.what in (What.REMINDED, What.LATE, What.DECIDED) for e in turn.entries), (
                "a clock ran"
            )
        partner = self.state.record("partner")
        others = [s for s in self.saga.sign_offs if s.kind is not StepKind.PARTNER]
        if partner.outcome is not Outcome.APPROVE:
            assert not any(self.state.record(s.key).round for s in others), "told before the partner accepted"
        for step in others:
            self._check_order(step)
        if not (self.state.over or self.state.paused):
            assert next_due(self.saga, self.state, self.now) is not None or self._busy(), (
                "nothing will ever happen"
            )

    def _busy(self) -> bool:
        return any(r.in_flight or (r.undo_ordered and not r.undone) for r in self.state.records.values())

    def _check_order(self, step: SignOff) -> None:
        """An organisation's step is opened only when everything before it in its chain is approved."""
        if step.kind is StepKind.HEAD_TEACHER or not self.state.record(step.key).is_open:
            return
        chain = [s for s in self.saga.sign_offs if s.organisation == step.organisation]
        for earlier in chain[: chain.index(step)]:
            assert self.state.record(earlier.key).outcome is Outcome.APPROVE, (
                f"{step.key} before {earlier.key}"
            )

    def check_end(self) -> None:
        assert self.state.over, f"it never ended: {self.state.status}"
        completed = self.state.status is Status.COMPLETED
        assert self.world.activated is completed
        assert self.world.space_exists is completed
        if completed:
            for step in self.saga.sign_offs:
                assert self.state.record(step.key).outcome is Outcome.APPROVE
        state = State()
        for entry in self.trail:
            state = fold(state, entry)
        assert state == self.state
        previous = ""
        for sequence, (entry, kept) in enumerate(zip(self.trail, self.hashes, strict=True), start=1):
            previous = digest(previous, sequence, entry)
            assert previous == kept
