"""Registering, logging in and out; one's profile, schools, privacy, sessions and choices."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response

from chassis.contract import ANYONE, Conflict, Failure, Forbidden, Invalid, NotFound, Unauthenticated
from chassis.files import Purpose, put, read_ticket
from gateway.forms import Form
from gateway.languages import LANGUAGES, current_language
from gateway.limits import PASSWORD_RESET, REGISTRATION, SIGN_IN
from gateway.portal import choices
from gateway.portal.page import Page
from gateway.portal.review import reviews_of
from gateway.portal.visit import Visit, local_path
from services.community import contract as community
from services.identity import contract as identity

DEVICE_LENGTH = 200
FILE_NAME_LENGTH = 120

# ---- coming in


async def register(visit: Visit) -> Response:
    """One page to register; the school and the rest come later."""
    form = visit.form(kept={"language": current_language()})
    if visit.posted:
        given = {"person_id": visit.once, "language": current_language()}
        if await visit.send(form, identity.register, **given) is not None:
            return visit.go("/register/sent")
    return await visit.show(
        "account/register.html",
        form=form,
        countries=await choices.countries(visit),
        roles=choices.words_of(identity.SchoolRole),
    )


async def registered(visit: Visit) -> Response:
    """Check your mail; or have another link sent."""
    form = visit.form()
    sent = False
    if visit.posted:
        await visit.send(form, identity.send_confirmation_again)
        sent = form.ok
    return await visit.show("account/check_mail.html", form=form, sent=sent)


async def confirm(visit: Visit) -> Response:
    """The mailed link: looking changes nothing, the button confirms."""
    form = visit.form(kept={})
    if visit.posted and await visit.send(form, identity.confirm_address, link=visit.path["link"]) is not None:
        return visit.go("/login", "confirmed")
    return await visit.show("account/confirm.html", form=form)


async def login(visit: Visit) -> Response:
    """Log in, then go where one wanted to go."""
    wanted = local_path(str((visit.typed or visit.query).get("next", "/desktop")))
    if visit.session is not None and not visit.posted:
        return visit.go(wanted)
    form = visit.form()
    if visit.posted:
        device = visit.request.headers.get("user-agent", "")[:DEVICE_LENGTH]
        try:
            begun = await visit.send(form, identity.sign_in, device=_printable(device))
        except (Unauthenticated, Forbidden) as refused:
            form.conflict(refused)
            begun = None
        if begun is not None:
            return visit.sign_in(visit.go("/desktop" if wanted == "/" else wanted), begun.secret)
    return await visit.show("account/login.html", form=form, wanted=wanted)


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


async def logout(visit: Visit) -> Response:
    """End the session, here and with identity."""
    with suppress(Unauthenticated):
        await visit.call(identity.sign_out())
    return visit.sign_out(visit.go("/login", "logged_out"))


async def forgot(visit: Visit) -> Response:
    """Ask for a link to choose a new password; whether the address is known is not told."""
    form = visit.form()
    sent = False
    if visit.posted:
        await visit.send(form, identity.forgot_password)
        sent = form.ok
    return await visit.show("account/forgot.html", form=form, sent=sent)


async def reset(visit: Visit) -> Response:
    """Choose a new password by the mailed link."""
    form = visit.form(kept={})
    if visit.posted and await visit.send(form, identity.reset_password, link=visit.path["link"]) is not None:
        return visit.go("/login", "password_reset")
    return await visit.show("account/reset.html", form=form)


# ---- oneself


async def profile(visit: Visit) -> Response:
    """What one's profile says."""
    me = await visit.call(identity.me())
    form = visit.form(kept=me)
    if visit.posted and await visit.send(form, identity.edit_profile) is not None:
        return _changed(visit, "/account")
    return await visit.show(
        "account/profile.html",
        form=form,
        me=me,
        section="profile",
        subjects=choices.subjects(),
        spoken=choices.languages(),
        zones=choices.time_zones(),
    )


async def availability(visit: Visit) -> Response:
    """Available for a project, and for a Plus project."""
    me = await visit.call(identity.me())
    form = visit.form(kept=me)
    if visit.posted and await visit.send(form, identity.set_availability) is not None:
        return visit.go("/account/availability", "saved")
    return await visit.show("account/availability.html", form=form, me=me, section="availability")


