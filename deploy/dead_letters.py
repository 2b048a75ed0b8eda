"""Messages no handler could digest: `python -m deploy.dead_letters list|redrive|discard`.

Every redrive and discard is kept with the operator's name. On a local stack say `--stack dev`; elsewhere the
operator's settings are read from the environment.
"""

import getpass
from typing import Annotated

import typer

from chassis import parking
from chassis.contract import Failure
from chassis.store import Store
from deploy.local.environment import settings_of
from deploy.stack import SERVICES

app = typer.Typer(
    help="Look at dead letters, have them tried again or throw them away.", no_args_is_help=True
)
Stack = Annotated[str, typer.Option("--stack", help="dev or test; without it, the environment's settings.")]
Operator = Annotated[str, typer.Option("--operator", help="Who does this; kept for ever.")]


def _stores(stack: str) -> dict[str, Store]:
    return {a.service: Store(a.run_database_url, pool_size=1) for a in settings_of(stack).services}


@app.command("list")
def show(stack: Stack = "") -> None:
    """All dead letters, oldest first."""
    for service, store in _stores(stack).items():
        for letter in parking.letters(store):
            print(f"{service} {letter['id']}  {letter['parked_at']:%Y-%m-%d %H:%M}  {letter['source']}")
            print(
                f"    {letter['consumer'] or 'could not be read'}: {letter['error']} ({letter['attempts']} tries)"
            )


@app.command()
def redrive(service: str, letter: int, stack: Stack = "", operator: Operator = "") -> None:
    """Have one tried again."""
    _act(service, letter, "redrive", stack, operator)


@app.command()
def discard(service: str, letter: int, stack: Stack = "", operator: Operator = "") -> None:
    """Throw one away."""
    _act(service, letter, "discard", stack, operator)


def _act(service: str, letter: int, action: str, stack: str, operator: str) -> None:
    if service not in {s.name for s in SERVICES}:
        raise typer.BadParameter(f"{service} is not a service")
    try:
        parking.act(_stores(stack)[service], letter, action, operator or getpass.getuser())
    except Failure:
        raise SystemExit(f"{service} has no dead letter {letter}.") from None
    print(f"{service} {letter}: {action}")


if __name__ == "__main__":
    app()
