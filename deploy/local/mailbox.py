"""A mailbox that takes every mail the stack sends and shows it: nothing leaves the machine.

    python -m deploy.local.mailbox dev

Mails are files, so a restart loses none. Some addresses fail on purpose, as they do in the world:
`bounce…@…` and everybody at bounce.example.org are refused for good, `busy…@…` is asked to come again once.
"""

import asyncio
import email
import email.policy
import html
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property
from itertools import islice
from pathlib import Path
from uuid import UUID

import uuid_utils.compat as uuid
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from deploy.stack import Stack, named_stack

LOOPBACK = "127.0.0.1"
MOST_SHOWN = 200
LARGEST_MAIL = 25 * 1024 * 1024
BOUNCING_DOMAIN = "bounce.example.org"
ACCEPTED = "250 OK"
REFUSED = "550 5.1.1 No such mailbox here"
COME_AGAIN = "451 4.7.1 Greylisted, please try again"
NO_SCRIPTS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"


@dataclass(frozen=True)
class Mail:
    """One mail as it arrived."""

    id: UUID
    recipients: list[str]
    """Who it was handed in for, which is not always who it says it is to."""
    received_at: datetime
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - the default policy makes no other
        return parsed

    def part(self, kind: str) -> str:
        """Its plain or html text; empty when it has none."""
        body = self.message.get_body(preferencelist=(kind,))
        return str(body.get_content()) if body else ""

    def is_for(self, recipient: str) -> bool:
        """Whether this address was among those it was handed in for."""
        return recipient.lower() in (address.lower() for address in self.recipients)

    def as_json(self) -> dict[str, object]:
        """What tests look at."""
        message = self.message
        return {
            "id": str(self.id),
            "to": self.recipients,
            "from": str(message["From"] or ""),
            "subject": str(message["Subject"] or ""),
            "text": self.part("plain"),
            "html": self.part("html"),
            "message_id": str(message["Message-ID"] or ""),
            "headers": [[name, str(value)] for name, value in message.items()],
            "received_at": self.received_at.isoformat(),
        }


class Letters:
    """The mails in a folder, each an .eml file with a small .json beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, Mail] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, recipients: list[str], raw: bytes) -> None:
        """Store one; the .json comes last and by rename, so a mail is there whole or not at all."""
        key = uuid.uuid7()
        (self._folder / f"{key}.eml").write_bytes(raw)
        facts = {"recipients": recipients, "received_at": datetime.now(UTC).isoformat()}
        fresh = self._folder / f"{key}.new"
        fresh.write_text(json.dumps(facts))
        fresh.rename(self._folder / f"{key}.json")

    def newest_first(self, recipient: str | None = None) -> Iterator[Mail]:
        """The newest, at most `MOST_SHOWN`, of all or of one recipient; ids grow with time."""
        files = sorted(self._folder.glob("*.json"), reverse=True)
        found = (
            mail for mail in map(self._read, files) if mail and (not recipient or mail.is_for(recipient))
        )
        return islice(found, MOST_SHOWN)

    def one(self, key: str) -> Mail | None:
        """By its id."""
        try:
            return self._read(self._folder / f"{UUID(key)}.json")
        except ValueError:
            return None

    def discard(self, mails: list[Mail]) -> None:
        """Delete them."""
        for mail in mails:
            self._known.pop(self._folder / f"{mail.id}.json", None)
            (self._folder / f"{mail.id}.json").unlink(missing_ok=True)
            (self._folder / f"{mail.id}.eml").unlink(missing_ok=True)

    def _read(self, file: Path) -> Mail | None:
        if file in self._known:
            return self._known[file]
        try:
            facts = json.loads(file.read_text())
            raw = file.with_suffix(".eml").read_bytes()
        except FileNotFoundError:
            return None
        mail = Mail(UUID(file.stem), facts["recipients"], datetime.fromisoformat(facts["received_at"]), raw)
        self._known[file] = mail
        return mail


class Postman:
    """Takes mails in by SMTP."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._asked_to_come_again: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept, refuse, or greylist a recipient."""
        local_part, _, domain = address.lower().partition("@")
        if local_part.startswith("bounce") or domain == BOUNCING_DOMAIN:
            return REFUSED
        if local_part.startswith("busy") and address.lower() not in self._asked_to_come_again:
            self._asked_to_come_again.add(address.lower())
            return COME_AGAIN
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail before saying so."""
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        self._letters.keep(list(envelope.rcpt_tos), raw)
        return ACCEPTED


def pages(letters: Letters) -> Starlette:
    """The pages for people and the JSON for tests."""

    async def index(request: Request) -> Response:
        recipient = request.query_params.get("to")
        return _page("Mailbox", _list_of(list(letters.newest_first(recipient)), recipient or ""))

    async def show(request: Request) -> Response:
        mail = letters.one(request.path_params["id"])
        return _page(str(mail.message["Subject"]), _shown(mail)) if mail else _missing()

    async def body(request: Request) -> Response:
        mail = letters.one(request.path_params["id"])
        if mail is None:
            return _missing()
        return HTMLResponse(mail.part("html"), headers={"Content-Security-Policy": f"sandbox; {NO_SCRIPTS}"})

    async def raw(request: Request) -> Response:
        mail = letters.one(request.path_params["id"])
        return Response(mail.raw, media_type="message/rfc822") if mail else _missing()

    async def messages(request: Request) -> Response:
        return JSONResponse([mail.as_json() for mail in letters.newest_first(request.query_params.get("to"))])

    async def discard(request: Request) -> Response:
        letters.discard(list(letters.newest_first(request.query_params.get("to"))))
        return Response(status_code=204)

    async def message(request: Request) -> Response:
        mail = letters.one(request.path_params["id"])
        return JSONResponse(mail.as_json()) if mail else _missing()

    return Starlette(
        routes=[
            Route("/", index),
            Route("/mails/{id}/body.html", body),
            Route("/mails/{id}.eml", raw),
            Route("/mails/{id}", show),
            Route("/api/messages", messages, methods=["GET"]),
            Route("/api/messages", discard, methods=["DELETE"]),
            Route("/api/messages/{id}", message, methods=["GET"]),
        ]
    )


STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem; border-bottom: 1px solid #bbb }
pre { white-space: pre-wrap; background: #f4f4f4; padding: 1rem } iframe { width: 100%; height: 32rem; border: 1px solid #767676 }
"""


