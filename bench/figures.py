"""Figures as they are printed: medians, ratios by round with their range, and how they stand to gate and aim."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Run


@dataclass(frozen=True)
class Goal:
    """What a ratio ought to reach; `most` where less is better."""

    gate: float
    aim: float
    most: bool = False

    def judge(self, ratio: float) -> str:
        """In words, with the numbers."""
        sign = "≤" if self.most else "≥"
        reaches = (lambda wanted: ratio <= wanted) if self.most else (lambda wanted: ratio >= wanted)
        verdict = (
            "aim reached" if reaches(self.aim) else "gate passed" if reaches(self.gate) else "GATE MISSED"
        )
        return f"gate {sign} {self.gate:g}, aim {sign} {self.aim:g}: {verdict}"


def table(runs: dict[str, list[Run]]) -> str:
    """One line per system: the medians of its rounds."""
    lines = [f"    {'':<14}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}   of which"]
    for name, rounds in runs.items():
        shares = {part: median(r.cpu[part] for r in rounds) for part in rounds[0].cpu}
        spent = "  ".join(f"{part} {value:.3f}" for part, value in shares.items())
        failed = sum(r.failed for r in rounds)
        lines.append(
            f"    {name:<14}{_mid(rounds, lambda r: r.requests_per_second):>8.0f}"
            f"{_mid(rounds, lambda r: r.p50):>9.2f}{_mid(rounds, lambda r: r.p99):>9.2f}"
            f"{_mid(rounds, lambda r: r.cpu_in_all):>9.3f}   {spent}"
            + (f"   {failed} FAILED" if failed else "")
        )
    return "\n".join(lines)


def ratio(
    what: str, ours: Sequence[Run], theirs: Sequence[Run], measure: Callable[[Run], float], goal: Goal | None
) -> str:
    """Ours to theirs, round by round."""
    found = [measure(one) / max(measure(other), 1e-9) for one, other in zip(ours, theirs, strict=True)]
    judged = f"   {goal.judge(median(found))}" if goal else ""
    return f"    {what:<34}{median(found):>6.2f}  ({min(found):.2f} to {max(found):.2f}){judged}"


def _mid(rounds: Sequence[Run], measure: Callable[[Run], float]) -> float:
    return median(map(measure, rounds))
