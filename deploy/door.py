"""The API of a running stack as one person uses it: sign in once, then ask."""

from functools import cache
from typing import Any

import httpx

SECONDS = 12


class Refused(AssertionError):
    """The API said no; `status`, `code` and `problem` tell how."""

    def __init__(self, response: httpx.Response) -> None:
        asked = f"{response.request.method} {response.request.url.path}"
        super().__init__(f"{asked}: {response.status_code} {response.text}")
        self.status = response.status_code
        is_json = "json" in response.headers.get("content-type", "")
        self.problem: dict[str, Any] = response.json() if is_json else {}
        self.code = self.problem.get("code", "")
        self.errors: dict[str, Any] = self.problem.get("errors", {})


def said(response: httpx.Response) -> Any:
    """What the API answered; raises `Refused`."""
    if response.status_code >= 400:
        raise Refused(response)
    return response.json() if response.content else None


@cache
def _connections(api: str) -> httpx.Client:
    """Shared by all doors of a stack: who asks stands in each request, never in a cookie."""
    return httpx.Client(base_url=api, timeout=SECONDS)


class Door:
    """One person's way in; without an address and password, a visitor's."""

    def __init__(self, public_url: str, email: str = "", password: str = "", device: str = "demo") -> None:
        self._account = {"email": email, "password": password, "device": device}
        self._connections = _connections(f"{public_url}/api/v1")
        self._headers: dict[str, str] = {}

    def asks(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Ask for something, signed in; raises `Refused`."""
        if self._account["email"] and not self._headers:
            session = said(self._connections.post("/sessions", json=self._account))
            self._headers = {"Authorization": f"Bearer {session['secret']}"}
        return said(self._connections.request(method, path, json=body, params=query, headers=self._headers))

    def get(self, path: str, **query: Any) -> Any:
        return self.asks("GET", path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.asks("POST", path, {} if body is None else body)

    def put(self, path: str, body: Any = None) -> Any:
        return self.asks("PUT", path, {} if body is None else body)
