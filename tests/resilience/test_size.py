"""What a process may take after everything it has been through."""

from pathlib import Path

import pytest

from deploy.stack import SERVICES
from tests.resilience.checker import pid_of

pytestmark = [pytest.mark.stack, pytest.mark.alone]

MOST_MEGABYTES = 120


@pytest.mark.parametrize("service", [s.name for s in SERVICES])
def test_a_service_stays_under_120_megabytes(running_stack: None, service: str) -> None:
    status = Path(f"/proc/{pid_of(service)}/status").read_text()
    kilobytes = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
    assert kilobytes / 1024 < MOST_MEGABYTES
