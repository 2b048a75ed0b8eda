"""Who is let in where: every route of the API and every page of the portal, written down by hand.

A row names a route and gives one or more attempts: what is tried, and the status each role must get. Attempts
that are let in change nothing where that is possible: they come with an outdated version (409) or lack the
confirmation (422).
"""

from dataclasses import dataclass
from typing import Any

OFFICERS = ("officer_pl", "officer_de", "regional", "css")
MEMBERS = ("stranger", "founder", "co_founder", "head")
SIGNED_IN = ("general", "awaiting", *MEMBERS, *OFFICERS)
ROLES = ("visitor", *SIGNED_IN)
FOUNDERS = ("founder", "co_founder")
DEVELOPERS = ("officer_pl", "officer_de", "css")
"""Who may offer professional development."""
READERS = (*FOUNDERS, "head", "officer_pl", "regional", "css")
"""Who may read a submitted project of Aragón and Poland."""

Statuses = dict[str, int]


@dataclass(frozen=True)
class Attempt:
    """What is sent (`$names` are the world's; for GET and DELETE `sent` is the query) and what must come of it."""

    statuses: Statuses
    path: dict[str, str]
    sent: dict[str, Any] | None
    new_session: bool = False


def _attempt(
    statuses: Statuses, sent: dict[str, Any] | None, path: dict[str, str], *, new_session: bool = False
) -> Attempt:
    return Attempt(statuses, path, sent, new_session)


def anyone(status: int, sent: dict[str, Any] | None = None, **path: str) -> Attempt:
    """The same for everyone, visitors included."""
    return _attempt(dict.fromkeys(ROLES, status), sent, path)


def signed_in(
    status: int, sent: dict[str, Any] | None = None, *, new_session: bool = False, **path: str
) -> Attempt:
    """The same for everyone with an account."""
    return _attempt({"visitor": 401} | dict.fromkeys(SIGNED_IN, status), sent, path, new_session=new_session)


def members(status: int, sent: dict[str, Any] | None = None, **path: str) -> Attempt:
    """For validated members; other accounts are told they are none."""
    return only(MEMBERS, status, 403, sent, **path)


def writers(status: int, sent: dict[str, Any] | None = None, **path: str) -> Attempt:
    """For validated members and those who act for a support organisation."""
    return only((*MEMBERS, *OFFICERS), status, 403, sent, **path)


def forum_readers(status: int, sent: dict[str, Any] | None = None, **path: str) -> Attempt:
    """For validated members and the moderators of the forums."""
    return only((*MEMBERS, "css"), status, 403, sent, **path)


def officers(status: int, sent: dict[str, Any] | None = None, **path: str) -> Attempt:
    """For those who act for a support organisation."""
    return only(OFFICERS, status, 403, sent, **path)


def only(
    roles: tuple[str, ...],
    status: int,
    others: int,
    sent: dict[str, Any] | None = None,
    *,
    visitor: int = 401,
    **path: str,
) -> Attempt:
    """These roles get `status`, other accounts `others`."""
    return _attempt(
        {"visitor": visitor} | dict.fromkeys(SIGNED_IN, others) | dict.fromkeys(roles, status), sent, path
    )


def but(attempt: Attempt, **exceptions: int) -> Attempt:
    """The same attempt with other statuses for some roles."""
    return Attempt(attempt.statuses | exceptions, attempt.path, attempt.sent, attempt.new_session)


def hosting(status: int, sent: dict[str, Any] | None = None, *, others: int = 403, **path: str) -> Attempt:
    """For the founder, who holds the meeting; other members and officers are told that they do not."""
    roles = (*MEMBERS, *DEVELOPERS)
    return but(only(roles, others, 403, sent, **path), founder=status)


STALE = {"seen_version": 0}
APPROVE_STALE = {"outcome": "approve", "seen_version": 0}
WRONG_PASSWORD = {"password": "not my password at all"}
NEWCOMER = {
    "person_id": "$new", "name": "Ana Ruiz", "email": "$address", "password": "a lantern above the door",
    "country": "ES", "role_kind": "teacher", "language": "es", "conduct_accepted": True,
}  # fmt: skip
LETTER = {"thread_id": "$new", "message_id": "$new", "subject": "Songs", "text": "Shall we?"}
ANSWER = {"message_id": "$taken_message", "text": "Yes"}
POST = {
    "post_id": "$new", "section": "new-project", "band": "7-11", "title": "Songs", "language": "en",
    "idea": "We look for a class that sings.", "age_from": 8, "age_to": 10, "languages": ["en"], "partners_wanted": 1,
}  # fmt: skip
POST_STALE = {
    name: value for name, value in POST.items() if name not in ("post_id", "section", "band")
} | STALE
PAGE_STALE = {"project_id": "$approved", "title": "Changed", **STALE}

KEPT = {"name": "Choirs", "scope": "partners", "wanted": {"text": "choir"}}
YEAR = {"first": "2026-09-01", "last": "2027-06-20"}
INVITED = {"place_id": "$new", "person_id": "$unknown"}

