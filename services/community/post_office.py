"""Sending one mail: ask the owners for address, language and fresh link, write it, hand it in."""

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import update

from chassis.contract import Failure, NotFound
from chassis.failpoints import failpoint
from chassis.observe import log
from chassis.service import UnitOfWork
from chassis.settings import settings
from services.approvals import contract as approvals
from services.community import contract
from services.community.contract import Kind
from services.community.domain import next_try
from services.community.letters import write
from services.community.store import due_mail, mail, mail_to_send
from services.events import contract as events
from services.identity import contract as identity
from services.projects import contract as projects

SMTP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Addressed:
    """A letter with its address, language and the values for its places."""

    letter: str
    email: str
    name: str
    language: str
    path: str
    values: dict[str, str]


def send_next(uow: UnitOfWork) -> bool:
    """Send the mail that has waited longest; False when none is due.

    At least once: a crash between the server's yes and our commit sends it again, under the same Message-ID.
    """
    due = uow.store.rows(due_mail(uow.now))
    if not due:
        return False
    row = due[0]
    try:
        addressed = _address(uow, row)
    except NotFound:
        addressed = None
    except Failure as away:
        return _later(uow, row, away.code)
    if uow.session.execute(mail_to_send(row["id"])).scalar() is None:
        return True
    if addressed is None:
        return _mark(uow, row, state="dropped", last_error="nobody to write to")
    return _send(uow, row, addressed)


def _send(uow: UnitOfWork, row: Any, addressed: Addressed) -> bool:
    try:
        _hand_in(row["id"], addressed, uow.now)
    except smtplib.SMTPRecipientsRefused as refused:
        code, _text = next(iter(refused.recipients.values()))
        return _refused(uow, row, code)
    except smtplib.SMTPResponseException as refused:
        return _refused(uow, row, refused.smtp_code)
    except (OSError, smtplib.SMTPException) as away:
        return _later(uow, row, type(away).__name__)
    failpoint("mail_handed_in")
    if row["notice_id"]:
        uow.publish(contract.MailSent(row["notice_id"], uow.now), version=1)
    return _mark(uow, row, state="sent", sent_at=uow.now)


def _refused(uow: UnitOfWork, row: Any, code: int) -> bool:
    if code < 500:
        return _later(uow, row, str(code))
    log().warning("mail_bounced", mail_id=str(row["id"]), smtp_code=code)
    if row["notice_id"]:
        uow.publish(contract.MailBounced(row["notice_id"], uow.now), version=1)
    return _mark(uow, row, state="bounced", last_error=str(code))


def _later(uow: UnitOfWork, row: Any, why: str) -> bool:
    attempts = row["attempts"] + 1
    again = next_try(attempts, uow.now)
    log().warning("mail_waits", mail_id=str(row["id"]), attempts=attempts, why=why)
    state = "waiting" if again else "failed"
    return _mark(uow, row, state=state, attempts=attempts, next_at=again or uow.now, last_error=why)


def _mark(uow: UnitOfWork, row: Any, **values: Any) -> bool:
    """Keep what became of a mail; there may be another."""
    uow.session.execute(update(mail).where(mail.c.id == row["id"]).values(**values))
    return True


# ---- asking the owners ------------------------------------------------------------------------------------------


def _address(uow: UnitOfWork, row: Any) -> Addressed:
    """Raises `NotFound` when there is nobody to write to any more."""
    letter, person_id = row["letter"], row["person_id"]
    if letter in ("confirm", "known"):
        return _from_letter(letter, uow.call(identity.confirmation_letter(person_id)))
    if letter == "reset":
        return _from_letter(letter, uow.call(identity.reset_letter(person_id)))
    if letter == "school_registered":
        head = _first(uow.call(identity.head_teachers((row["school_id"],))))
        return Addressed(letter, head.email, head.name, head.language, "/", {"school": head.school_name})
    if letter in ("consent", "consent_reminder"):
        told = uow.call(approvals.letter(row["notice_id"]))
        values = {"title": told.title, "school": told.school_name, "founder": told.founder_name}
        return Addressed(letter, told.to, told.name, told.language, told.path, values)
    return _to_person(uow, letter, person_id, row["about"])


