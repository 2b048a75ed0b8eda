"""What each kind of notification says, where it leads, and the one thing it asks for. (CO-12 CO-13 CO-14)"""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from gateway.portal.catalogue import N_, gettext
from gateway.portal.rendering import bdi, country, day, listed
from gateway.portal.words import word
from services.approvals.contract import Cause, Outcome, Status, StepKind
from services.community.contract import Asks, Kind, Notification
from services.progress.contract import Area

PROJECT: dict[Kind, str] = {
    Kind.INVITATION: N_("You are invited to found “%(title)s” together."),
    Kind.SIGN_OFF: N_("“%(title)s” waits for your decision."),
    Kind.REMINDER: N_("“%(title)s” still waits for your answer."),
    Kind.NUDGE: N_("The founders of “%(title)s” kindly ask you to look at it."),
    Kind.CHANGES_MADE: N_("“%(title)s” was changed as you asked and waits for your decision again."),
    Kind.OVERDUE: N_("“%(title)s”: the head teacher (%(country)s) has not answered in time."),
    Kind.ESCALATED: N_("“%(title)s” has waited in %(country)s longer than the service allows."),
    Kind.LATE: N_("“%(title)s” takes longer than usual. It waits for: %(causes)s."),
    Kind.CHANGES_REQUESTED: N_(
        "Changes to “%(title)s” are asked for in %(country)s. All clocks stand still."
    ),
    Kind.ADDRESS_BOUNCED: N_("“%(title)s”: the head teacher’s address (%(country)s) does not work."),
    Kind.EXPIRY_WARNING: N_("Your partner has not answered the invitation to “%(title)s”. It will end soon."),
    Kind.STEP_DECIDED: N_("“%(title)s”: %(step)s (%(country)s): %(outcome)s."),
    Kind.PROJECT_ENDED: N_("“%(title)s” was not approved: %(status)s."),
    Kind.TWINSPACE_OPENED: N_("All countries have approved “%(title)s”. Its TwinSpace is open."),
    Kind.PROJECT_STARTED: N_("“%(title)s” has started."),
    Kind.PROJECT_CLOSED: N_("“%(title)s” is closed. Its TwinSpace can still be read."),
    Kind.MEETING_INVITATION: N_("%(person)s invites you to “%(title)s”."),
    Kind.MEETING_REMINDER: N_("“%(title)s” begins soon."),
    Kind.MEETING_CHANGED: N_("“%(title)s” was changed. The page says when and where it takes place now."),
    Kind.MEETING_CANCELLED: N_("“%(title)s” is cancelled. The page gives the reason."),
    Kind.SEAT_CONFIRMED: N_("You have a place in “%(title)s”."),
    Kind.SEAT_OFFERED: N_("A place in “%(title)s” is held for you for a day at most."),
    Kind.SEAT_LOST: N_("You have no place in “%(title)s”. The page says why."),
    Kind.APPLICATIONS_OPEN: N_("Registration for “%(title)s” is open."),
    Kind.CERTIFICATE_READY: N_("Your certificate of “%(title)s” is ready."),
    Kind.AFFILIATION_VALIDATED: N_(
        "Your national support service has confirmed your school. You can found projects now."
    ),
    Kind.AFFILIATION_REFUSED: N_(
        "Your national support service could not confirm your school. The page says why."
    ),
    Kind.CONTACT_REQUESTED: N_("%(person)s asks to be one of your contacts."),
    Kind.CONTACT_ACCEPTED: N_("%(person)s has accepted your request. You can found a project together now."),
    Kind.MESSAGE_RECEIVED: N_("%(person)s has written to you about “%(title)s”."),
    Kind.POST_REPLIED: N_("%(person)s has replied to your post “%(title)s”."),
    Kind.POST_EXPIRING: N_("Your post “%(title)s” ends on %(day)s. Renew it if you still look for partners."),
    Kind.POST_MOVED: N_("A moderator has moved your post “%(title)s”. The page says where and why."),
    Kind.POST_CLOSED: N_("A moderator has closed your post “%(title)s”. The page says why."),
    Kind.POST_REMOVED: N_("A moderator has removed your post “%(title)s”. The page says why."),
    Kind.REPLY_REMOVED: N_("A moderator has removed your reply to “%(title)s”. The page says why."),
    Kind.NEW_MATCHES: N_("New matches for one of your saved searches: %(count)s."),
    Kind.AVAILABILITY_LAPSES: N_(
        "You said a year ago that you are available for projects. Confirm it, or it lapses on %(day)s."
    ),
    Kind.AVAILABILITY_LAPSED: N_(
        "You have not confirmed that you are available, so partner search no longer shows you."
    ),
    Kind.PLACE_ASKED: N_("%(person)s asks for a place in “%(title)s”."),
    Kind.PLACE_OFFERED: N_("The founders of “%(title)s” invite you to take part."),
    Kind.PLACE_REFUSED: N_("The founders of “%(title)s” cannot offer you a place. The page says why."),
    Kind.PARTNER_JOINED: N_("%(person)s has joined “%(title)s”."),
    Kind.BADGE_EARNED: N_("A new badge: you have %(count)s points of 100 in %(area)s."),
}
REGISTRATION: dict[Kind, str] = {
    Kind.SIGN_OFF: N_("A registration waits for your decision."),
    Kind.REMINDER: N_("A registration still waits for your decision."),
    Kind.NUDGE: N_("Somebody who registered kindly asks you to look at it."),
    Kind.CHANGES_MADE: N_("The document asked for has arrived; the registration waits for you again."),
    Kind.OVERDUE: N_("A registration has not been answered in time."),
    Kind.ESCALATED: N_("A registration has waited longer than the service allows."),
    Kind.LATE: N_("The review of a registration takes longer than usual."),
    Kind.CHANGES_REQUESTED: N_("Your national support service asks for something before it can confirm you."),
}
UNTITLED = {"thread": N_("something"), "post": N_("a post"), "meeting": N_("an event")}
OUTCOMES: dict[Outcome, str] = {
    Outcome.APPROVE: N_("approved"),
    Outcome.REFUSE: N_("refused"),
    Outcome.REQUEST_CHANGES: N_("asked for changes"),
}
ANSWERS: dict[Outcome, str] = {
    Outcome.APPROVE: N_("accepted the invitation"),
    Outcome.REFUSE: N_("declined the invitation"),
    Outcome.REQUEST_CHANGES: N_("asked for changes"),
}
CASES = frozenset({Kind.SIGN_OFF, Kind.REMINDER, Kind.NUDGE, Kind.CHANGES_MADE, Kind.OVERDUE, Kind.ESCALATED})
LABELS: dict[Asks, str] = {
    Asks.ACCEPT_INVITATION: N_("Look and answer"),
    Asks.DECIDE: N_("Look and decide"),
    Asks.ANSWER_CONTACT: N_("See the request"),
    Asks.MAKE_CHANGES: N_("See what is asked"),
    Asks.CORRECT_ADDRESS: N_("Correct the address"),
    Asks.CONFIRM_AVAILABILITY: N_("Confirm or change it"),
    Asks.RENEW_POST: N_("Look and renew"),
}
OWN_PAGES = {
    Kind.AVAILABILITY_LAPSES: "/account/availability",
    Kind.AVAILABILITY_LAPSED: "/account/availability",
    Kind.BADGE_EARNED: "/progress",
}
FOLDERS = {
    "meeting": "/events",
    "project": "/projects",
    "thread": "/messages",
    "post": "/forums/posts",
    "saved_search": "/partners/saved",
}
"""Where the page of what a notification is about lies."""


