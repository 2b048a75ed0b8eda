"""Modules and their quizzes; which choice is right leaves this service only as an answer's mark. (PD-07)"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.progress.contract import Area, Marked

PASS_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, which of its choices is right, and why."""

    name: str
    text: str
    choices: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """A module as its files have it, in one language."""

    name: str
    language: str
    area: Area
    title: str
    summary: str
    minutes: int
    html: str
    questions: tuple[Asked, ...]

    def mark(self, answers: Mapping[str, int | None]) -> tuple[Marked, ...]:
        """Question by question; what was left open is wrong, what was not asked is not looked at."""
        return tuple(
            Marked(q.name, True) if answers.get(q.name) == q.right else Marked(q.name, False, q.why)
            for q in self.questions
        )


def percent_of(marked: tuple[Marked, ...]) -> int:
    """How much was right, rounded down."""
    return 100 * sum(one.right for one in marked) // len(marked)


def passed(marked: tuple[Marked, ...]) -> bool:
    """From 80 % on. (b.8)"""
    return percent_of(marked) >= PASS_PERCENT
