"""Tickets and the folder of uploaded files. (PV-16)"""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from joserfc.jwk import OKPKey

from chassis import files, tokens
from chassis.contract import Actor, Unauthenticated
from chassis.files import tickets
from chassis.settings import settings

UPLOAD = files.Ticket(files.Purpose.UPLOAD, "identity", UUID(int=1), "letter.pdf", ("application/pdf",), 10)


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    key = OKPKey.generate_key("Ed25519")
    for name, private in (("PRIVATE", True), ("PUBLIC", False)):
        path = tmp_path / name
        path.write_bytes(key.as_pem(private=private))
        monkeypatch.setenv(f"SCHOOLBRIDGE_TOKEN_{name}_KEY", str(path))
    monkeypatch.setenv("SCHOOLBRIDGE_ENVIRONMENT", "test")
    monkeypatch.setenv("SCHOOLBRIDGE_FILES", str(tmp_path / "files"))
    caches = (settings, tokens._private_key, tokens._public_key, tickets._private_key, tickets._public_key)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


async def sent(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def test_a_ticket_says_what_was_signed() -> None:
    assert files.read_ticket(files.sign_ticket(UPLOAD), files.Purpose.UPLOAD) == UPLOAD


def test_each_service_signs_for_its_own_files_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = OKPKey.generate_key("Ed25519")
    (tmp_path / "own").write_bytes(key.as_pem(private=True))
    (tmp_path / "events.pem").write_bytes(key.as_pem(private=False))
    monkeypatch.setenv("SCHOOLBRIDGE_FILE_KEY", str(tmp_path / "own"))
    monkeypatch.setenv("SCHOOLBRIDGE_FILE_PUBLIC_KEYS", str(tmp_path))
    settings.cache_clear()
    own = dataclasses.replace(UPLOAD, service="events")
    assert files.read_ticket(files.sign_ticket(own), files.Purpose.UPLOAD) == own
    for service in ("identity", "twinspace", "../events"):
        with pytest.raises(files.TicketInvalid):
            files.read_ticket(
                files.sign_ticket(dataclasses.replace(UPLOAD, service=service)), files.Purpose.UPLOAD
            )


def test_a_ticket_is_good_for_its_purpose_only() -> None:
    with pytest.raises(files.TicketInvalid):
        files.read_ticket(files.sign_ticket(UPLOAD), files.Purpose.DOWNLOAD)


@pytest.mark.parametrize("text", ["", "x", "a.b.c"])
def test_what_is_no_ticket_is_refused(text: str) -> None:
    with pytest.raises(files.TicketInvalid):
        files.read_ticket(text, files.Purpose.UPLOAD)


def test_a_ticket_is_no_persons_token_and_a_token_no_ticket() -> None:
    with pytest.raises(Unauthenticated):
        tokens.verify(files.sign_ticket(UPLOAD))
    with pytest.raises(files.TicketInvalid):
        files.read_ticket(tokens.sign(Actor(UUID(int=2)))[0], files.Purpose.UPLOAD)


def test_a_ticket_ends_after_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "LIFETIME_SECONDS", -1)
    with pytest.raises(files.TicketInvalid):
        files.read_ticket(files.sign_ticket(UPLOAD), files.Purpose.UPLOAD)


def test_a_file_is_kept_under_a_name_nobody_chose_and_deleted_twice() -> None:
    ticket = dataclasses.replace(UPLOAD, file_name="../../etc/passwd")
    assert asyncio.run(files.put(ticket, sent(b"%PDF-", b"1.7"))) == 8
    path = files.path_of("identity", ticket.file_id)
    assert path.read_bytes() == b"%PDF-1.7"
    assert path.is_relative_to(settings().files)
    files.delete("identity", ticket.file_id)
    files.delete("identity", ticket.file_id)
    assert not path.exists()


def test_what_is_larger_than_the_ticket_allows_leaves_nothing_behind() -> None:
    with pytest.raises(files.TooLarge):
        asyncio.run(files.put(UPLOAD, sent(b"123456", b"78901")))
    assert list((settings().files / "identity").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"<svg onload=alert(1)>", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(tmp_path: Path, content: bytes, kind: str | None) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert files.sniff(path) == kind


@pytest.mark.parametrize(
    ("name", "kind"), [("a.PDF", "application/pdf"), ("a.jpeg", "image/jpeg"), ("a.svg", None), ("pdf", None)]
)
def test_a_name_promises_a_type(name: str, kind: str | None) -> None:
    assert files.named_type(name) == kind