ROWS: dict[str, list[Attempt]] = {
    # ---- sessions
    "POST /registrations": [anyone(201, NEWCOMER)],
    "POST /confirmations": [anyone(409, {"link": "made.up"})],
    "POST /confirmation-requests": [anyone(204, {"email": "$address"})],
    "POST /sessions": [anyone(401, {"email": "$address", **WRONG_PASSWORD})],
    "GET /sessions": [signed_in(200)],
    "DELETE /sessions/{session_id}": [signed_in(404, session_id="$unknown")],
    "POST /sign-out": [signed_in(204, new_session=True)],
    "POST /password-requests": [anyone(204, {"email": "$address"})],
    "POST /password-resets": [anyone(409, {"link": "made.up", "password": "a lantern above the door"})],
    "PUT /me/password": [signed_in(401, {**WRONG_PASSWORD, "new_password": "a lantern above the door"})],
    # ---- oneself
    "GET /me": [signed_in(200)],
    "PUT /me/profile": [signed_in(409, {**STALE, "name": "Another"})],
    "PUT /me/availability": [signed_in(200, {"available": True, "available_plus": False})],
    "PUT /me/privacy": [
        signed_in(200, {"profile": "members", "email": "contacts", "city": "members"}),
    ],
    "PUT /me/language": [signed_in(200, {"language": "en"})],
    "POST /me/closing": [signed_in(401, WRONG_PASSWORD)],
    # ---- people
    "GET /people": [members(200, {"text": "Teacher"}), members(422, {"age_from": 99})],
    "GET /people/{person_id}/terms": [
        members(200, person_id="$members_person"),
        members(404, person_id="$private_person"),
    ],
    # ---- searching
    "GET /partners": [members(200, {"text": "Songs", "countries": "PL"}), members(422, {"cursor": "x"})],
    "GET /search/schools": [anyone(200, {"text": "Escola"})],
    "GET /search/projects": [anyone(200, {"text": "Songs"})],
    "GET /search/meetings": [signed_in(200, {"text": "Songs", "kinds": "workshop"})],
    "GET /search/posts": [members(200, {"text": "Songs"})],
    "GET /projects/{project_id}/similar": [
        anyone(200, project_id="$approved"),
        anyone(200, project_id="$draft"),
    ],
    "GET /suggestions": [members(200, {"text": "Te"})],
    "GET /me/searches": [signed_in(200)],
    "PUT /me/searches/{search_id}": [
        members(200, KEPT, search_id="$new"),
        but(members(404, KEPT, search_id="$search"), founder=200),
        members(422, {**KEPT, "scope": "pupils"}, search_id="$new"),
    ],
    "PUT /me/searches/{search_id}/alerts": [
        only(("founder",), 200, 404, {"alerts": True}, search_id="$search")
    ],
    "POST /me/searches/{search_id}/look": [but(members(404, search_id="$search"), founder=200)],
    "DELETE /me/searches/{search_id}": [signed_in(404, search_id="$unknown")],
    "GET /people/{person_id}": [
        anyone(200, person_id="$public_person"),
        only(MEMBERS, 200, 404, person_id="$members_person", visitor=404),
        anyone(404, person_id="$private_person"),
        anyone(404, person_id="$unknown"),
    ],
    "POST /people/cards": [signed_in(200, {"ids": ["$members_person"]})],
    "GET /keywords": [anyone(200, {"text": "so"})],
    "PUT /people/{person_id}/follow": [
        members(200, person_id="$public_person"),
        members(404, person_id="$unknown"),
    ],
    "DELETE /people/{person_id}/follow": [members(200, person_id="$public_person")],
    "GET /following": [signed_in(200)],
    "PUT /people/{person_id}/block": [signed_in(200, person_id="$public_person")],
    "DELETE /people/{person_id}/block": [
        signed_in(200, person_id="$public_person"),
        signed_in(404, person_id="$private_person"),
    ],
    "GET /blocks": [signed_in(200)],
    "GET /contacts": [signed_in(200)],
    "POST /contacts": [
        signed_in(404, {"contact_id": "$new", "person_id": "$unknown"}),
        but(signed_in(201, {"contact_id": "$new", "person_id": "$members_person"}), general=403),
    ],
    "POST /contacts/{contact_id}/acceptance": [
        only(("stranger",), 200, 404, contact_id="$request_to_accept"),
    ],
    "POST /contacts/{contact_id}/refusal": [
        only(("stranger",), 200, 404, contact_id="$request_to_refuse"),
    ],
    "DELETE /people/{person_id}/contact": [signed_in(404, person_id="$private_person")],
    # ---- countries and schools
    "GET /countries": [anyone(200)],
    "GET /countries/{country}/regions": [anyone(200, country="ES")],
    "GET /organisations": [anyone(200)],
    "GET /schools": [signed_in(200, {"country": "PL", "text": "Escola"})],
    "POST /schools": [
        signed_in(
            422,
            {
                "school_id": "$new",
                "name": "Liceum",
                "country": "XX",
                "city": "Gdynia",
                "level": ["primary"],
                "head_name": "Head",
                "head_email": "$address",
            },
        ),
    ],
    "GET /schools/{school_id}": [anyone(200, school_id="$school"), anyone(404, school_id="$unknown")],
    "GET /schools/{school_id}/projects": [anyone(200, school_id="$school")],
    "PUT /schools/{school_id}/head-teacher": [
        only(
            ("co_founder", "head", "officer_pl"),
            200,
            403,
            {"head_name": "$head_name", "head_email": "$head_email"},
            school_id="$school",
        )
    ],
    "PUT /schools/{school_id}/year": [
        only(("co_founder", "head"), 200, 403, YEAR, school_id="$school"),
    ],
    # ---- affiliations
    "POST /me/affiliations": [
        but(
            signed_in(404, {"affiliation_id": "$new", "school_id": "$unknown", "role_kind": "teacher"}),
            general=403,
        )
    ],
    "DELETE /me/affiliations/{affiliation_id}": [
        only(("awaiting",), 200, 404, affiliation_id="$affiliation_to_leave"),
    ],
    "POST /me/evidence": [signed_in(201, {"file_name": "contract.pdf", "size": 100})],
    "POST /me/evidence/{file_id}/arrival": [
        only(("awaiting",), 200, 404, {"ticket": "$upload"}, file_id="$evidence"),
    ],
    "PUT /me/affiliations/{affiliation_id}/evidence": [
        only(("awaiting",), 200, 404, {"file_id": "$evidence"}, affiliation_id="$affiliation"),
    ],
    "GET /affiliations/{affiliation_id}/evidence": [
        only(("awaiting", "officer_pl"), 200, 404, affiliation_id="$affiliation"),
    ],
    "GET /affiliations/{affiliation_id}/approval": [
        only(("awaiting", "officer_pl", "css"), 200, 404, affiliation_id="$affiliation"),
        signed_in(404, affiliation_id="$unknown"),
    ],
    # ---- projects
    "GET /projects": [anyone(200)],
    "GET /me/projects": [signed_in(200)],
    "GET /people/{person_id}/projects": [signed_in(200, person_id="$members_person")],
    "PUT /projects/{project_id}/draft": [
        but(members(404, STALE, project_id="$draft"), founder=409),
    ],
    "DELETE /projects/{project_id}/draft": [
        only(("founder",), 204, 404, project_id="$draft_to_discard"),
        but(only(READERS, 403, 404, project_id="$waiting"), founder=409, co_founder=409),
        but(signed_in(403, project_id="$approved"), founder=409, co_founder=409),
    ],
    "POST /projects/cards": [signed_in(200, {"ids": ["$draft", "$waiting", "$approved"]})],
    "GET /projects/{project_id}": [
        only(("founder",), 200, 404, project_id="$draft", visitor=404),
        only(READERS, 200, 404, project_id="$waiting", visitor=404),
        anyone(200, project_id="$approved"),
        anyone(404, project_id="$unknown"),
    ],
    "PUT /projects/{project_id}": [
        only(("founder",), 409, 404, "$stale_sheet", project_id="$draft"),
        but(only(READERS, 403, 404, "$stale_sheet", project_id="$waiting"), founder=409, co_founder=409),
        but(signed_in(403, "$stale_sheet", project_id="$approved"), founder=409, co_founder=409),
    ],
    "GET /projects/{project_id}/candidates": [
        but(members(404, project_id="$draft"), founder=200),
        members(404, project_id="$unknown"),
    ],
    "POST /projects/{project_id}/submission": [
        but(members(404, STALE, project_id="$draft"), founder=409),
        but(members(404, STALE, project_id="$waiting"), founder=409, co_founder=409, head=403),
    ],
    "DELETE /projects/{project_id}/submission": [
        only(FOUNDERS, 409, 404, project_id="$approved"),
        signed_in(404, project_id="$draft"),
    ],
    "POST /projects/{project_id}/changes": [only(FOUNDERS, 409, 404, project_id="$waiting")],
    "GET /projects/{project_id}/approval": [
        only(READERS, 200, 404, project_id="$waiting"),
        signed_in(404, project_id="$draft"),
    ],
    "POST /projects/{project_id}/start": [
        but(signed_in(403, STALE, project_id="$approved"), founder=409, co_founder=409),
        but(only(READERS, 403, 404, STALE, project_id="$waiting"), founder=409, co_founder=409),
    ],
    "POST /projects/{project_id}/closing": [
        but(signed_in(403, STALE, project_id="$approved"), founder=409, co_founder=409),
        but(only(READERS, 403, 404, STALE, project_id="$waiting"), founder=409, co_founder=409),
    ],
    # ---- places in running projects, outlines
    "POST /projects/{project_id}/outline-copies": [
        members(201, {"draft_id": "$new"}, project_id="$approved"),
        but(members(409, {"draft_id": "$new"}, project_id="$waiting"), stranger=404),
    ],
    "GET /projects/{project_id}/partner-candidates": [
        but(members(403, project_id="$approved"), founder=200, co_founder=200),
        members(404, project_id="$unknown"),
    ],
    "GET /projects/{project_id}/places": [
        signed_in(200, project_id="$approved"),
        only(READERS, 200, 404, project_id="$waiting"),
    ],
    "POST /projects/{project_id}/places": [
        members(422, {"place_id": "$new", "message": "Hi"}, project_id="$approved"),
        members(404, {"place_id": "$new", "message": "May we join you?"}, project_id="$unknown"),
        but(
            members(409, {"place_id": "$new", "message": "May we join you?"}, project_id="$waiting"),
            stranger=404,
        ),
    ],
    "POST /projects/{project_id}/invitations": [
        but(members(403, INVITED, project_id="$approved"), founder=404, co_founder=404),
    ],
    "GET /me/places": [signed_in(200)],
    "POST /places/{place_id}/offer": [
        but(members(403, place_id="$place"), founder=422, co_founder=422),
        members(404, place_id="$unknown"),
    ],
    "POST /places/{place_id}/refusal": [
        but(
            signed_in(403, {"reason": "We are many."}, place_id="$settled_place"), founder=409, co_founder=409
        ),
    ],
    "POST /places/{place_id}/acceptance": [members(404, place_id="$place")],
    "DELETE /places/{place_id}": [signed_in(404, place_id="$place")],
    # ---- approvals
    "GET /me/tasks": [signed_in(200)],
    "GET /queue": [officers(200)],
    "GET /tasks/{task_id}": [
        only(("head", "officer_pl"), 200, 404, task_id="$head_task"),
        only(("officer_pl",), 200, 404, task_id="$affiliation_task"),
        signed_in(404, task_id="$unknown"),
    ],
    "POST /tasks/{task_id}/decision": [
        only(("co_founder",), 409, 404, APPROVE_STALE, task_id="$partner_task"),
        only(("head",), 409, 403, APPROVE_STALE, task_id="$head_task"),
        only(("officer_pl",), 409, 403, APPROVE_STALE, task_id="$affiliation_task"),
    ],
    "POST /decisions": [signed_in(200, {"task_ids": ["$unknown"]})],
    "POST /tasks/{task_id}/assignment": [
        only(("officer_pl",), 200, 403, {}, task_id="$affiliation_task"),
        officers(403, {}, task_id="$head_task"),
    ],
    "POST /tasks/{task_id}/reminder": [only(FOUNDERS, 409, 404, task_id="$partner_task")],
    "POST /notices/{notice_id}/sending": [
        only(FOUNDERS, 200, 404, notice_id="$notice"),
        signed_in(404, notice_id="$unknown"),
    ],
    "POST /links/view": [anyone(404, {"link": "made.up"})],
    "POST /links/decision": [anyone(404, {"link": "made.up", "outcome": "approve"})],
    "GET /me/colleagues": [officers(200)],
    "GET /me/deputy": [officers(200)],
    "PUT /me/deputy": [
        officers(422, {"away_from": "2031-01-01", "away_until": "2031-01-09", "deputy_id": "$unknown"}),
    ],
    # ---- TwinSpaces
    "GET /me/twinspaces": [signed_in(200)],
    "GET /projects/{project_id}/twinspace": [
        only(FOUNDERS, 200, 404, project_id="$approved"),
        signed_in(404, project_id="$waiting"),
    ],
    "PUT /projects/{project_id}/twinspace/order": [
        only(FOUNDERS, 422, 404, {"page_ids": ["$unknown"]}, project_id="$approved"),
    ],
    "GET /pages/{page_id}": [
        anyone(200, page_id="$public_page"),
        only(FOUNDERS, 200, 404, page_id="$members_page", visitor=404),
        only(FOUNDERS, 200, 404, page_id="$draft_page", visitor=404),
        anyone(404, page_id="$unknown"),
    ],
    "PUT /pages/{page_id}": [
        only(FOUNDERS, 409, 404, PAGE_STALE, page_id="$members_page"),
        only(FOUNDERS, 409, 404, PAGE_STALE, page_id="$public_page"),
        only((), 0, 404, {**PAGE_STALE, "project_id": "$waiting"}, page_id="$members_page"),
    ],
    "DELETE /pages/{page_id}": [
        only(FOUNDERS, 409, 404, STALE, page_id="$members_page"),
        only(FOUNDERS, 409, 404, STALE, page_id="$public_page"),
    ],
    # ---- messages
    "GET /messages": [signed_in(200), signed_in(422, {"box": "attic"})],
    "GET /messages/unread": [signed_in(200)],
    "POST /messages": [
        writers(404, {**LETTER, "to": ["$unknown"]}),
        writers(409, {**LETTER, "to": ["$awaiting_person"]}),
        writers(422, {**LETTER, "to": []}),
    ],
    "GET /messages/{thread_id}": [
        only(FOUNDERS, 200, 404, thread_id="$thread"),
        signed_in(404, thread_id="$unknown"),
    ],
    "POST /messages/{thread_id}/replies": [
        but(writers(404, ANSWER, thread_id="$thread"), founder=422, co_founder=422),
        writers(404, ANSWER, thread_id="$unknown"),
    ],
    "PUT /messages/{thread_id}/read": [only(FOUNDERS, 200, 404, thread_id="$thread")],
    "PUT /messages/{thread_id}/archive": [only(FOUNDERS, 204, 404, thread_id="$thread")],
    "DELETE /messages/{thread_id}/archive": [only(FOUNDERS, 204, 404, thread_id="$thread")],
    # ---- partner forums
    "GET /forum/sections": [forum_readers(200)],
    "GET /forum/posts": [forum_readers(200, {"section": "new-project", "band": "7-11"})],
    "POST /forum/posts": [members(422, {**POST, "age_from": 16, "age_to": 18})],
    "POST /forum/similar-posts": [members(200, {"title": "Songs", "idea": "To sing together"})],
    "GET /me/forum-posts": [members(200)],
    "GET /forum/posts/{post_id}": [
        forum_readers(200, post_id="$post"),
        but(forum_readers(200, post_id="$hidden_post"), stranger=404, head=404),
        forum_readers(404, post_id="$unknown"),
    ],
    "PUT /forum/posts/{post_id}": [
        but(members(403, POST_STALE, post_id="$post"), founder=409),
        but(members(404, POST_STALE, post_id="$hidden_post"), founder=403, co_founder=403),
    ],
    "POST /forum/posts/{post_id}/replies": [
        members(422, {"reply_id": "$new", "text": ""}, post_id="$post"),
        but(
            members(404, {"reply_id": "$post", "text": "We too"}, post_id="$hidden_post"),
            founder=201,
            co_founder=422,
        ),
    ],
    "POST /forum/posts/{post_id}/found": [
        but(members(403, post_id="$post"), founder=200),
        members(404, post_id="$unknown"),
    ],
    "POST /forum/posts/{post_id}/renewal": [but(members(403, post_id="$post"), founder=200)],
    "POST /forum/posts/{post_id}/moderation": [
        only(("css",), 422, 403, {"action": "remove"}, post_id="$post"),
    ],
    "POST /forum/posts/{post_id}/replies/{reply_id}/removal": [
        only(("css",), 404, 403, {"reason": "Rude"}, post_id="$post", reply_id="$unknown"),
    ],
    # ---- meetings: a public one of founder, a private one of founder to which co_founder is invited, an activity
    "GET /meetings": [anyone(200)],
    "POST /meetings": [
        only((*MEMBERS, *DEVELOPERS), 201, 403, {"meeting_id": "$new", "$meeting": "workshop"}),
        only(DEVELOPERS, 201, 403, {"meeting_id": "$new", "$meeting": "webinar"}),
    ],
    "GET /meetings/awaiting-release": [only(DEVELOPERS, 200, 403)],
    "POST /meetings/cards": [signed_in(200, {"ids": ["$meeting", "$private_meeting"]})],
    "GET /me/meetings": [signed_in(200)],
    "GET /meetings/{meeting_id}": [
        anyone(200, meeting_id="$meeting"),
        only(FOUNDERS, 200, 404, meeting_id="$private_meeting", visitor=404),
        anyone(404, meeting_id="$unknown"),
    ],
    "PUT /meetings/{meeting_id}": [
        hosting(409, {"$meeting": "workshop", **STALE}, meeting_id="$meeting"),
    ],
    "POST /meetings/{meeting_id}/cancellation": [
        hosting(422, {"reason": ""}, others=422, meeting_id="$meeting")
    ],
    "POST /meetings/{meeting_id}/release": [
        only(DEVELOPERS, 200, 403, meeting_id="$meeting"),
    ],
    "PUT /meetings/{meeting_id}/crew": [hosting(200, {}, meeting_id="$meeting")],
    "POST /meetings/{meeting_id}/invitations": [hosting(422, {}, meeting_id="$meeting")],
    "GET /meetings/{meeting_id}/registrations": [
        but(only((), 0, 403, meeting_id="$meeting"), founder=200),
        but(only((), 0, 404, meeting_id="$private_meeting"), founder=200, co_founder=403),
    ],
    "POST /meetings/{meeting_id}/registrations": [
        members(409, {"registration_id": "$new"}, meeting_id="$meeting_to_come"),
        but(
            members(404, {"registration_id": "$new"}, meeting_id="$private_meeting"),
            founder=201,
            co_founder=201,
        ),
    ],
    "DELETE /meetings/{meeting_id}/registration": [
        only(("stranger",), 200, 404, meeting_id="$meeting_to_leave"),
    ],
    "POST /meetings/{meeting_id}/seat": [
        only(("stranger",), 409, 404, meeting_id="$meeting"),
    ],
    "POST /meetings/{meeting_id}/registrations/{registration_id}/approval": [
        but(signed_in(403, meeting_id="$meeting", registration_id="$registration"), founder=409),
    ],
    "POST /meetings/{meeting_id}/registrations/{registration_id}/refusal": [
        but(
            signed_in(403, {"reason": "No."}, meeting_id="$meeting", registration_id="$registration"),
            founder=409,
        ),
    ],
    "POST /meetings/{meeting_id}/registrations/{registration_id}/completion": [
        but(
            signed_in(403, {"hours": 3}, meeting_id="$meeting", registration_id="$registration"), founder=409
        ),
    ],
    "POST /meetings/{meeting_id}/attendance": [
        but(signed_in(403, {"registration_ids": []}, meeting_id="$meeting"), founder=409),
    ],
    "PUT /meetings/{meeting_id}/reminder": [
        members(200, {}, meeting_id="$meeting"),
        but(members(404, {}, meeting_id="$private_meeting"), founder=200, co_founder=200),
    ],
    "GET /meetings/{meeting_id}/draw": [anyone(404, meeting_id="$meeting")],
    "GET /meetings/{meeting_id}/room": [
        but(signed_in(403, meeting_id="$meeting"), founder=409, stranger=409),
    ],
    "GET /meetings/{meeting_id}/room/people": [
        but(signed_in(403, meeting_id="$meeting"), founder=409, stranger=409),
    ],
    "PUT /meetings/{meeting_id}/room/{person_id}/silence": [
        but(signed_in(403, {}, meeting_id="$meeting", person_id="$unknown"), founder=404),
    ],
    "DELETE /meetings/{meeting_id}/room/{person_id}": [
        but(signed_in(403, meeting_id="$meeting", person_id="$unknown"), founder=404),
    ],
    "POST /meetings/{meeting_id}/registrations/{registration_id}/readmission": [
        but(signed_in(403, meeting_id="$meeting", registration_id="$registration"), founder=200),
    ],
    "POST /meetings/{meeting_id}/entry": [
        but(signed_in(403, {}, meeting_id="$meeting"), founder=409, stranger=409),
        but(only(FOUNDERS, 409, 404, {}, meeting_id="$private_meeting"), general=403, awaiting=403),
    ],
    "POST /meetings/{meeting_id}/files": [
        but(signed_in(403, {"file_name": "a.pdf", "size": 9}, meeting_id="$meeting"), founder=201),
    ],
    "POST /meetings/{meeting_id}/files/{file_id}/arrival": [
        but(signed_in(403, {"ticket": "made.up"}, meeting_id="$meeting", file_id="$unknown"), founder=404),
    ],
    "GET /meetings/{meeting_id}/files/{file_id}": [
        but(signed_in(403, meeting_id="$meeting", file_id="$unknown"), founder=404, stranger=404),
    ],
    "DELETE /meetings/{meeting_id}/files/{file_id}": [
        but(signed_in(403, meeting_id="$meeting", file_id="$unknown"), founder=404),
    ],
    "GET /meetings/{meeting_id}/posts": [
        but(signed_in(403, meeting_id="$meeting"), founder=200, stranger=200),
        only(FOUNDERS, 200, 404, meeting_id="$private_meeting"),
    ],
    "PUT /meetings/{meeting_id}/posts/{post_id}": [
        but(
            signed_in(403, {"text": "Hello"}, meeting_id="$meeting", post_id="$new"),
            founder=200,
            stranger=200,
        ),
    ],
    "DELETE /meetings/{meeting_id}/posts/{post_id}": [
        but(signed_in(403, meeting_id="$meeting", post_id="$unknown"), founder=404, stranger=404),
    ],
    "GET /meetings/{meeting_id}/feedback": [
        but(signed_in(403, meeting_id="$meeting"), founder=200, stranger=200),
    ],
    "POST /meetings/{meeting_id}/feedback": [
        signed_in(409, {"contents": 5, "organisation": 5}, meeting_id="$meeting"),
    ],
    "GET /calendar": [anyone(200)],
    "GET /calendar/public": [anyone(200)],
    "GET /calendar/feeds/{token}": [anyone(404, token="made-up")],
    "GET /meetings/{meeting_id}/calendar": [
        anyone(200, meeting_id="$meeting"),
        only(FOUNDERS, 200, 404, meeting_id="$private_meeting", visitor=404),
    ],
    "GET /me/calendar-feed": [signed_in(200)],
    "POST /me/calendar-feed": [signed_in(200)],
    # ---- professional development
    "GET /activities": [anyone(200)],
    "GET /me/record": [signed_in(200)],
    "GET /me/record/table": [signed_in(200)],
    "GET /me/record/file": [signed_in(200)],
    "GET /certificates/{number}": [anyone(404, number="SB-2026-MADEUP")],
    "GET /registrations/{registration_id}/certificate": [signed_in(404, registration_id="$registration")],
    "GET /tutorials": [anyone(200)],
    "PUT /tutorials/{tutorial_id}": [
        but(only(DEVELOPERS, 403, 403, "$tutorial", tutorial_id="$new"), officer_pl=200),
    ],
    "DELETE /tutorials/{tutorial_id}": [only(DEVELOPERS, 404, 403, tutorial_id="$unknown")],
    # ---- progress
    "GET /me/progress": [signed_in(200)],
    "PUT /me/progress/deeds": [signed_in(200, {"hidden": False}), signed_in(422, {})],
    "GET /people/{person_id}/progress": [
        signed_in(200, person_id="$public_person"),
        only(MEMBERS, 200, 404, person_id="$members_person"),
        signed_in(404, person_id="$private_person"),
        signed_in(404, person_id="$unknown"),
    ],
    "GET /modules": [anyone(200)],
    "GET /modules/{name}": [anyone(200, name="who-sees-what"), anyone(404, name="attic")],
    "POST /modules/{name}/quiz": [
        anyone(200, name="who-sees-what"),
        anyone(422, {"answers": [{"question": "follow", "choice": 99}]}, name="who-sees-what"),
        anyone(404, name="attic"),
    ],
    # ---- notifications
    "GET /notifications": [signed_in(200)],
    "GET /notifications/unread": [signed_in(200)],
    "POST /notifications/read": [signed_in(200, {"ids": ["$unknown"]})],
    "GET /me/notification-choices": [signed_in(200)],
    "PUT /me/notification-choices/{group}": [signed_in(422, {"channel": "both"}, group="made_up")],
    # ---- beside the contracts
    "PUT /files/{ticket}": [anyone(404, ticket="made.up")],
    "GET /openapi.json": [anyone(200)],
}

