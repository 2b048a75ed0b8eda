"""Why two people would fit: what both teach, whom, in which languages, and when."""

from dataclasses import dataclass
from datetime import date

from services.identity.contract import Match

AGES, LANGUAGES, SUBJECTS, KEYWORDS = 35, 35, 20, 10
"""How much of the score each part is worth. (PS-21)"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody tells about their pupils and interests."""

    age_from: int | None
    age_to: int | None
    languages: tuple[str, ...]
    subjects: tuple[str, ...]
    keywords: tuple[str, ...]


def match(own: Wishes, other: Wishes, months: tuple[date, ...]) -> Match:
    """What the two have in common, and how much that is of what the reader has told. (PS-21)"""
    ages = _shared_ages(own, other)
    languages, subjects = _shared(own.languages, other.languages), _shared(own.subjects, other.subjects)
    folded = {word.casefold() for word in other.keywords}
    keywords = tuple(word for word in own.keywords if word.casefold() in folded)
    told = [
        (AGES, own.age_from is not None, ages),
        (LANGUAGES, own.languages, languages),
        (SUBJECTS, own.subjects, subjects),
        (KEYWORDS, own.keywords, keywords),
    ]
    most = sum(worth for worth, said, _ in told if said)
    reached = sum(worth for worth, said, common in told if said and common)
    return Match(ages, languages, subjects, keywords, months, round(100 * reached / most) if most else None)


def _shared(own: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    there = set(other)
    return tuple(one for one in own if one in there)


def _shared_ages(own: Wishes, other: Wishes) -> tuple[int, int] | None:
    if None in (own.age_from, own.age_to, other.age_from, other.age_to):
        return None
    low, high = max(own.age_from, other.age_from), min(own.age_to, other.age_to)  # type: ignore[type-var]
    return (low, high) if low <= high else None  # type: ignore[operator, return-value]
