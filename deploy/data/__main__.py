"""Fills a running stack with invented teachers and schools: `python -m deploy.data 100k --stack bench`.

Everybody signs in with the demo's password, as teacher.<number>@data.example.org. What is there already stays; a
larger size adds to a smaller one. In the end the indices are built anew, unless `--no-index` says not to.
"""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from deploy import reindex
from deploy.data.filling import fill
from deploy.data.invention import Invention
from deploy.demo.plan import password
from deploy.local.environment import operator_settings
from deploy.settings import OperatorSettings
from deploy.stack import named_stack
from services.identity import passwords

KINDS = ("people", "schools")
THOUSAND = 1_000

app = typer.Typer(help="Fill a running stack with invented teachers and schools.")


@app.command()
def main(
    size: Annotated[str, typer.Argument(help="How many teachers: 10k, 100k, 1200k or any number.")],
    stack: Annotated[
        str, typer.Option("--stack", help="dev, test or bench; all of this checkout.")
    ] = "bench",
    seed: Annotated[int, typer.Option("--seed", help="Other people for another seed.")] = 0,
    index: Annotated[bool, typer.Option(help="Build the indices anew afterwards.")] = True,
) -> None:
    """Add whoever is missing, and bring them into the index."""
    load(operator_settings(named_stack(stack)), how_many(size), seed)
    if index:
        reindex.build_anew(operator_settings(named_stack(stack)), KINDS)


def load(settings: OperatorSettings, size: int, seed: int = 0) -> int:
    """The first `size` invented people, those added counted; shows how far it is."""
    access = next(one for one in settings.services if one.service == "identity")
    invention = Invention(datetime.now(UTC).date(), passwords.digest_here(password()), seed)
    began, added = time.monotonic(), 0
    with reindex.progress_bars() as progress:
        task = progress.add_task("teachers", total=size)
        for there, new in fill(access.owner_database_url, invention, size):
            added += new
            progress.update(task, completed=there)
    print(f"{size} teachers are there, {added} of them new, in {time.monotonic() - began:.0f} s", flush=True)
    return added


def how_many(size: str) -> int:
    """How many: "100k" is a hundred thousand."""
    digits, factor = (size[:-1], THOUSAND) if size.lower().endswith("k") else (size, 1)
    if not digits.isdigit():
        raise typer.BadParameter(f"{size} is no number; say 10k, 100k, 1200k or, say, 2500")
    return int(digits) * factor


if __name__ == "__main__":
    app()
