"""The small things the layers share: paths that always answer, and a plain answer of few words."""

from starlette.types import Scope

ALWAYS_ANSWERED = frozenset({"/livez", "/readyz", "/metrics"})


def is_health(scope: Scope) -> bool:
    """Whether this is a probe, which is answered whatever happens."""
    return scope["path"] in ALWAYS_ANSWERED


def is_api(scope: Scope) -> bool:
    """Whether a program asks rather than a browser."""
    path: str = scope["path"]
    return path == "/api" or path.startswith("/api/")


def is_static(scope: Scope) -> bool:
    """Whether this is a file that is the same for everybody."""
    path: str = scope["path"]
    return path.startswith("/static/")


def header(scope: Scope, name: bytes) -> str:
    """One request header, or an empty text."""
    for key, value in scope["headers"]:
        if key == name:
            text: str = value.decode("latin-1")
            return text
    return ""
