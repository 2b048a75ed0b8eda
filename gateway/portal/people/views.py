"""Looking people up, their profiles, following, contacts; and the pages of schools."""

from contextlib import suppress

from starlette.responses import Response

from chassis.contract import ANYONE, Forbidden, plain, role
from gateway.portal import choices
from gateway.portal.page import Page
from gateway.portal.visit import Visit
from services.identity import contract as identity
from services.progress import contract as progress
from services.projects import contract as projects

MEMBERS = role("member")


async def profile(visit: Visit) -> Response:
    """Somebody's profile as the reader may see it."""
    person_id = visit.path["person_id"]
    found = await visit.call(identity.profile(person_id))
    theirs, bar = None, None
    if visit.session is not None:
        theirs, bar = await visit.together(projects.projects_of(person_id), progress.progress(person_id))
    form = visit.form()
    return await visit.show("people/profile.html", profile=found, projects=theirs, bar=bar, ask_form=form)


async def terms(visit: Visit) -> Response:
    """The terms and holidays of one's own school and of somebody's, before one writes."""
    person_id = visit.path["person_id"]
    person, found = await visit.call(identity.profile(person_id)), None
    with suppress(identity.NoSchool):
        found = await visit.call(identity.terms_together(person_id))
    return await visit.show("people/terms.html", profile=person, terms=found)


async def follow(visit: Visit) -> Response:
    """Follow somebody."""
    await visit.call(identity.follow(visit.path["person_id"]))
    return visit.go(f"/people/{visit.path['person_id']}", "following")


async def unfollow(visit: Visit) -> Response:
    """Stop following."""
    await visit.call(identity.unfollow(visit.path["person_id"]))
    return visit.go(f"/people/{visit.path['person_id']}", "unfollowed")


async def ask_for_contact(visit: Visit) -> Response:
    """Ask somebody to become a contact, with a short message."""
    person_id = visit.path["person_id"]
    form = visit.form()
    relation = await visit.send(form, identity.ask_for_contact, contact_id=visit.once, person_id=person_id)
    if relation is not None:
        accepted = relation.contact is identity.ContactState.ACCEPTED
        return visit.go(f"/people/{person_id}", "contact_accepted" if accepted else "contact_asked")
    found = await visit.call(identity.profile(person_id))
    return await visit.show(
        "people/profile.html", form=form, profile=found, projects=None, bar=None, ask_form=form
    )


async def accept_contact(visit: Visit) -> Response:
    """Accept a request."""
    await visit.call(identity.accept_contact(visit.path["contact_id"]))
    return visit.go("/contacts", "contact_accepted")


async def decline_contact(visit: Visit) -> Response:
    """Decline a request."""
    await visit.call(identity.decline_contact(visit.path["contact_id"]))
    return visit.go("/contacts?state=received", "contact_declined")


async def remove_contact(visit: Visit) -> Response:
    """End a contact, or take back a request."""
    await visit.call(identity.remove_contact(visit.path["person_id"]))
    return visit.go("/contacts", "contact_removed")


async def block(visit: Visit) -> Response:
    """Block somebody."""
    await visit.call(identity.block(visit.path["person_id"]))
    return visit.go("/contacts", "blocked")


async def unblock(visit: Visit) -> Response:
    """Take a block back."""
    await visit.call(identity.unblock(visit.path["person_id"]))
    return visit.go("/contacts?state=blocked", "unblocked")


async def contacts(visit: Visit) -> Response:
    """Contacts with filters, requests received and sent, and those blocked."""
    state = visit.query.get("state", "accepted")
    blocked, found = None, None
    if state == "blocked":
        blocked = await visit.call(identity.blocked())
    else:
        typed = identity.contacts.parse(
            {
                "state": state,
                "country": visit.query.get("country") or None,
                "available": True if visit.query.get("available") else None,
                "available_plus": True if visit.query.get("available_plus") else None,
                "cursor": visit.query.get("cursor", ""),
            }
        )
        found = await visit.call(identity.contacts(**typed))
    people = await visit.people(contact.person_id for contact in (found.contacts if found else ()))
    return await visit.show(
        "people/contacts.html",
        state=state,
        found=found,
        blocked=blocked,
        people=people,
        countries=await choices.countries(visit),
        section="contacts",
    )


