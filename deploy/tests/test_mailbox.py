"""The mailbox keeps what it accepted, and fails as real ones do."""

import asyncio
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from deploy.local.mailbox import Letters, Postman, pages


@pytest.fixture
def letters(tmp_path):
    return Letters(tmp_path / "mail")


def mail(subject, *, html=""):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "no-reply@example.org", "all@example.org", subject
    message["Message-ID"] = "<1@example.org>"
    message.set_content("Καλημέρα")
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def answer(postman, address):
    return asyncio.run(postman.handle_RCPT(None, None, SimpleNamespace(rcpt_tos=[]), address, []))


@pytest.mark.parametrize("address", ["bounce@example.org", "Bounce-7@example.org", "ana@bounce.example.org"])
def test_some_addresses_do_not_exist(letters, address):
    assert answer(Postman(letters), address).startswith("550 5.1.1")


def test_a_busy_mailbox_accepts_the_second_try(letters):
    postman = Postman(letters)
    assert answer(postman, "busy-1@example.org").startswith("451")
    assert answer(postman, "busy-1@example.org").startswith("250")
    assert answer(postman, "busy-2@example.org").startswith("451")


def test_mails_are_found_by_who_they_were_handed_in_for(letters):
    letters.keep(["ana@example.org"], mail("first"))
    letters.keep(["ana@example.org", "ben@example.org"], mail("second", html="<p>hello</p>"))
    client = TestClient(pages(letters))
    found = client.get("/api/messages", params={"to": "Ana@example.org"}).json()
    assert [message["subject"] for message in found] == ["second", "first"]
    assert found[0]["text"].strip() == "Καλημέρα"
    assert found[0]["html"].strip() == "<p>hello</p>"
    assert found[0]["message_id"] == "<1@example.org>"
    assert found[0]["to"] == ["ana@example.org", "ben@example.org"]
    assert len(client.get("/api/messages", params={"to": "ben@example.org"}).json()) == 1


def test_a_restart_loses_no_mail(letters, tmp_path):
    letters.keep(["ana@example.org"], mail("kept"))
    assert [mail.message["Subject"] for mail in Letters(tmp_path / "mail").newest_first()] == ["kept"]


def test_a_mail_can_neither_run_scripts_nor_break_the_page(letters):
    letters.keep(["ana@example.org"], mail("<script>alert(1)</script>", html="<script>alert(1)</script>"))
    client = TestClient(pages(letters))
    key = client.get("/api/messages").json()[0]["id"]
    assert "<script>" not in client.get("/").text
    assert "<script>" not in client.get(f"/mails/{key}").text
    body = client.get(f"/mails/{key}/body.html")
    assert body.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert client.get(f"/mails/{key}.eml").content.startswith(b"From:")


def test_tests_can_empty_one_persons_mailbox(letters):
    letters.keep(["ana@example.org"], mail("one"))
    letters.keep(["ben@example.org"], mail("two"))
    client = TestClient(pages(letters))
    assert client.delete("/api/messages", params={"to": "ana@example.org"}).status_code == 204
    assert [message["subject"] for message in client.get("/api/messages").json()] == ["two"]


@pytest.mark.parametrize("key", ["nonsense", "018f0000-0000-7000-8000-000000000000"])
def test_a_mail_that_is_not_there_is_said_to_be_missing(letters, key):
    assert TestClient(pages(letters)).get(f"/mails/{key}").status_code == 404
