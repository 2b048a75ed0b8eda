"""One JSON line per event, in UTC, with the request id that crosses bus, outbox and saga.

Never bodies, tokens, names or anything about pupils: ids, codes and counts.
"""

import contextlib
import logging
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import orjson
import structlog
import uuid_utils.compat as uuid

_trace: ContextVar[str] = ContextVar("trace", default="")


def new_trace() -> str:
    """A fresh request id."""
    return uuid.uuid7().hex


def current_trace() -> str:
    """The request id of what this green thread or task is doing, or an empty text."""
    return _trace.get()


@contextlib.contextmanager
def bind_trace(trace: str) -> Iterator[None]:
    """Everything logged and sent inside carries this request id."""
    token = _trace.set(trace)
    try:
        yield
    finally:
        _trace.reset(token)


def _add_service(service: str) -> Any:
    def add(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
        return {"service": service, **event}

    return add


def _add_trace(_logger: Any, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    trace = _trace.get()
    if trace:
        event.setdefault("request_id", trace)
    return event


def configure_logs(service: str) -> None:
    """JSON lines on standard output for this process and the libraries in it (warnings and above)."""
    shared: list[Any] = [
        _add_service(service),
        _add_trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("nameko.containers").setLevel(logging.ERROR)  # stopping on purpose is no warning


def log() -> Any:
    """The logger of this process."""
    return structlog.get_logger()
