"""One route of the API: HTTP in, a contract request on the bus, HTTP out.

`Route("POST", "/projects/{project_id}/submission", projects.submit)` is all there is to say: who may ask, the
schema and the documentation come from the contract.
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from chassis.contract import Failure, Internal, Invalid, Request, Unauthenticated
from chassis.observe import log
from gateway.api.problems import problem
from gateway.forms import arguments_from
from gateway.languages import current_language, zone
from gateway.limits import Limit
from gateway.middleware.csrf import HEADER, SAFE_METHODS, check_token, make_token
from gateway.middleware.sessions import Session
from gateway.parts import parts_of

READ_SECONDS, WRITE_SECONDS = 3.0, 8.0
KEY_LENGTH = 100
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """Forwards a method and path to one contract request; `status` is what success answers with.

    Arguments come from the path, and from the JSON body or, for GET and DELETE, from the query. With `spoken` the
    answer has words of its own: unless a `language` is given, they are in the language of the request.
    """

    method: str
    path: str
    request: Request[..., Any]
    status: int = 0
    limit: Limit | None = None
    spoken: bool = False

    @property
    def places(self) -> list[str]:
        """The arguments that stand in the path."""
        return _PLACE.findall(self.path)

    @property
    def success(self) -> int:
        """204 where there is nothing to say, 201 where something was made, else 200."""
        if self.status:
            return self.status
        return 204 if self.request.returns in (None, type(None)) else 200

    @property
    def has_body(self) -> bool:
        """Whether arguments come as JSON in the body."""
        return self.method not in ("GET", "DELETE")

    async def endpoint(self, http: HttpRequest) -> Response:
        """Answer one request; whatever goes wrong becomes a problem that says so."""
        http.scope["state"]["route"] = f"/api/v1{self.path}"
        try:
            return await self._answer(http)
        except Failure as failure:
            return problem(failure)
        except HTTPException:
            raise
        except Exception:  # noqa: BLE001 - a defect still gets an answer that says so
            log().exception("api_failed", route=self.path)
            return problem(Internal())

    async def _answer(self, http: HttpRequest) -> Response:
        session: Session | None = http.state.session
        self._admit(http, session)
        arguments = await self._arguments(http)
        await self._count(http, arguments)
        self.request.parse(arguments, strict=True)
        reply = await parts_of(http).bus.ask(
            self.request,
            arguments,
            token=session.token if session else None,
            key=_key(http),
            budget=READ_SECONDS if self.method == "GET" else WRITE_SECONDS,
        )
        return self._reply(http, session, reply)

    def _admit(self, http: HttpRequest, session: Session | None) -> None:
        failure = http.state.session_failure
        if failure is not None and (self.request.by.signed_in or http.state.by_bearer):
            raise failure
        if self.request.by.platform:
            raise Unauthenticated
        self.request.by.admit(session.actor if session else None)
        if session and not http.state.by_bearer and self.method not in SAFE_METHODS:
            token = http.headers.get(HEADER.decode(), "")
            check_token(parts_of(http).settings.link_secret, str(session.id), token)

    async def _arguments(self, http: HttpRequest) -> dict[str, Any]:
        if self.has_body:
            given = await _json_body(http)
        elif not http.scope["query_string"]:
            given = {}
        else:
            unknown = set(http.query_params) - set(self.request.shape) - {"lang"}
            if unknown:
                raise Invalid(fields={name: ["unknown_field"] for name in unknown})
            given = arguments_from(self.request, http.query_params, zone("UTC"))
            given = {name: value for name, value in given.items() if name in http.query_params}
        seen = http.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
        if seen.isdigit() and "seen_version" in self.request.shape:
            given["seen_version"] = int(seen)
        if self.spoken:
            given.setdefault("language", current_language())
        return given | dict(http.path_params)

    async def _count(self, http: HttpRequest, arguments: dict[str, Any]) -> None:
        if self.limit is not None:
            address = http.client.host if http.client else ""
            await parts_of(http).limits.count(
                self.limit, address, str(arguments.get(self.limit.account_field, ""))
            )

    def _reply(self, http: HttpRequest, session: Session | None, reply: Any) -> Response:
        headers = {}
        if isinstance(reply, dict):
            if type(reply.get("version")) is int:
                headers["ETag"] = f'"{reply["version"]}"'
            if reply.get("next_cursor"):
                kept = [pair for pair in http.query_params.multi_items() if pair[0] != "cursor"]
                query = urlencode([*kept, ("cursor", reply["next_cursor"])])
                headers["Link"] = f'</api/v1{http.url.path.removeprefix("/api/v1")}?{query}>; rel="next"'
        if session and not http.state.by_bearer and self.method == "GET":
            headers["X-CSRF-Token"] = make_token(parts_of(http).settings.link_secret, str(session.id))
        if self.success == 204:
            return Response(status_code=204, headers=headers)
        return Response(orjson.dumps(reply), self.success, headers, media_type="application/json")


async def _json_body(http: HttpRequest) -> dict[str, Any]:
    body = await http.body()
    if not body:
        return {}
    if http.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415)
    try:
        given = orjson.loads(body)
    except ValueError:
        raise HTTPException(400) from None
    if not isinstance(given, dict):
        raise Invalid(fields={"_": ["not_a_mapping"]})
    return given


def _key(http: HttpRequest) -> str | None:
    """The caller's own key for this try: sent again with the same key, it is done once."""
    key = http.headers.get("idempotency-key", "").strip()
    if len(key) > KEY_LENGTH or any(not 32 < ord(letter) < 127 for letter in key):
        raise Invalid(fields={"Idempotency-Key": [f"too_long:{KEY_LENGTH}"]})
    return key or None


__all__ = ["Route"]
