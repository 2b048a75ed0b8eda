"""Counts everybody's progress anew from the owners, while counting goes on: `python -m deploy.recount`.

The progress service does the work, page by page, and goes on by itself when this command, or the service, is ended.
On a local stack say `--stack dev`; elsewhere the operator's settings are read from the environment.
"""

import time
from typing import Annotated, Any

import sqlalchemy as sa
import typer

from deploy.local.environment import settings_of
from deploy.reindex import progress_bars

LOOK_AGAIN_SECONDS = 0.2
WANTED = "INSERT INTO recount (id) VALUES (1) ON CONFLICT DO NOTHING"
STATE = "SELECT done, total FROM recount"
NEWEST = "SELECT coalesce(max(id), 0) FROM recounted"
OUTCOME = "SELECT people, changed, ended_at - began_at AS took FROM recounted WHERE id > :before ORDER BY id LIMIT 1"

app = typer.Typer(help="Count everybody's progress anew from the owners.")
Stack = Annotated[str, typer.Option("--stack", help="dev or test; without it, the environment's settings.")]


@app.command()
def recount(stack: Stack = "") -> None:
    """Count anew, and say how many bars were another than before."""
    access = next(one for one in settings_of(stack).services if one.service == "progress")
    engine = sa.create_engine(access.run_database_url)
    with engine.begin() as connection:
        before = connection.execute(sa.text(NEWEST)).scalar_one()
        connection.execute(sa.text(WANTED))
    with progress_bars() as progress:
        task = progress.add_task("people", total=None)
        found = None
        while found is None:
            state = _row(engine, STATE)
            if state is not None:
                progress.update(task, completed=state["done"], total=state["total"] or None)
            found = _row(engine, OUTCOME, before=before)
            if found is None:
                time.sleep(LOOK_AGAIN_SECONDS)
        progress.update(task, completed=found["people"], total=found["people"])
    print(
        f"{found['people']} people counted in {found['took'].total_seconds():.1f} s; {found['changed']} bars changed"
    )


def _row(engine: sa.Engine, statement: str, **parameters: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(sa.text(statement), parameters).mappings().first()


if __name__ == "__main__":
    app()
