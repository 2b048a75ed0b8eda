"""Builds indices anew from their owners, while searches go on: `python -m deploy.reindex people`, or `all`.

The search service does the work, page by page, and goes on by itself when this command, or the service, is ended; the
index in use is replaced when the new one is complete. On a local stack say `--stack dev`; elsewhere the operator's
settings are read from the environment.
"""

import time
from collections.abc import Sequence
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from deploy.local.environment import settings_of
from deploy.settings import OperatorSettings

KINDS = ("people", "schools", "projects", "posts", "meetings")
LOOK_AGAIN_SECONDS = 0.3
WANTED = "INSERT INTO rebuild (kind) VALUES (:kind) ON CONFLICT DO NOTHING"
STATE = "SELECT done, total FROM rebuild WHERE kind = :kind"
COMPARED = "SELECT compared, differing, ended_at FROM comparison WHERE kind = :kind"

app = typer.Typer(help="Build search indices anew from their owners.")
Stack = Annotated[
    str, typer.Option("--stack", help="dev, test or bench; without it, the environment's settings.")
]


@app.command()
def reindex(kind: str, stack: Stack = "") -> None:
    """Build one index, or all of them, and say how it went."""
    if kind not in (*KINDS, "all"):
        raise typer.BadParameter(f"{kind} is none of {', '.join(KINDS)}, all")
    settings = settings_of(stack)
    build_anew(settings, KINDS if kind == "all" else (kind,))


def build_anew(settings: OperatorSettings, kinds: Sequence[str]) -> dict[str, tuple[int, float]]:
    """Have these indices built anew, and follow it until each has been compared with its owner; how many documents
    each has, and the seconds that it took.
    """
    access = next(one for one in settings.services if one.service == "search")
    engine = sa.create_engine(access.run_database_url)
    with engine.begin() as connection:
        for one in kinds:
            connection.execute(sa.text(WANTED), {"kind": one})
    built = {}
    with progress_bars() as progress:
        for one in kinds:
            began = time.monotonic()
            built[one] = _follow(engine, one, progress), time.monotonic() - began
    for one in kinds:
        print(_outcome(engine, one), flush=True)
    return built


def progress_bars() -> Progress:
    """How far something is that has a number of steps."""
    return Progress(
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )


def _follow(engine: sa.Engine, kind: str, progress: Progress) -> int:
    """Show how far it is until it is done; how many documents that were."""
    task = progress.add_task(kind, total=None)
    done = 0
    while (state := _row(engine, STATE, kind)) is not None:
        done = state["done"]
        progress.update(task, completed=done, total=max(state["total"], done) or None)
        time.sleep(LOOK_AGAIN_SECONDS)
    progress.update(task, completed=done, total=done or 1)
    return int(done)


def _outcome(engine: sa.Engine, kind: str) -> str:
    """What the comparison with the owner, made right afterwards, has found."""
    while (found := _row(engine, COMPARED, kind)) is None or found["ended_at"] is None:
        time.sleep(LOOK_AGAIN_SECONDS)
    return f"{kind}: {found['compared']} documents compared with their owner, {found['differing']} differed"


def _row(engine: sa.Engine, statement: str, kind: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(sa.text(statement), {"kind": kind}).mappings().first()


if __name__ == "__main__":
    app()