@dataclass(frozen=True, slots=True)
class Line:
    """A notification as it is shown."""

    notification: Notification
    sentence: Markup
    path: str
    label: str


def line(news: Notification, title: str, person: str, *, officer: bool) -> Line:
    """One notification in words; `officer`: the reader opens cases where others open the project."""
    path = path_of(news, officer=officer)
    label = gettext(LABELS[news.asks]) if news.asks else gettext(N_("See details"))
    return Line(news, sentence(news, title, person), path, label)


def sentence(news: Notification, title: str, person: str) -> Markup:
    """What has happened, with what people wrote escaped and kept apart from our words."""
    templates = REGISTRATION if news.subject_kind == "affiliation" else PROJECT
    template = templates.get(news.kind) or PROJECT[news.kind]
    step, _, outcome = news.detail.partition(":")
    values = {
        "title": bdi(title or gettext(UNTITLED.get(news.subject_kind, N_("a project")))),
        "person": bdi(person or gettext(N_("somebody"))),
        "country": country(news.country),
        "step": _word(StepKind, step),
        "outcome": _outcome(step, outcome),
        "status": _word(Status, news.detail),
        "day": _day(news.detail),
        "count": outcome or news.detail,
        "area": _word(Area, step),
        "causes": listed(_word(Cause, cause) for cause in news.detail.split(",")),
    }
    return Markup(gettext(template)) % values  # noqa: S704 - sentences are ours; values are escaped by `%`


def _day(detail: str) -> str:
    try:
        return day(date.fromisoformat(detail))
    except ValueError:
        return detail


def _outcome(step: str, code: str) -> str:
    if code not in list(Outcome):
        return code
    said = ANSWERS if step == StepKind.PARTNER else OUTCOMES
    return gettext(said[Outcome(code)])


def _word(kind: type[StepKind] | type[Status] | type[Cause] | type[Area], code: str) -> str:
    return word(kind(code)) if code in list(kind) else code


def path_of(news: Notification, *, officer: bool) -> str:
    """The page on which the notification's matter is dealt with."""
    to_case = (
        news.kind in CASES and news.asks is not Asks.ACCEPT_INVITATION and news.detail != StepKind.PARTNER
    )
    if news.task_id and (to_case or (officer and news.kind in (Kind.ADDRESS_BOUNCED, Kind.LATE))):
        return f"/cases/{news.task_id}"
    if news.kind is Kind.TWINSPACE_OPENED:
        return f"/twinspaces/{news.subject_id}"
    if news.kind is Kind.CONTACT_REQUESTED:
        return "/contacts?state=received"
    if news.kind is Kind.CONTACT_ACCEPTED:
        return f"/people/{news.person_id}"
    if news.kind in OWN_PAGES:
        return OWN_PAGES[news.kind]
    folder = FOLDERS.get(news.subject_kind)
    return f"{folder}/{news.subject_id}" if folder else "/account/schools"