async def privacy(visit: Visit) -> Response:
    """Who sees the profile and its parts."""
    me = await visit.call(identity.me())
    kept = {
        "profile": me.profile_visibility,
        "email": me.email_visibility,
        "city": me.city_visibility,
        "shows_last_seen": me.shows_last_seen,
    }
    form = visit.form(kept=kept)
    if visit.posted and await visit.send(form, identity.set_privacy) is not None:
        return visit.go("/account/privacy", "saved")
    return await visit.show(
        "account/privacy.html",
        form=form,
        me=me,
        section="privacy",
        visibilities=choices.words_of(identity.Visibility),
    )


async def security(visit: Visit) -> Response:
    """Open sessions, the password, closing the account."""
    return await _show_security(visit, {})


async def change_password(visit: Visit) -> Response:
    """A new password; all other sessions end."""
    form = visit.form()
    if await _send_with_password(visit, form, identity.change_password):
        return visit.go("/account/security", "password_changed")
    return await _show_security(visit, {"password_form": form})


async def close_account(visit: Visit) -> Response:
    """Close the account and leave."""
    form = visit.form()
    if await _send_with_password(visit, form, identity.close_account):
        return visit.sign_out(visit.go("/login", "account_closed"))
    return await _show_security(visit, {"closing_form": form})


async def _send_with_password(visit: Visit, form: Any, request: Any) -> bool:
    try:
        await visit.send(form, request)
    except identity.WrongCredentials as wrong:
        form.conflict(wrong)
    return bool(form.ok)


async def _show_security(visit: Visit, forms: dict[str, Any]) -> Response:
    sent = next(iter(forms.values()), None)
    found = await visit.maybe(identity.sessions())
    forms = {"password_form": visit.form(), "closing_form": visit.form()} | forms
    if sent is not None:
        forms = {name: form if form is sent else type(form)() for name, form in forms.items()}
    return await visit.show("account/security.html", form=sent, sessions=found, section="security", **forms)


async def end_session(visit: Visit) -> Response:
    """End one of one's sessions elsewhere."""
    await visit.call(identity.end_session(visit.path["session_id"]))
    return visit.go("/account/security", "session_ended")


async def language(visit: Visit) -> Response:
    """The language of pages and mail, and how one wants to be told."""
    me = await visit.call(identity.me())
    form = visit.form(kept=me)
    if visit.posted and await visit.send(form, identity.set_language) is not None:
        chosen = form.value("language")
        return _changed(
            visit, f"/account/language?lang={chosen}" if chosen in LANGUAGES else "/account/language"
        )
    return await visit.show(
        "account/language.html",
        form=form,
        me=me,
        section="language",
        choices=await visit.maybe(community.choices()),
        channels=choices.words_of(community.Channel),
    )


async def choose_channel(visit: Visit) -> Response:
    """How to be told about one kind of thing."""
    form = visit.form()
    await visit.send(form, community.choose, group=visit.path["group"])
    if form.problem is not None:
        raise form.problem
    return visit.go("/account/language", "saved")


def _changed(visit: Visit, path: str) -> Response:
    if visit.session is not None:
        visit.parts.sessions.forget(visit.session)
    return visit.go(path, "saved")


# ---- one's schools


async def schools(visit: Visit) -> Response:
    """Where one works and has worked, and what is under review."""
    me = await visit.call(identity.me())
    return await visit.show(
        "account/schools.html", me=me, section="schools", reviews=await reviews_of(visit, me.affiliations)
    )


async def add_school(visit: Visit) -> Response:
    """Find one's school by country and part of its name; or register it."""
    me = await visit.call(identity.me())
    country, text = visit.query.get("country", me.country), visit.query.get("text", "").strip()
    found, failure = None, None
    if text:
        try:
            found = await visit.call(identity.find_schools(country, text))
        except Failure as unusable:
            failure = unusable
    return await visit.show(
        "account/add_school.html",
        me=me,
        section="schools",
        countries=await choices.countries(visit),
        country_code=country,
        text=text,
        found=found,
        failure=failure,
    )


async def join_school(visit: Visit) -> Response:
    """Add a school that is registered; without a role chosen yet, choose it first."""
    school = await visit.call(identity.school(visit.path["school_id"]))
    me = await visit.call(identity.me())
    form = visit.form(kept={"role_kind": me.role_kind})
    if visit.posted:
        given = {"affiliation_id": visit.once, "school_id": visit.path["school_id"]}
        if await visit.send(form, identity.join_school, **given) is not None:
            return visit.go("/account/schools", "school_joined")
    return await visit.show(
        "account/join_school.html", form=form, school=school.card, section="schools", roles=_school_roles()
    )