async def following(visit: Visit) -> Response:
    """Whom one follows."""
    found = await visit.call(identity.following())
    return await visit.show("people/following.html", found=found, section="following")


async def school(visit: Visit) -> Response:
    """A school's page: where it is, who works there, what it has done."""
    found = await visit.call(identity.school(visit.path["school_id"]))
    people = await visit.people(found.members)
    theirs = await visit.maybe(projects.projects_of_school(visit.path["school_id"]))
    return await visit.show("people/school.html", school=found, people=people, projects=theirs)


async def edit_head_teacher(visit: Visit) -> Response:
    """Correct the head teacher's name and address."""
    found = await visit.call(identity.school(visit.path["school_id"]))
    if "edit_head_teacher" not in found.actions:
        raise Forbidden
    form = visit.form(kept=found)
    if visit.posted:
        sent = await visit.send(form, identity.edit_head_teacher, school_id=visit.path["school_id"])
        if sent is not None:
            return visit.go(f"/schools/{visit.path['school_id']}", "saved")
    return await visit.show("people/head_teacher.html", form=form, school=found)


async def edit_school_year(visit: Visit) -> Response:
    """Enter when a school teaches: the first and last day, and its breaks line by line."""
    found = await visit.call(identity.school(visit.path["school_id"]))
    if "set_school_year" not in found.actions:
        raise Forbidden
    kept = found.years[0] if found.years else None
    form = visit.form(kept={"first": kept.first, "last": kept.last} if kept else None)
    if visit.posted:
        given = {"school_id": visit.path["school_id"], "breaks": _breaks(visit)}
        if await visit.send(form, identity.set_school_year, **given) is not None:
            return visit.go(f"/schools/{visit.path['school_id']}", "saved")
    shown = _breaks(visit) if visit.posted else [plain(b) for b in (kept.breaks if kept else ())]
    return await visit.show("people/school_year.html", form=form, school=found, breaks=shown)


def _breaks(visit: Visit) -> list[dict[str, str]]:
    """The breaks typed: pairs of days; lines left empty are left out."""
    firsts = visit.typed.getlist("break_first") if visit.typed is not None else []
    lasts = visit.typed.getlist("break_last") if visit.typed is not None else []
    pairs = [(str(first).strip(), str(last).strip()) for first, last in zip(firsts, lasts, strict=False)]
    return [{"first": first, "last": last or first} for first, last in pairs if first]


PAGES = [
    Page("GET", "/contacts", contacts),
    Page("GET", "/people/following", following),
    Page("GET", "/people/{person_id:uuid}", profile, by=ANYONE),
    Page("GET", "/people/{person_id:uuid}/terms", terms, by=MEMBERS),
    Page("POST", "/people/{person_id:uuid}/follow", follow, by=MEMBERS),
    Page("POST", "/people/{person_id:uuid}/unfollow", unfollow, by=MEMBERS),
    Page("POST", "/people/{person_id:uuid}/contact", ask_for_contact),
    Page("POST", "/people/{person_id:uuid}/contact/end", remove_contact),
    Page("POST", "/people/{person_id:uuid}/block", block),
    Page("POST", "/people/{person_id:uuid}/unblock", unblock),
    Page("POST", "/contacts/{contact_id:uuid}/acceptance", accept_contact),
    Page("POST", "/contacts/{contact_id:uuid}/refusal", decline_contact),
    Page("GET", "/schools/{school_id:uuid}", school, by=ANYONE),
    Page("GET POST", "/schools/{school_id:uuid}/head-teacher", edit_head_teacher),
    Page("GET POST", "/schools/{school_id:uuid}/year", edit_school_year),
]
