"""One visit to one page: who is looking, what was sent, how to ask services, and how to answer."""

import asyncio
from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

import uuid_utils.compat as uuid
from starlette.datastructures import FormData
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.contract import Call, Conflict, Failure, Invalid, Request
from gateway import cookies
from gateway.forms import Form, arguments_from
from gateway.languages import zone
from gateway.middleware.csrf import FIELD, check_token, make_token
from gateway.middleware.sessions import Session
from gateway.parts import Parts, parts_of
from gateway.portal.notices import notice_sentence
from gateway.portal.rendering import render
from gateway.portal.tabs import tabs_for
from services.community import contract as community
from services.identity import contract as identity

R = TypeVar("R")
READ_SECONDS, WRITE_SECONDS, SIDE_SECONDS = 3.0, 8.0, 1.0
ONCE = "once"


class Visit:
    """What a view is given. Everything a view does goes through here."""

    def __init__(self, request: HttpRequest, typed: FormData | None) -> None:
        self.request = request
        self.parts: Parts = parts_of(request)
        self.session: Session | None = request.state.session
        self.typed = typed
        self.tab = ""
        self.new_visitor = ""
        self.unread_messages: int | None = None
        """What the envelope says, where the page knows it better than what was asked beside its first call."""
        self._once: UUID | None = None
        self._bell: asyncio.Task[list[Any]] | None = None

    # ---- what was asked

    @property
    def posted(self) -> bool:
        """Whether a form was sent."""
        return self.typed is not None

    @property
    def query(self) -> Any:
        """The query's fields."""
        return self.request.query_params

    @property
    def path(self) -> dict[str, Any]:
        """The path's fields, typed by the route."""
        return self.request.path_params

    @property
    def member(self) -> bool:
        """Whether this is a validated member."""
        return self.session is not None and self.session.holds("member")

    @property
    def writes(self) -> bool:
        """Whether this person may write messages."""
        return self.session is not None and self.session.holds(*community.WRITERS.roles)

    @property
    def person_id(self) -> UUID:
        """Who is looking; only on pages for the signed-in."""
        assert self.session is not None  # noqa: S101 - the page said that it needs somebody
        return self.session.person_id

    @property
    def reader_id(self) -> UUID | None:
        """Who is looking, on pages that visitors see too."""
        return self.session.person_id if self.session is not None else None

    @property
    def once(self) -> UUID:
        """The id of what this form makes: sending it twice makes one thing."""
        if self._once is None:
            try:
                self._once = UUID(str(self.typed.get(ONCE) if self.typed is not None else ""))
            except ValueError:
                self._once = uuid.uuid7()
        return self._once

    @property
    def here(self) -> str:
        """The address of this page."""
        url = self.request.url
        return url.path + (f"?{url.query}" if url.query else "")

    def query_with(self, **changed: str) -> str:
        """The query of this page's address with some fields changed."""
        kept = [(name, value) for name, value in self.query.multi_items() if name not in changed]
        return urlencode([*kept, *changed.items()])

    def form(self, kept: Any = None) -> Form:
        """What was typed; before that, what is `kept`."""
        return Form(self.typed, kept)

    # ---- asking services

    async def call(self, call: Call[R], *, budget: float | None = None, again: bool = False) -> R:
        """The reply to a request, in the name of whoever is looking; raises the contract's `Failure`.

        A form that is sent twice gets the first reply twice, except where it may be sent `again` with something else.
        """
        key = f"{self.once}:{call.request.name}"[:100] if self.posted and not again else None
        seconds = budget or (WRITE_SECONDS if self.posted else READ_SECONDS)
        return await self.parts.bus.call(call, token=self._token, key=key, budget=seconds)

    async def maybe(self, call: Call[R]) -> R | None:
        """As `call` for a part the page can do without: None when it does not come within a second."""
        try:
            return await self.parts.bus.call(call, token=self._token, budget=SIDE_SECONDS)
        except Failure:
            return None

    async def together(self, *calls: Call[Any]) -> list[Any]:
        """Several parts the page can do without, side by side; None for each that does not come."""
        return list(await asyncio.gather(*(self.maybe(call) for call in calls)))

    async def people(self, ids: Iterable[UUID | None]) -> dict[UUID, identity.PersonCard]:
        """The second wave: who the people on a page are. Those that do not come in time are not in it."""
        wanted = tuple(dict.fromkeys(person for person in ids if person is not None))
        if not wanted:
            return {}
        asked = identity.cards(wanted) if self.session else identity.public_cards(wanted)
        return {card.id: card for card in await self.maybe(asked) or ()}

    async def send(self, form: Form, request: Request[..., R], **given: Any) -> R | None:
        """Send a form's request; None when something was wrong with it, which the form then tells."""
        try:
            arguments = arguments_from(request, form.typed, zone(self.time_zone), **given)
            request.parse(arguments)
            return await self.call(Call(request, arguments))
        except Invalid as invalid:
            form.refuse(invalid)
        except Conflict as finding:
            form.conflict(finding)
        return None

    @property
    def _token(self) -> str | None:
        return self.session.token if self.session else None

    def look_at_bell(self) -> None:
        """Ask for the numbers on bell and envelope beside the page's first call: no page waits for them afterwards."""
        if self.session is not None and self._bell is None:
            asked = self.together(community.unread(), community.unread_messages())
            self._bell = asyncio.create_task(asked)

    # ---- answering

    @property
    def time_zone(self) -> str:
        """The zone in which this person lives."""
        return self.session.time_zone if self.session else ""

    async def show(
        self, template: str, *, form: Form | None = None, status: int = 200, **values: Any
    ) -> Response:
        """The page; with a form that was wrong, the same page saying so."""
        self.look_at_bell()
        unread, letters = await self._bell if self._bell is not None else (None, None)
        values |= {
            "visit": self,
            "session": self.session,
            "form": form,
            "tab": self.tab,
            "unread": unread,
            "letters": letters if self.unread_messages is None else self.unread_messages,
            "notice": cookies.read(self.request.scope["headers"], cookies.NOTICE, https=self._https),
            "csrf": self.csrf_token,
            "once": self.new_once,
        }
        html = render(template, values, time_zone=self.time_zone)
        response = HTMLResponse(html, form.status if form and form.status != 200 else status)
        if values["notice"]:
            cookies.take_back(response, cookies.NOTICE, https=self._https)
        return self._remember_visitor(response)

    def go(self, path: str, notice: str = "") -> Response:
        """On to another page of ours after a form was sent; `notice` names the sentence that page shows once."""
        response = RedirectResponse(local_path(path), 303)
        if notice:
            cookies.give(response, cookies.NOTICE, notice, https=self._https, seconds=60)
        return response

    def sign_in(self, response: Response, secret: str) -> Response:
        """Have the browser keep a new session's secret."""
        cookies.give(response, cookies.SESSION, secret, https=self._https)
        cookies.take_back(response, cookies.VISITOR, https=self._https)
        return response

    def sign_out(self, response: Response) -> Response:
        """Have the browser forget the session and what it has stored of it."""
        if self.session is not None:
            self.parts.sessions.forget(self.session)
        cookies.take_back(response, cookies.SESSION, https=self._https)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    # ---- for the templates

    def tabs(self) -> list[tuple[str, str, str]]:
        """The tabs this person has: name, address, label."""
        return tabs_for(self.session)

    def notice_sentence(self, name: str) -> str:
        """What was just done."""
        return notice_sentence(name)

    def new_once(self) -> UUID:
        """The id of what a form on this page makes."""
        return uuid.uuid7()

    # ---- forms that are ours

    def csrf_token(self) -> str:
        """The token of a form on this page; a visitor without one gets a cookie it is bound to."""
        return make_token(self.parts.settings.link_secret, self._bound_to() or self._greet_visitor())

    def check_csrf(self) -> None:
        """Raises `ForgedForm` for a form that is not ours."""
        token = str(self.typed.get(FIELD, "")) if self.typed is not None else ""
        check_token(self.parts.settings.link_secret, self._bound_to(), token)

    def _bound_to(self) -> str:
        if self.session is not None:
            return str(self.session.id)
        return self.new_visitor or cookies.read(
            self.request.scope["headers"], cookies.VISITOR, https=self._https
        )

    def _greet_visitor(self) -> str:
        self.new_visitor = uuid.uuid4().hex
        return self.new_visitor

    def _remember_visitor(self, response: Response) -> Response:
        if self.new_visitor:
            cookies.give(response, cookies.VISITOR, self.new_visitor, https=self._https)
        return response

    @property
    def _https(self) -> bool:
        return self.parts.settings.https


def local_path(path: str) -> str:
    """The path if it leads to a page of ours, else the start page: nobody is sent elsewhere by a link to us."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(letter) < 33 for letter in path):
        return "/"
    return quote(path, safe="/?&=#%:+,;@-._~!$'()*")
