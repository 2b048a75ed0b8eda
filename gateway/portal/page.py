"""A page: its address, its view, and who may see it. Nobody is let in by forgetting to say so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from chassis.contract import SIGNED_IN, Failure, Forbidden, Internal, Invalid, NotFound, Unauthenticated, Who
from chassis.observe import current_trace, log
from gateway.limits import Limit
from gateway.portal.visit import Visit


class NotReadable(Invalid):
    """What was sent is too large, took too long or is not in a form that can be read."""


View = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """`Page("GET POST", "/people/{person_id:uuid}", view)`; without `by` one must be signed in.

    `public` pages are the same for every visitor and may be found by search engines.
    """

    methods: str
    path: str
    view: View
    by: Who = SIGNED_IN
    limit: Limit | None = None
    public: bool = False

    def route(self, tab: str) -> Route:
        """The page as Starlette routes it."""

        async def endpoint(request: HttpRequest) -> Response:
            request.scope["state"]["route"] = self.path
            return await self.answer(request, tab)

        return Route(self.path, endpoint, methods=self.methods.split(), name=f"{self.methods} {self.path}")

    async def answer(self, request: HttpRequest, tab: str) -> Response:
        """Admit, check the form's token and the limits, and let the view answer."""
        visit = Visit(
            request, await request.form(max_files=1, max_fields=1000) if request.method == "POST" else None
        )
        visit.tab = tab
        try:
            self._admit(visit)
            if visit.posted:
                visit.check_csrf()
                await self._count(visit)
            else:
                visit.look_at_bell()
            response = await self.view(visit)
        except Unauthenticated:
            return _to_login(visit)
        except Failure as failure:
            return await show_failure(visit, failure)
        except HTTPException:
            raise
        except Exception:  # noqa: BLE001 - a defect still gets a page that says so
            log().exception("page_failed", route=self.path)
            return await show_failure(visit, Internal())
        if self.public and visit.session is None and "set-cookie" not in response.headers:
            response.headers["X-Robots-Tag"] = "all"
        return response

    def _admit(self, visit: Visit) -> None:
        if visit.session is None and self.by.signed_in:
            raise visit.request.state.session_failure or Unauthenticated
        self.by.admit(visit.session.actor if visit.session else None)

    async def _count(self, visit: Visit) -> None:
        if self.limit is not None and visit.typed is not None:
            address = visit.request.client.host if visit.request.client else ""
            account = str(visit.typed.get(self.limit.account_field, ""))
            await visit.parts.limits.count(self.limit, address, account)


def _to_login(visit: Visit) -> Response:
    """Log in first, then come back to where one wanted to go; a form that was sent is not sent again."""
    url = visit.request.url
    wanted = url.path + (f"?{url.query}" if url.query else "") if not visit.posted else "/desktop"
    response = RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)
    return visit.sign_out(response) if visit.request.state.session_failure else response


async def show_failure(visit: Visit, failure: Failure) -> Response:
    """The page for what could not be done: why, and what to do next."""
    response = await visit.show(
        "problem.html", status=failure.status, failure=failure, trace_id=current_trace()
    )
    if failure.status in (429, 503):
        response.headers["Retry-After"] = str(failure.details.get("retry_after", 5))
    return response


async def show_http_error(request: HttpRequest, error: Exception) -> Response:
    """The page for an address that leads nowhere, or a method it does not have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kinds: dict[int, type[Failure]] = {403: Forbidden, 404: NotFound, 405: NotFound}
    kind = kinds.get(status, NotReadable if status < 500 else Internal)
    response = await show_failure(Visit(request, None), kind())
    response.status_code = status
    return response
