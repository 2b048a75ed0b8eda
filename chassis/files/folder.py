"""Where files lie: outside the web root, one folder per service, under names nobody chose."""

from collections.abc import AsyncIterable
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from chassis.contract import Invalid
from chassis.files.tickets import Ticket
from chassis.settings import settings

_MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
_EXTENSIONS = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


class TooLarge(Invalid):
    """More was sent than the ticket allows; nothing was kept."""

    status = 413


def path_of(service: str, file_id: UUID) -> Path:
    """Where a file lies, whether or not it is there."""
    return settings().files / service / file_id.hex


async def put(ticket: Ticket, chunks: AsyncIterable[bytes]) -> int:
    """Keep what is sent and return its size; visible only once complete. Raises `TooLarge`."""
    path = path_of(ticket.service, ticket.file_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    arriving = path.with_suffix(".arriving")
    size = 0
    try:
        with arriving.open("wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > ticket.most_bytes:
                    raise TooLarge(fields={"file": f"too_large:{ticket.most_bytes}"})
                file.write(chunk)
        arriving.rename(path)
    finally:
        arriving.unlink(missing_ok=True)
    return size


def open_file(ticket: Ticket) -> BinaryIO:
    """The file to read; raises `FileNotFoundError`."""
    return path_of(ticket.service, ticket.file_id).open("rb")


def delete(service: str, file_id: UUID) -> None:
    """Forget a file; one that is not there is forgotten already."""
    path_of(service, file_id).unlink(missing_ok=True)


def named_type(file_name: str) -> str | None:
    """The media type a file's name promises, if it is one of those taken."""
    return _EXTENSIONS.get(Path(file_name).suffix.lower())


def sniff(path: Path) -> str | None:
    """The media type a file's first bytes show, if it is one of those taken."""
    with path.open("rb") as file:
        first = file.read(16)
    return next((kind for magic, kind in _MAGIC.items() if first.startswith(magic)), None)
