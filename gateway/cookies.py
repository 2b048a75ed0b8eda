"""The gateway's cookies: their names, and how they are set and taken back."""

from starlette.responses import Response

SESSION, VISITOR, LANGUAGE, NOTICE = "session", "visitor", "language", "notice"


def name_of(cookie: str, *, https: bool) -> str:
    """Bound to this host by its name where the portal is reached by https."""
    return f"__Host-{cookie}" if https else cookie


def read(headers: list[tuple[bytes, bytes]], cookie: str, *, https: bool) -> str:
    """The value of a cookie, or an empty text."""
    wanted = name_of(cookie, https=https)
    for name, value in headers:
        if name == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                found, _, content = pair.strip().partition("=")
                if found == wanted:
                    return content.strip('"')
    return ""


def give(response: Response, cookie: str, value: str, *, https: bool, seconds: int | None = None) -> None:
    """Set a cookie scripts cannot read; without `seconds` it ends with the browser's session."""
    response.set_cookie(
        name_of(cookie, https=https),
        value,
        max_age=seconds,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
    )


def take_back(response: Response, cookie: str, *, https: bool) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        name_of(cookie, https=https), path="/", secure=https, httponly=True, samesite="lax"
    )
