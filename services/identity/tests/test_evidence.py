"""Employment certificates: uploaded, looked at, read by the right officers, forgotten. (ID-07 ID-08 PV-16)"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid

from chassis import files
from chassis.contract import NotFound
from services.identity.contract import AffiliationOver, AffiliationState, FileNotAllowed
from services.identity.tests.conftest import Identity

PDF = b"%PDF-1.7 employed since 2019"


async def sent(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def upload(identity: Identity, by: UUID, content: bytes = PDF, name: str = "certificate.pdf") -> Any:
    ticket = identity.ask("evidence_ticket", by=by, file_name=name, size=len(content))
    allowed = files.read_ticket(ticket.ticket, files.Purpose.UPLOAD)
    asyncio.run(files.put(allowed, sent(content)))
    return ticket


def finish(identity: Identity, by: UUID, ticket: Any) -> UUID:
    return identity.ask("finish_upload", by=by, file_id=ticket.file_id, ticket=ticket.ticket).id  # type: ignore[no-any-return]


@pytest.fixture
def ana(identity: Identity) -> UUID:
    return identity.person("Ana", identity.school(), state=AffiliationState.AWAITING)


@pytest.fixture
def affiliation(identity: Identity, ana: UUID) -> UUID:
    return identity.ask("affiliations_of", person_ids=(ana,))[0].id  # type: ignore[no-any-return]


def test_a_certificate_is_attached_and_read_by_the_schools_officers_only(
    identity: Identity, ana: UUID, affiliation: UUID
) -> None:
    file_id = finish(identity, ana, upload(identity, ana))
    attached = identity.answer("attach_evidence", by=ana, affiliation_id=affiliation, file_id=file_id)
    assert attached.said("EvidenceAttached")
    address = identity.ask("evidence", by=identity.officer("nss-es"), affiliation_id=affiliation).url
    assert address.startswith("https://files.example.org/files/")
    ticket = files.read_ticket(address.rsplit("/", 1)[1], files.Purpose.DOWNLOAD)
    with files.open_file(ticket) as kept:
        assert kept.read() == PDF
    for stranger in (identity.officer("nss-pl"), identity.person("Eve")):
        identity.refusal(NotFound, "evidence", by=stranger, affiliation_id=affiliation)


@pytest.mark.parametrize(("name", "size"), [("letter.docx", 10), ("letter", 10), ("big.pdf", 5_000_001)])
def test_other_files_get_no_ticket(identity: Identity, ana: UUID, name: str, size: int) -> None:
    identity.refusal(FileNotAllowed, "evidence_ticket", by=ana, file_name=name, size=size)


def test_a_file_that_is_not_what_its_name_says_is_not_kept(identity: Identity, ana: UUID) -> None:
    ticket = upload(identity, ana, content=b"MZ a program", name="certificate.pdf")
    with pytest.raises(FileNotAllowed):
        finish(identity, ana, ticket)
    assert not files.path_of("identity", ticket.file_id).exists()


def test_what_has_not_arrived_or_is_anothers_cannot_be_attached(
    identity: Identity, ana: UUID, affiliation: UUID
) -> None:
    eve = identity.person("Eve")
    foreign = upload(identity, eve)
    identity.refusal(NotFound, "finish_upload", by=ana, file_id=foreign.file_id, ticket=foreign.ticket)
    finish(identity, eve, foreign)
    unfinished = upload(identity, ana).file_id
    for file_id in (foreign.file_id, unfinished, uuid.uuid7()):
        identity.refusal(NotFound, "attach_evidence", by=ana, affiliation_id=affiliation, file_id=file_id)


def test_a_certificate_is_forgotten_thirty_days_after_the_decision(
    identity: Identity, ana: UUID, affiliation: UUID
) -> None:
    file_id = finish(identity, ana, upload(identity, ana))
    identity.ask("attach_evidence", by=ana, affiliation_id=affiliation, file_id=file_id)
    identity.days_pass(60)
    assert not identity.ask("forget_old_evidence")
    identity.ask("validate_affiliation", affiliation_id=affiliation)
    identity.days_pass(29)
    assert not identity.ask("forget_old_evidence")
    identity.days_pass(1)
    assert identity.ask("forget_old_evidence")
    assert not identity.ask("forget_old_evidence")
    assert not files.path_of("identity", file_id).exists()
    identity.refusal(NotFound, "evidence", by=ana, affiliation_id=affiliation)


def test_a_ticket_that_led_to_nothing_is_forgotten_after_a_day(identity: Identity, ana: UUID) -> None:
    ticket = upload(identity, ana)
    identity.days_pass(1)
    assert identity.ask("forget_old_evidence")
    assert not files.path_of("identity", ticket.file_id).exists()


def test_evidence_comes_before_the_decision(identity: Identity, ana: UUID, affiliation: UUID) -> None:
    file_id = finish(identity, ana, upload(identity, ana))
    identity.ask("refuse_affiliation", affiliation_id=affiliation)
    identity.refusal(AffiliationOver, "attach_evidence", by=ana, affiliation_id=affiliation, file_id=file_id)
