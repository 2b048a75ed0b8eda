"""What every request needs of the process: made once by `make_app`, found through the request."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from chassis.client import Bus
from gateway.limits import Limits
from gateway.middleware.sessions import Sessions
from gateway.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """The settings, the bus, the sessions kept in memory, and the counters of the rate limits."""

    settings: Settings
    bus: Bus
    sessions: Sessions
    limits: Limits


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the process that answers this request."""
    parts: Parts = connection.app.state.parts
    return parts