PAGE_ROLES = ("visitor", "founder", "officer_pl", "stranger", "officer_de")
TO_LOG_IN = 303


@dataclass(frozen=True)
class Look:
    """A page of the portal that is looked at, and what `PAGE_ROLES` must get."""

    statuses: tuple[int, int, int, int, int]
    path: dict[str, str]


def look(*statuses: int, **path: str) -> Look:
    return Look(statuses, path)  # type: ignore[arg-type]


EVERYONE = (200, 200, 200, 200, 200)
ACCOUNTS = (303, 200, 200, 200, 200)
NOBODY = (303, 404, 404, 404, 404)
MEMBERS_ONLY = (303, 200, 403, 200, 403)
FOUNDER_OF_WAITING = (303, 200, 403, 404, 404)

PAGES: dict[str, list[Look]] = {
    "/register": [look(*EVERYONE)],
    "/register/sent": [look(*EVERYONE)],
    "/confirm/{link}": [look(*EVERYONE, link="made.up")],
    "/login": [look(200, 303, 303, 303, 303)],
    "/forgot": [look(*EVERYONE)],
    "/reset/{link}": [look(*EVERYONE, link="made.up")],
    "/account": [look(*ACCOUNTS)],
    "/account/availability": [look(*ACCOUNTS)],
    "/account/schools": [look(*ACCOUNTS)],
    "/account/schools/add": [look(*ACCOUNTS)],
    "/account/schools/join/{school_id:uuid}": [
        look(*ACCOUNTS, school_id="$other_school"),
        look(*NOBODY, school_id="$unknown"),
    ],
    "/account/schools/new": [look(*ACCOUNTS)],
    "/account/schools/{affiliation_id:uuid}/evidence": [look(*NOBODY, affiliation_id="$affiliation")],
    "/account/privacy": [look(*ACCOUNTS)],
    "/account/security": [look(*ACCOUNTS)],
    "/account/language": [look(*ACCOUNTS)],
    "/cases": [look(*ACCOUNTS)],
    "/cases/deputy": [look(303, 403, 200, 403, 200)],
    "/cases/{task_id:uuid}": [
        look(303, 404, 200, 404, 404, task_id="$affiliation_task"),
        look(303, 404, 200, 404, 404, task_id="$head_task"),
        look(*NOBODY, task_id="$unknown"),
    ],
    "/cases/{task_id:uuid}/evidence": [look(303, 404, 303, 404, 404, task_id="$affiliation_task")],
    "/consent/{link}": [look(404, 404, 404, 404, 404, link="made.up")],
    "/": [look(200, 303, 303, 303, 303)],
    "/help": [look(*EVERYONE)],
    "/conduct": [look(*EVERYONE)],
    "/privacy": [look(*EVERYONE)],
    "/accessibility": [look(*EVERYONE)],
    "/desktop": [look(*ACCOUNTS)],
    "/notifications": [look(*ACCOUNTS)],
    "/messages": [look(*ACCOUNTS)],
    "/messages/sent": [look(*ACCOUNTS)],
    "/messages/archive": [look(*ACCOUNTS)],
    "/messages/new": [look(*ACCOUNTS)],
    "/messages/{thread_id:uuid}": [
        look(303, 200, 404, 404, 404, thread_id="$thread"),
        look(*NOBODY, thread_id="$unknown"),
    ],
    "/forums": [look(*MEMBERS_ONLY)],
    "/forums/mine": [look(*MEMBERS_ONLY)],
    "/forums/new": [look(*MEMBERS_ONLY)],
    "/forums/{section}/{band}": [
        look(*MEMBERS_ONLY, section="new-project", band="7-11"),
        look(303, 404, 403, 404, 403, section="attic", band="7-11"),
    ],
    "/forums/posts/{post_id:uuid}": [
        look(*MEMBERS_ONLY, post_id="$post"),
        look(303, 200, 403, 404, 403, post_id="$hidden_post"),
        look(303, 404, 403, 404, 403, post_id="$unknown"),
    ],
    "/forums/posts/{post_id:uuid}/edit": [look(303, 200, 403, 403, 403, post_id="$post")],
    "/forums/posts/{post_id:uuid}/moderation": [look(303, 403, 403, 403, 403, post_id="$post")],
    "/forums/posts/{post_id:uuid}/replies/{reply_id:uuid}/removal": [
        look(303, 403, 403, 403, 403, post_id="$post", reply_id="$unknown"),
    ],
    "/events/search": [look(*ACCOUNTS)],
    "/forums/search": [look(*MEMBERS_ONLY)],
    "/people": [look(*MEMBERS_ONLY)],
    "/people/{person_id:uuid}/terms": [
        look(*MEMBERS_ONLY, person_id="$members_person"),
        look(303, 404, 403, 404, 403, person_id="$unknown"),
    ],
    "/partners": [look(*MEMBERS_ONLY)],
    "/partners/tips": [look(*EVERYONE)],
    "/partners/saved": [look(*MEMBERS_ONLY)],
    "/partners/saved/{search_id:uuid}": [look(303, 303, 403, 303, 403, search_id="$search")],
    "/schools": [look(*EVERYONE)],
    "/schools/{school_id:uuid}/year": [look(303, 403, 403, 403, 403, school_id="$school")],
    "/contacts": [look(*ACCOUNTS)],
    "/people/following": [look(*ACCOUNTS)],
    "/people/{person_id:uuid}": [
        look(*EVERYONE, person_id="$public_person"),
        look(404, 200, 404, 200, 404, person_id="$members_person"),
        look(404, 404, 404, 404, 404, person_id="$unknown"),
    ],
    "/people/{person_id:uuid}/progress": [
        look(*ACCOUNTS, person_id="$public_person"),
        look(303, 200, 404, 200, 404, person_id="$members_person"),
        look(*NOBODY, person_id="$unknown"),
    ],
    "/progress": [look(*ACCOUNTS)],
    "/learning/modules": [look(*EVERYONE)],
    "/learning/modules/{name}": [
        look(*EVERYONE, name="who-sees-what"),
        look(404, 404, 404, 404, 404, name="attic"),
    ],
    "/schools/{school_id:uuid}": [
        look(*EVERYONE, school_id="$school"),
        look(404, 404, 404, 404, 404, school_id="$unknown"),
    ],
    "/schools/{school_id:uuid}/head-teacher": [look(303, 403, 200, 403, 403, school_id="$school")],
    "/events": [look(*EVERYONE)],
    "/events/calendar": [look(*EVERYONE)],
    "/events/mine": [look(*ACCOUNTS)],
    "/events/new": [look(*ACCOUNTS)],
    "/events/{meeting_id:uuid}": [
        look(*EVERYONE, meeting_id="$meeting"),
        look(404, 200, 404, 404, 404, meeting_id="$private_meeting"),
        look(404, 404, 404, 404, 404, meeting_id="$unknown"),
    ],
    "/events/{meeting_id:uuid}/room": [
        look(303, 409, 403, 409, 403, meeting_id="$meeting"),
        look(303, 409, 404, 404, 404, meeting_id="$private_meeting"),
    ],
    "/events/{meeting_id:uuid}/room/people": [
        look(303, 409, 403, 409, 403, meeting_id="$meeting"),
        look(303, 409, 404, 404, 404, meeting_id="$private_meeting"),
    ],
    "/events/{meeting_id:uuid}/edit": [
        look(303, 200, 403, 403, 403, meeting_id="$meeting"),
        look(303, 200, 404, 404, 404, meeting_id="$private_meeting"),
    ],
    "/events/{meeting_id:uuid}/cancellation": [look(303, 200, 403, 403, 403, meeting_id="$meeting")],
    "/events/{meeting_id:uuid}/invitations": [look(303, 200, 403, 403, 403, meeting_id="$meeting")],
    "/events/{meeting_id:uuid}/people": [
        look(303, 200, 403, 403, 403, meeting_id="$meeting"),
        look(303, 200, 404, 404, 404, meeting_id="$private_meeting"),
    ],
    "/events/{meeting_id:uuid}/discussion": [look(303, 200, 403, 200, 403, meeting_id="$meeting")],
    "/events/{meeting_id:uuid}/files/{file_id:uuid}": [
        look(303, 404, 403, 404, 403, meeting_id="$meeting", file_id="$unknown"),
    ],
    "/events/{meeting_id:uuid}/feedback": [look(303, 200, 403, 200, 403, meeting_id="$meeting")],
    "/events/{meeting_id:uuid}/draw": [look(404, 404, 404, 404, 404, meeting_id="$meeting")],
    "/events/{meeting_id:uuid}/calendar.ics": [
        look(*EVERYONE, meeting_id="$meeting"),
        look(404, 200, 404, 404, 404, meeting_id="$private_meeting"),
    ],
    "/calendar/public.ics": [look(*EVERYONE)],
    "/calendar/feeds/{token}.ics": [look(404, 404, 404, 404, 404, token="made-up")],
    "/verify/{number}": [look(404, 404, 404, 404, 404, number="SB-2026-MADEUP")],
    "/learning": [look(*EVERYONE)],
    "/learning/record": [look(*ACCOUNTS)],
    "/learning/record.csv": [look(*ACCOUNTS)],
    "/learning/record.pdf": [look(303, 303, 303, 303, 303)],
    "/learning/certificates/{registration_id:uuid}": [look(*NOBODY, registration_id="$registration")],
    "/learning/tutorials": [look(*EVERYONE)],
    "/projects": [look(*ACCOUNTS)],
    "/projects/gallery": [look(*EVERYONE)],
    "/projects/search": [look(*EVERYONE)],
    "/projects/{project_id:uuid}/place": [
        look(303, 409, 403, 200, 403, project_id="$approved"),
        look(303, 404, 403, 404, 403, project_id="$unknown"),
    ],
    "/projects/{project_id:uuid}/partners": [look(303, 200, 403, 403, 403, project_id="$approved")],
    "/projects/new": [look(303, 200, 403, 200, 403)],
    "/projects/{project_id:uuid}": [
        look(404, 200, 404, 404, 404, project_id="$draft"),
        look(404, 200, 200, 404, 404, project_id="$waiting"),
        look(*EVERYONE, project_id="$approved"),
        look(404, 404, 404, 404, 404, project_id="$unknown"),
    ],
    "/projects/{project_id:uuid}/edit": [
        look(303, 200, 404, 404, 404, project_id="$draft"),
        look(*FOUNDER_OF_WAITING, project_id="$waiting"),
    ],
    "/projects/{project_id:uuid}/co-founder": [look(303, 200, 403, 404, 403, project_id="$draft")],
    "/projects/{project_id:uuid}/discarding": [look(303, 200, 404, 404, 404, project_id="$draft")],
    "/projects/{project_id:uuid}/withdrawal": [look(*FOUNDER_OF_WAITING, project_id="$waiting")],
    "/projects/{project_id:uuid}/changes": [look(303, 409, 403, 404, 404, project_id="$waiting")],
    "/projects/{project_id:uuid}/closing": [look(303, 200, 403, 403, 403, project_id="$approved")],
    "/projects/{project_id:uuid}/start": [look(303, 200, 403, 403, 403, project_id="$approved")],
    "/twinspaces/{project_id:uuid}": [
        look(303, 200, 404, 404, 404, project_id="$approved"),
        look(*NOBODY, project_id="$waiting"),
    ],
    "/twinspaces/{project_id:uuid}/pages/new": [look(303, 200, 404, 404, 404, project_id="$approved")],
    "/twinspaces/{project_id:uuid}/pages/{page_id:uuid}": [
        look(303, 200, 404, 404, 404, project_id="$approved", page_id="$members_page"),
        look(*NOBODY, project_id="$approved", page_id="$unknown"),
    ],
    "/twinspaces/{project_id:uuid}/pages/{page_id:uuid}/edit": [
        look(303, 200, 404, 404, 404, project_id="$approved", page_id="$members_page"),
    ],
    "/twinspaces/{project_id:uuid}/pages/{page_id:uuid}/deletion": [
        look(303, 200, 404, 404, 404, project_id="$approved", page_id="$members_page"),
    ],
    "/pages/{page_id:uuid}": [
        look(*EVERYONE, page_id="$public_page"),
        look(404, 303, 404, 404, 404, page_id="$members_page"),
        look(404, 404, 404, 404, 404, page_id="$unknown"),
    ],
}
