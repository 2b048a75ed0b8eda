"""What cannot be read is refused: bad encodings, control characters, bodies and headers beyond their size."""

import asyncio
import re
from urllib.parse import unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.middleware.plain import plain_answer

BODY_BYTES = 512 * 1024
UPLOAD_BYTES = 6 * 1024 * 1024
UPLOADS = re.compile(r"/(account/schools/[^/]+/evidence|api/v1/files/[^/]+)")
HEADER_BYTES = 32 * 1024
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
BODY_SECONDS = 20.0


class Wellformed:
    """Answers 400, 408, 413 or 431 for what no page should have to look at."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = UPLOAD_BYTES if UPLOADS.fullmatch(scope["path"]) else BODY_BYTES
        status = _refusal(scope, most)
        if status:
            await plain_answer(scope, status, {"Connection": "close"})(scope, receive, send)
            return
        await self.app(scope, _capped(receive, most), send)


def _refusal(scope: Scope, most: int) -> int:
    if not (_readable(scope["query_string"]) and _readable(scope["raw_path"])):
        return 400
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
        return 431
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                return 400
            if int(value) > most:
                return 413
    return 0


def _readable(encoded: bytes) -> bool:
    """Whether this is UTF-8 once unquoted, without NUL or other control characters but line breaks."""
    try:
        text = unquote_to_bytes(encoded.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        return False
    return CONTROL_CHARACTERS.search(text) is None


def _capped(receive: Receive, most: int) -> Receive:
    """`receive`, but for no more bytes than `most`, and not for a sender who lets us wait."""
    read = 0
    complete = False

    async def receive_capped() -> Message:
        nonlocal read, complete
        if complete:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), BODY_SECONDS)
        except TimeoutError:
            raise HTTPException(408) from None
        read += len(message.get("body", b""))
        complete = not message.get("more_body", False)
        if read > most:
            raise HTTPException(413)
        return message

    return receive_capped
