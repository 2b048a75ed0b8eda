"""The way from the first contact to the open TwinSpace, and how far somebody has come on it. (PS-26)"""

from dataclasses import dataclass

from gateway.portal.catalogue import gettext as _
from services.identity import contract as identity
from services.projects import contract as projects

DONE, NOW, LATER = "ok", "wait", "todo"
_FOUNDING = frozenset({projects.ProjectState.PENDING_PARTNER, projects.ProjectState.PENDING_APPROVAL})
_RUNNING = frozenset(
    {projects.ProjectState.APPROVED, projects.ProjectState.ACTIVE, projects.ProjectState.CLOSED}
)


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step: whether it is done, what to do, and where."""

    state: str
    title: str
    body: str
    path: str
    button: str


def steps_for(
    me: identity.Me, contacts: identity.Contacts | None, mine: projects.Projects | None
) -> list[GuideStep]:
    """The seven steps as they stand for this person; the first that is not done is the one to do now."""
    states = {card.state for card in mine.projects} if mine else set()
    running = bool(states & _RUNNING)
    submitted = running or bool(states & (_FOUNDING | {projects.ProjectState.CHANGES_REQUESTED}))
    found = [
        bool(me.project_idea and me.subjects and me.languages),
        bool(me.affiliations) and me.state is identity.PersonState.VALIDATED,
        me.available or me.available_plus,
        bool(contacts and contacts.contacts) or submitted,
        bool(states),
        submitted,
        running,
    ]
    described = _described(mine)
    steps, open_before = [], False
    for done, (title, body, path, button) in zip(found, described, strict=True):
        state = DONE if done else LATER if open_before else NOW
        open_before = open_before or not done
        steps.append(GuideStep(state, title, body, path, button))
    return steps


def _described(mine: projects.Projects | None) -> list[tuple[str, str, str, str]]:
    latest = f"/projects/{mine.projects[0].id}" if mine and mine.projects else "/projects"
    return [
        (
            _("Say who you are"),
            _("Your project idea, subjects and languages help others to find you."),
            "/account",
            _("Complete my profile"),
        ),
        (
            _("Be confirmed at your school"),
            _("Your national support service checks that you work there."),
            "/account/schools",
            _("My schools"),
        ),
        (
            _("Say that you are available"),
            _("Only people who are available can be invited to found a project."),
            "/account/availability",
            _("Set my availability"),
        ),
        (
            _("Make a first contact"),
            _(
                "Look people up or answer a post in the partner forums, write to them, and ask those you want to work "
                "with to become contacts."
            ),
            "/partners",
            _("Find partners"),
        ),
        (
            _("Write down your project"),
            _("Agree on aims, ages and dates with your partner, and save a draft as often as you like."),
            "/projects/new",
            _("New project"),
        ),
        (
            _("Ask for approval"),
            _(
                "Your partner accepts, then both countries say yes: head teachers first, then support services."
            ),
            latest,
            _("See who has to act"),
        ),
        (
            _("Open your TwinSpace"),
            _("It opens by itself as soon as the last approval is given."),
            latest,
            _("Go to my project"),
        ),
    ]
