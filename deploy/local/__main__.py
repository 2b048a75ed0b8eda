"""The local stack's commands: `python -m deploy.local up|down|reset|status|restart|logs|test`."""

import os
from typing import Annotated

import typer

from deploy.local import lifecycle, testing
from deploy.local.supervision import Supervisor
from deploy.stack import Stack, StackName, local_stack

app = typer.Typer(
    help="Schoolbridge on this machine, without Docker.", no_args_is_help=True, pretty_exceptions_enable=False
)
WhichStack = Annotated[
    StackName, typer.Option("--stack", help="dev holds the demo data; test belongs to tests.")
]


@app.command()
def up(stack: WhichStack = "dev") -> None:
    """Start whatever does not run yet, and wait until all of it is ready."""
    lifecycle.bring_up(local_stack(stack))


@app.command()
def down(stack: WhichStack = "dev") -> None:
    """Stop everything; the data stays."""
    lifecycle.take_down(local_stack(stack))


@app.command()
def reset(
    stack: WhichStack = "dev",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop everything and delete the data."""
    if not yes:
        typer.confirm(f"Delete all data of the {stack} stack?", abort=True)
    lifecycle.forget(local_stack(stack))


@app.command()
def status(stack: WhichStack = "dev") -> None:
    """Say how every process is; the exit status is 1 unless all are ready."""
    if not lifecycle.show_status(local_stack(stack)):
        raise typer.Exit(1)


@app.command()
def restart(process: str, stack: WhichStack = "dev") -> None:
    """Restart one process."""
    supervisor = _running(local_stack(stack))
    _refuse_unknown(supervisor, process)
    supervisor.restart(process)


@app.command()
def logs(
    process: Annotated[str, typer.Argument(help="One process; all of them without it.")] = "",
    stack: WhichStack = "dev",
    lines: Annotated[int, typer.Option(help="How many lines to begin with.")] = 50,
) -> None:
    """Follow the log of one process, or of all."""
    chosen = local_stack(stack)
    files = sorted(chosen.logs.glob(f"{process or '*'}.log"))
    if not files:
        raise SystemExit(f"No log of {process or 'the stack'} yet.")
    os.execvp("tail", ["tail", f"--lines={lines}", "-F", *map(str, files)])  # noqa: S606 - a list, no shell


@app.command("test")
def run_tests(
    arguments: Annotated[list[str] | None, typer.Argument(help="For pytest; after --.")] = None,
) -> None:
    """Run every test on a fresh test stack."""
    raise typer.Exit(testing.run_tests(local_stack("test"), arguments or []))


def _running(stack: Stack) -> Supervisor:
    supervisor = Supervisor(stack)
    if not supervisor.is_running():
        raise SystemExit(f"The {stack.name} stack does not run.")
    return supervisor


def _refuse_unknown(supervisor: Supervisor, process: str) -> None:
    known = [state.name for state in supervisor.states()]
    if process not in known:
        raise SystemExit(f"No process {process}; there are {', '.join(known)}.")


app()
