"""How good a ranking is: discounted cumulative gain, compared with the best ranking there could be."""

from collections.abc import Mapping, Sequence
from math import log2

DEEP = 10


def ndcg(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """From 0 to 1: 1 when the first ten are the best ones in the best order."""
    best = _gain(sorted(grades.values(), reverse=True))
    return _gain([grades.get(key, 0) for key in ranking]) / best


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEEP]))