def _from_letter(letter: str, told: identity.Letter) -> Addressed:
    path = told.path if letter != "known" else "/forgot"
    return Addressed(letter, told.email, told.name, told.language, path, {})


def _to_person(uow: UnitOfWork, letter: str, person_id: UUID, about: dict[str, Any]) -> Addressed:
    title, founder_id = _subject(uow, about["subject_kind"], UUID(about["subject_id"]))
    other_id = UUID(about["other_id"]) if about.get("other_id") else founder_id
    people = (person_id, other_id) if other_id else (person_id,)
    found = {r.person_id: r for r in uow.call(identity.recipients(people))}
    if person_id not in found:
        raise NotFound(what="recipient")
    to = found[person_id]
    other = found.get(other_id) if other_id else None
    values = {"title": title, "other": other.name if other else "…"}
    return Addressed(letter, to.email, to.name, to.language, path_for(letter, about), values)


def _subject(uow: UnitOfWork, subject_kind: str, subject_id: UUID) -> tuple[str, UUID | None]:
    """What the mail is about: a title and its founder or organiser, or the school of a registration."""
    if subject_kind == "project":
        card = _first(uow.call(projects.project_cards((subject_id,))))
        return card.title, card.founder_id
    if subject_kind == "meeting":
        meeting = _first(uow.call(events.titles((subject_id,))))
        return meeting.title, meeting.organiser_id
    if subject_kind == "affiliation":
        return _first(uow.call(identity.affiliation_cards((subject_id,)))).school.name, None
    return "", None


def _first(found: tuple[Any, ...]) -> Any:
    if not found:
        raise NotFound(what="recipient")
    return found[0]


def path_for(letter: str, about: dict[str, Any]) -> str:
    """Where the button of a letter leads."""
    subject_id, task_id = about["subject_id"], about.get("task_id")
    own_cases = (Kind.SIGN_OFF, Kind.CHANGES_MADE, Kind.OVERDUE, Kind.ESCALATED)
    if letter in own_cases or (letter in (Kind.REMINDER, Kind.NUDGE) and about.get("detail") != "partner"):
        return f"/cases/{task_id}"
    fixed = {
        Kind.TWINSPACE_OPENED: f"/twinspaces/{subject_id}",
        Kind.AFFILIATION_VALIDATED: "/desktop",
        Kind.AFFILIATION_REFUSED: "/account/schools",
        Kind.CONTACT_REQUESTED: "/contacts",
        Kind.CONTACT_ACCEPTED: f"/people/{about.get('other_id')}",
    }
    if about["subject_kind"] == "meeting":
        return f"/events/{subject_id}"
    if letter in fixed:
        return fixed[Kind(letter)]
    return f"/projects/{subject_id}" if about["subject_kind"] == "project" else "/account/schools"


# ---- the envelope -----------------------------------------------------------------------------------------------


def _hand_in(mail_id: UUID, addressed: Addressed, now: datetime) -> None:
    url = settings().public_url + addressed.path
    written = write(addressed.letter, addressed.language, addressed.name, url, addressed.values)
    message = EmailMessage()
    message["Subject"] = written.subject.replace("\n", " ")
    message["From"] = settings().mail_from
    message["To"] = formataddr((addressed.name, addressed.email))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail_id}@schoolbridge>"
    message["Content-Language"] = addressed.language
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text)
    message.add_alternative(written.html, subtype="html")
    server = urlsplit(settings().smtp_url)
    connect = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with connect(server.hostname or "", server.port or 25, timeout=SMTP_SECONDS) as smtp:
        if server.scheme == "smtp+starttls":
            smtp.starttls()
        if server.username:
            smtp.login(server.username, server.password or "")
        smtp.send_message(message)
