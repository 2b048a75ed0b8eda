"""What mails say: one letter per kind, each sentence from the catalogue of the recipient's language."""

from dataclasses import dataclass
from typing import Any

from chassis.catalogues import N_
from services.community.catalogue import page, translator

SALUTATION = N_("Hello %(name)s,")
CLOSING = N_(
    "You get this mail because it concerns your account, your school or your office at Schoolbridge."
)
LINK_HINT = N_("If the button does not work, copy this address into your browser:")


@dataclass(frozen=True, slots=True)
class Text:
    """A letter before it is translated: subject, sentences, what the button says."""

    subject: str
    sentences: tuple[str, ...]
    button: str


TEXTS: dict[str, Text] = {
    "confirm": Text(
        N_("Confirm your address"),
        (
            N_("You have registered at Schoolbridge."),
            N_("Please confirm that this address is yours. The link works for three days."),
        ),
        N_("Confirm my address"),
    ),
    "known": Text(
        N_("You have an account already"),
        (
            N_(
                "Somebody, probably you, has tried to register with this address. There is an account already."
            ),
            N_("If you have forgotten your password, you can choose a new one."),
        ),
        N_("Choose a new password"),
    ),
    "reset": Text(
        N_("Choose a new password"),
        (
            N_("You, or somebody who knows your address, asked for a new password."),
            N_("The link works once and for one hour. If you did not ask, you need not do anything."),
        ),
        N_("Choose a new password"),
    ),
    "school_registered": Text(
        N_("Your school is registered at Schoolbridge"),
        (
            N_(
                "A member of your staff has registered %(school)s at Schoolbridge, where schools of Europe work together."
            ),
            N_(
                "When a project is founded, we will ask for your consent by mail. You need no account for that."
            ),
        ),
        N_("About Schoolbridge"),
    ),
    "consent": Text(
        N_("Your consent to a school project: %(title)s"),
        (
            N_("%(founder)s of %(school)s wants to take part in the European school project “%(title)s”."),
            N_(
                "It begins when the school agrees. You can read what it is about and answer with one click, without an account."
            ),
        ),
        N_("Read and answer"),
    ),
    "consent_reminder": Text(
        N_("A reminder: your consent to %(title)s"),
        (
            N_(
                "%(founder)s of %(school)s still waits for the school’s answer about the project “%(title)s”."
            ),
            N_("You can answer with one click, without an account."),
        ),
        N_("Read and answer"),
    ),
    "invitation": Text(
        N_("%(other)s invites you to found a project"),
        (
            N_("%(other)s would like to found the project “%(title)s” with you."),
            N_("Nothing goes to your school or your national support service before you accept."),
        ),
        N_("See the invitation"),
    ),
    "sign_off": Text(
        N_("A case waits for you: %(title)s"),
        (N_("“%(title)s” waits for your decision."),),
        N_("Open the case"),
    ),
    "reminder": Text(
        N_("A reminder: %(title)s waits for you"),
        (N_("“%(title)s” still waits for your answer."),),
        N_("Open it"),
    ),
    "nudge": Text(
        N_("A friendly reminder: %(title)s"),
        (N_("The teachers of “%(title)s” kindly ask whether you could look at it."),),
        N_("Open it"),
    ),
    "changes_made": Text(
        N_("Changed as you asked: %(title)s"),
        (N_("“%(title)s” was changed and waits for your decision again."),),
        N_("Open the case"),
    ),
    "overdue": Text(
        N_("A head teacher has not answered: %(title)s"),
        (
            N_(
                "The school has not answered about “%(title)s” in time. Perhaps the address is wrong, or a call helps."
            ),
        ),
        N_("Open the case"),
    ),
    "escalated": Text(
        N_("Overdue: %(title)s"),
        (N_("“%(title)s” has waited longer than your service allows."),),
        N_("Open the case"),
    ),
    "late": Text(
        N_("%(title)s is late"),
        (
            N_(
                "“%(title)s” has waited longer than usual. The page says which step it waits for and what can be done."
            ),
        ),
        N_("See why it is waiting"),
    ),
    "changes_requested": Text(
        N_("Changes are asked for: %(title)s"),
        (
            N_("Before “%(title)s” can go on, changes are asked for. All clocks stand still meanwhile."),
            N_("What the other country has approved stays approved unless you change the substance."),
        ),
        N_("See what is asked"),
    ),
    "address_bounced": Text(
        N_("A head teacher’s address does not work: %(title)s"),
        (
            N_(
                "The mail about “%(title)s” came back. Please correct the head teacher’s address; the request then goes out again."
            ),
        ),
        N_("Correct the address"),
    ),
    "expiry_warning": Text(
        N_("The invitation to %(title)s will end soon"),
        (N_("Your partner has not answered yet. The invitation ends thirty days after it was sent."),),
        N_("Open the project"),
    ),
    "project_ended": Text(
        N_("%(title)s was not approved"),
        (N_("The approval of “%(title)s” has ended without success. The page says who decided, and why."),),
        N_("Open the project"),
    ),
    "twinspace_opened": Text(
        N_("Your TwinSpace is open: %(title)s"),
        (N_("All countries have approved “%(title)s”. The TwinSpace is ready for you."),),
        N_("Open the TwinSpace"),
    ),
    "project_started": Text(
        N_("%(title)s has started"),
        (N_("The project “%(title)s” has started today."),),
        N_("Open the project"),
    ),
    "project_closed": Text(
        N_("%(title)s is closed"),
        (N_("The project “%(title)s” was closed. Its TwinSpace can still be read."),),
        N_("Open the project"),
    ),
    "meeting_invitation": Text(
        N_("%(other)s invites you to %(title)s"),
        (N_("%(other)s invites you to the event “%(title)s”. On its page you can register."),),
        N_("See the event"),
    ),
    "meeting_reminder": Text(
        N_("%(title)s begins soon"),
        (N_("“%(title)s” begins soon. When you cannot come, give your place to somebody else."),),
        N_("See the event"),
    ),
    "meeting_changed": Text(
        N_("%(title)s was changed"),
        (N_("“%(title)s” was changed: look when and where it takes place now, and why."),),
        N_("See the event"),
    ),
    "meeting_cancelled": Text(
        N_("%(title)s is cancelled"),
        (N_("“%(title)s” does not take place. The page gives the reason."),),
        N_("See the event"),
    ),
    "seat_confirmed": Text(
        N_("You have a place: %(title)s"),
        (N_("You have a place in “%(title)s”. When you cannot come, take your registration back."),),
        N_("See the event"),
    ),
    "seat_offered": Text(
        N_("A place is held for you: %(title)s"),
        (
            N_("A place in “%(title)s” has become free and is held for you for a day at most."),
            N_("After that the next person on the waiting list has it."),
        ),
        N_("Take the place"),
    ),
    "seat_lost": Text(
        N_("No place for you: %(title)s"),
        (N_("You have no place in “%(title)s”. The page says why."),),
        N_("See the event"),
    ),
    "applications_open": Text(
        N_("One can register now: %(title)s"),
        (N_("You asked to be told: registration for “%(title)s” is open."),),
        N_("Register"),
    ),
    "certificate_ready": Text(
        N_("Your certificate: %(title)s"),
        (N_("Your certificate of “%(title)s” is ready. Its number can be checked by anybody."),),
        N_("Fetch the certificate"),
    ),
    "affiliation_validated": Text(
        N_("Welcome: your registration is confirmed"),
        (
            N_(
                "Your national support service has confirmed that you work at %(title)s. You can now found and join projects."
            ),
        ),
        N_("Go to your desktop"),
    ),
    "affiliation_refused": Text(
        N_("Your registration was not confirmed"),
        (
            N_(
                "Your national support service could not confirm that you work at %(title)s. The page gives the reason."
            ),
        ),
        N_("See the reason"),
    ),
    "contact_requested": Text(
        N_("%(other)s would like to be your contact"),
        (N_("%(other)s has asked to become your contact. Contacts can found projects together."),),
        N_("See the request"),
    ),
    "contact_accepted": Text(
        N_("%(other)s is now your contact"),
        (N_("%(other)s has accepted your request. You can now found a project together."),),
        N_("See the profile"),
    ),
    "message_received": Text(
        N_("%(other)s has written to you"),
        (N_("%(other)s has written to you about “%(title)s”."),),
        N_("Read and answer"),
    ),
    "post_replied": Text(
        N_("%(other)s has replied to “%(title)s”"),
        (N_("%(other)s has replied to your post “%(title)s” in the partner forums."),),
        N_("See the reply"),
    ),
    "post_expiring": Text(
        N_("Your post “%(title)s” ends soon"),
        (
            N_(
                "Your post “%(title)s” in the partner forums ends on %(day)s. After that it is no longer found."
            ),
            N_("You can renew it, or say that you have found partners."),
        ),
        N_("Open the post"),
    ),
    "post_closed": Text(
        N_("Your post “%(title)s” was closed"),
        (
            N_("A moderator has closed your post “%(title)s” in the partner forums. It can still be read."),
            N_("The reason: %(reason)s"),
        ),
        N_("Open the post"),
    ),
    "post_removed": Text(
        N_("Your post “%(title)s” was removed"),
        (
            N_("A moderator has removed your post “%(title)s” from the partner forums."),
            N_("The reason: %(reason)s"),
        ),
        N_("Open the post"),
    ),
    "reply_removed": Text(
        N_("Your reply to “%(title)s” was removed"),
        (
            N_("A moderator has removed your reply to “%(title)s” from the partner forums."),
            N_("The reason: %(reason)s"),
        ),
        N_("Open the post"),
    ),
    "new_matches": Text(
        N_("New matches for your saved search"),
        (N_("Since you looked last, your saved search has found new people: %(count)s."),),
        N_("See the matches"),
    ),
    "availability_lapses": Text(
        N_("Are you still available for projects?"),
        (
            N_("You said a year ago that you are available for projects."),
            N_(
                "Please confirm it, or it lapses on %(day)s. People who look for partners then no longer find you."
            ),
        ),
        N_("Confirm or change it"),
    ),
    "availability_lapsed": Text(
        N_("You are no longer shown as available"),
        (
            N_("You have not confirmed that you are available for projects, so your answer has lapsed."),
            N_("You can say it again at any time."),
        ),
        N_("Change it"),
    ),
    "place_asked": Text(
        N_("%(other)s asks for a place in %(title)s"),
        (N_("%(other)s would like to take part in “%(title)s” and asks the founders for a place."),),
        N_("See the request"),
    ),
    "place_offered": Text(
        N_("You are invited to join %(title)s"),
        (N_("The founders of “%(title)s” would like you to take part."),),
        N_("See the invitation"),
    ),
    "place_refused": Text(
        N_("No place in %(title)s"),
        (N_("The founders of “%(title)s” cannot offer you a place. The page gives the reason."),),
        N_("Open the project"),
    ),
    "partner_joined": Text(
        N_("%(other)s has joined %(title)s"),
        (N_("%(other)s takes part in “%(title)s” from now on."),),
        N_("Open the project"),
    ),
    "badge_earned": Text(
        N_("A new badge on your progress page"),
        (
            N_("You have reached %(level)s points of 100 in one of the five areas of your progress."),
            N_("The page says in which, and what could be next."),
        ),
        N_("See my progress"),
    ),
    "digest": Text(
        N_("Your daily summary"),
        (N_("This has happened since the last one:"),),
        N_("See all notifications"),
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a summary, and the page it leads to."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in one language, ready to be put into an envelope."""

    subject: str
    text: str
    html: str


def item(letter: str, language: str, url: str, values: dict[str, Any]) -> Item:
    """A letter's subject as a line of a summary."""
    return Item(translator(language)(TEXTS[letter].subject) % values, url)


def write(
    letter: str,
    language: str,
    name: str,
    url: str,
    values: dict[str, Any],
    items: tuple[Item, ...] = (),
) -> Written:
    """The letter in the recipient's language; `values` fill its places, `items` are the lines of a summary."""
    text, _ = TEXTS[letter], translator(language)
    subject = _(text.subject) % values
    paragraphs = [_(SALUTATION) % {"name": name}, *(_(sentence) % values for sentence in text.sentences)]
    lines = [f"* {one.sentence}\n  {one.url}" for one in items]
    plain = "\n\n".join([*paragraphs, *lines, f"{_(text.button)}:\n{url}", "--", _(CLOSING)])
    html = page(
        language=language,
        subject=subject,
        paragraphs=paragraphs,
        items=items,
        button=_(text.button),
        url=url,
        hint=_(LINK_HINT),
        closing=_(CLOSING),
    )
    return Written(subject, plain + "\n", html)