def _page(title: str, content: str) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{html.escape(title)}</h1>{content}</main></body></html>",
        headers={"Content-Security-Policy": NO_SCRIPTS},
    )


def _list_of(mails: list[Mail], recipient: str) -> str:
    rows = "".join(
        f'<tr><td><a href="/mails/{mail.id}">{html.escape(str(mail.message["Subject"] or "(no subject)"))}</a></td>'
        f"<td>{html.escape(', '.join(mail.recipients))}</td>"
        f'<td><time datetime="{mail.received_at.isoformat()}">{mail.received_at:%d %b %H:%M:%S} UTC</time></td></tr>'
        for mail in mails
    )
    return (
        '<form action="/"><label for="to">Recipient</label> '
        f'<input id="to" name="to" type="email" value="{html.escape(recipient)}"> <button>Show</button></form>'
        f"<p>{len(mails)} mails, the newest first.</p>"
        '<table><thead><tr><th scope="col">Subject</th><th scope="col">For</th><th scope="col">Received</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _shown(mail: Mail) -> str:
    framed = (
        f'<h2>As HTML</h2><iframe sandbox title="The mail as HTML" src="/mails/{mail.id}/body.html"></iframe>'
        if mail.part("html")
        else ""
    )
    return (
        f"<p>From {html.escape(str(mail.message['From'] or ''))} for {html.escape(', '.join(mail.recipients))}, "
        f'{mail.received_at:%d %b %Y %H:%M:%S} UTC. <a href="/mails/{mail.id}.eml">Source</a>. '
        f'<a href="/">All mails</a></p><h2>As text</h2><pre>{html.escape(mail.part("plain"))}</pre>{framed}'
    )


def _missing() -> Response:
    return Response("There is no such mail.", status_code=404, media_type="text/plain")


async def serve(stack: Stack) -> None:
    """Take mail in and show it until asked to stop."""
    letters = Letters(stack.state / "mail")
    postman = Postman(letters)
    door = await asyncio.get_running_loop().create_server(
        lambda: SMTP(postman, data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True),
        host=LOOPBACK,
        port=stack.ports.smtp,
    )
    settings = uvicorn.Config(pages(letters), host=LOOPBACK, port=stack.ports.mailbox, log_level="warning")
    async with door:
        await uvicorn.Server(settings).serve()


if __name__ == "__main__":
    asyncio.run(serve(named_stack(sys.argv[1])))