async def create_school(visit: Visit) -> Response:
    """Register a school nobody has registered yet; likely duplicates are shown first."""
    me = await visit.call(identity.me())
    country = str((visit.typed or visit.query).get("country", me.country))
    form = visit.form(kept={"country": country, "name": visit.query.get("text", ""), "city": ""})
    if visit.posted:
        made = await visit.send(form, identity.create_school, school_id=visit.once)
        if made is not None:
            return visit.go(f"/account/schools/join/{made.id}")
    cards, regions = await visit.together(identity.countries(), identity.regions(country))
    card = next((card for card in cards or () if card.code == country), None)
    return await visit.show(
        "account/create_school.html",
        form=form,
        section="schools",
        country_code=country,
        needs_number=bool(card and card.needs_school_number),
        regions=_by_kind(regions),
        levels=choices.words_of(identity.SchoolLevel),
        duplicates=await _duplicates(visit, form.problem),
    )


async def _duplicates(visit: Visit, problem: Conflict | None) -> tuple[identity.SchoolCard, ...]:
    if not isinstance(problem, identity.LikelyDuplicate):
        return ()
    ids = tuple(problem.details.get("schools", ()))
    return await visit.maybe(identity.school_cards(ids)) or ()


def _by_kind(regions: tuple[identity.RegionCard, ...] | None) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {"region": [], "community": [], "territory": []}
    for region in regions or ():
        found.setdefault(region.kind, []).append((region.code, region.name))
    return {kind: choices.sorted_by_label(pairs) for kind, pairs in found.items()}


def _school_roles() -> list[tuple[str, str]]:
    return [
        pair for pair in choices.words_of(identity.SchoolRole) if pair[0] != identity.SchoolRole.COMPANY_STAFF
    ]


async def leave_school(visit: Visit) -> Response:
    """End one's time at a school; it stays in the history."""
    await visit.call(identity.leave_school(visit.path["affiliation_id"]))
    return visit.go("/account/schools", "school_left")


async def send_evidence(visit: Visit) -> Response:
    """Send a certificate of employment for a school that awaits validation."""
    me = await visit.call(identity.me())
    if visit.path["affiliation_id"] not in {one.id for one in me.affiliations}:
        raise NotFound(what="affiliation")
    form = visit.form()
    if visit.posted:
        await _keep_evidence(visit, form)
        if form.ok:
            return visit.go("/account/schools", "evidence_attached")
    return await visit.show("account/evidence.html", form=form, section="schools")


async def _keep_evidence(visit: Visit, form: Form) -> None:
    sent = form.typed.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        form.refuse(Invalid(fields={"file": ["required"]}))
        return
    try:
        name = Path(sent.filename).name[-FILE_NAME_LENGTH:]
        ticket = await visit.call(identity.evidence_ticket(_printable(name), sent.size or 1))
        await put(read_ticket(ticket.ticket, Purpose.UPLOAD), _chunks(sent))
        await visit.call(identity.finish_upload(ticket.file_id, ticket.ticket))
        await visit.call(identity.attach_evidence(visit.path["affiliation_id"], ticket.file_id))
    except Invalid as refused:
        form.conflict(refused)


async def _chunks(sent: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await sent.read(64 * 1024):
        yield chunk


PAGES = [
    Page("GET POST", "/register", register, by=ANYONE, limit=REGISTRATION),
    Page("GET POST", "/register/sent", registered, by=ANYONE, limit=PASSWORD_RESET),
    Page("GET POST", "/confirm/{link}", confirm, by=ANYONE),
    Page("GET POST", "/login", login, by=ANYONE, limit=SIGN_IN),
    Page("POST", "/logout", logout),
    Page("GET POST", "/forgot", forgot, by=ANYONE, limit=PASSWORD_RESET),
    Page("GET POST", "/reset/{link}", reset, by=ANYONE),
    Page("GET POST", "/account", profile),
    Page("GET POST", "/account/availability", availability),
    Page("GET", "/account/schools", schools),
    Page("GET", "/account/schools/add", add_school),
    Page("GET POST", "/account/schools/join/{school_id:uuid}", join_school),
    Page("GET POST", "/account/schools/new", create_school),
    Page("POST", "/account/schools/{affiliation_id:uuid}/leaving", leave_school),
    Page("GET POST", "/account/schools/{affiliation_id:uuid}/evidence", send_evidence),
    Page("GET POST", "/account/privacy", privacy),
    Page("GET", "/account/security", security),
    Page("POST", "/account/security/password", change_password),
    Page("POST", "/account/security/closing", close_account),
    Page("POST", "/account/sessions/{session_id:uuid}/ending", end_session),
    Page("GET POST", "/account/language", language),
    Page("POST", "/account/notifications/{group}", choose_channel),
]
