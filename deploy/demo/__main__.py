"""Fills the development stack with demo data: `python -m deploy.demo`; once, on a stack nobody has used yet."""

import time
from pathlib import Path

from deploy import clock
from deploy.stack import Stack, local_stack


def main(stack: Stack) -> None:
    """Load the demo data, unless they are there or the stack has a history of its own."""
    mark = stack.state / "demo"
    if mark.exists():
        print(f"    {mark.read_text()}")
        return
    if clock.offset(stack.controls):
        print("    left out: this stack's time has been moved")
        return
    _load(stack, mark)


def _load(stack: Stack, mark: Path) -> None:
    # What is needed to load takes a second to import: the usual run only says that all is there.
    import sqlalchemy as sa  # noqa: PLC0415

    from deploy.demo.plan import read_plan  # noqa: PLC0415
    from deploy.demo.story import Story  # noqa: PLC0415
    from deploy.recount import WANTED  # noqa: PLC0415
    from deploy.running import RunningStack  # noqa: PLC0415

    running, plan, began = RunningStack(stack), read_plan(), time.monotonic()
    if running.count("identity", "SELECT count(*) AS n FROM person"):
        print("    left out: people are here already; `make reset` and `make up` begin anew")
        return
    mark.write_text("interrupted; `make reset` and `make up` begin anew")
    story = Story(plan, running)
    story.settle_in()
    print(f"    {len(plan.schools)} schools, {len(plan.people)} people", flush=True)
    with story.in_the_past():
        story.live(lambda text: print(text, flush=True))
    running.settle()
    different = list(story.differences())
    if different:
        raise SystemExit("\n".join(["The demo data are not as planned:", *different]))
    with running.database("progress").begin() as connection:  # contacts were put in without saying so
        connection.execute(sa.text(WANTED))
    mark.write_text("is there already")
    print(f"    {len(plan.posts)} forum posts, {len(plan.threads)} conversations")
    print(f"    {len(plan.projects)} projects, as planned, in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main(local_stack("dev"))
