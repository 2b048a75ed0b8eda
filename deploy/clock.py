"""Moves a development or test stack's business time forward.

    python -m deploy.clock --days 15

Every process of the stack reads the offset, in seconds, from the file `clock` in its controls folder.
Tokens, deadlines and time-outs go on using real time.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from deploy.stack import StackName, local_stack

MOVABLE = ("development", "test")


def offset(controls: Path) -> timedelta:
    """How far the stack's time is ahead of real time."""
    try:
        return timedelta(seconds=float((controls / "clock").read_text()))
    except FileNotFoundError:
        return timedelta(0)


def set_offset(controls: Path, ahead: timedelta) -> None:
    """Write it so that a reader sees the old or the new offset, never half of one."""
    controls.mkdir(parents=True, exist_ok=True)
    fresh = controls / "clock.new"
    fresh.write_text(f"{ahead.total_seconds():.3f}")
    fresh.replace(controls / "clock")


def return_to_real_time(controls: Path) -> None:
    """No offset any more, as on a stack whose time was never moved."""
    (controls / "clock").unlink(missing_ok=True)


def move(controls: Path, by: timedelta) -> timedelta:
    """Let that much time pass; returns the new offset. Time does not go back."""
    if by < timedelta(0):
        raise SystemExit("Time passes forward only; --real returns to real time.")
    ahead = offset(controls) + by
    set_offset(controls, ahead)
    return ahead


def main(
    days: Annotated[float, typer.Option(help="How many days shall pass.")] = 0,
    hours: Annotated[float, typer.Option(help="How many hours shall pass.")] = 0,
    *,
    real: Annotated[bool, typer.Option("--real", help="Return to real time first.")] = False,
    stack: Annotated[StackName, typer.Option("--stack", help="dev or test")] = "dev",
) -> None:
    """Let time pass; without options, say how far ahead it is."""
    environment = os.environ.get("SCHOOLBRIDGE_ENVIRONMENT", local_stack(stack).environment)
    if environment not in MOVABLE:
        raise SystemExit(f"The clock of a {environment} stack is not moved.")
    controls = Path(os.environ.get("SCHOOLBRIDGE_CONTROLS") or local_stack(stack).controls)
    if not controls.is_dir():
        raise SystemExit(f"There is no stack to move: {controls} does not exist.")
    if real:
        set_offset(controls, timedelta(0))
    ahead = move(controls, timedelta(days=days, hours=hours))
    print(f"The stack's time is {ahead.total_seconds() / 86400:g} days ahead of real time.")


if __name__ == "__main__":
    typer.run(main)
