"""What every test of the whole needs: the running stack."""

import pytest

from tests.stack import eventually, ready


@pytest.fixture(scope="session")
def running_stack() -> None:
    """Fails at once, with a hint, when no stack is running."""
    eventually(
        ready, "the test stack (start it with `make test`, or `python -m deploy.local up --stack test`)", 60
    )
