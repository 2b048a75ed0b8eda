"""What progress says and answers: the bar with its five areas, badges, and modules with a quiz."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.contract import (
    ANYONE,
    SIGNED_IN,
    Length,
    Pattern,
    Range,
    Size,
    event,
    request,
    value,
)

ModuleName = Annotated[str, Length(1, 60)]
QuestionName = Annotated[str, Length(1, 40)]
Language = Annotated[str, Pattern("[a-z]{2,3}")]


class Area(StrEnum):
    """The five areas of the bar. (PG-02)"""

    ELEMENTARY = "elementary"
    COMMUNICATION = "communication"
    COOPERATION = "cooperation"
    NETWORK = "network"
    QUALITY = "quality"


class Action(StrEnum):
    """What counts; `data/points.toml` says how much. (b.8 PG-03 PG-04 PG-05 PG-06 PG-07)"""

    FIRST_ACCESS = "first_access"
    FURTHER_ACCESS = "further_access"
    PROFILE_IMAGE = "profile_image"
    PROJECT_IDEA = "project_idea"
    AVAILABILITY = "availability"
    PROFILE_POST = "profile_post"
    MODULE_ELEMENTARY = "module_elementary"
    CONTACT = "contact"
    FOLLOWING = "following"
    MESSAGE = "message"
    FORUM_CONTRIBUTION = "forum_contribution"
    MODULE_COMMUNICATION = "module_communication"
    PROJECT_JOINED = "project_joined"
    PROJECT_FOUNDED = "project_founded"
    PAGE_WRITTEN = "page_written"
    MATERIAL_UPLOADED = "material_uploaded"
    SPACE_FORUM_REPLY = "space_forum_reply"
    ACTIVITY_FINISHED = "activity_finished"
    MODULE_COOPERATION = "module_cooperation"
    GROUP_MEMBERSHIP = "group_membership"
    GROUP_POST = "group_post"
    MEETING_ATTENDED = "meeting_attended"
    LEARNING_COMPLETED = "learning_completed"
    SEMINAR_ATTENDED = "seminar_attended"
    OTHER_COMPLETED = "other_completed"
    MODULE_NETWORK = "module_network"
    MEETING_HELD = "meeting_held"
    GROUP_MODERATED = "group_moderated"
    KIT_PUBLISHED = "kit_published"
    NATIONAL_LABEL = "national_label"
    EUROPEAN_LABEL = "european_label"
    PRIZE = "prize"
    MODULE_QUALITY = "module_quality"


# ---- the bar ----------------------------------------------------------------------------------------------------


@value
class Counted:
    """One kind of action: `counted` of `most` count, each worth `points`. `later`: it cannot be done yet. (PG-10)"""

    action: Action
    points: int
    most: int
    counted: int
    later: bool
    module: bool


@value
class AreaView:
    """One area: its points of 100, and the badge reached, 0, 25, 50, 75 or 100. (PG-10 PG-12)"""

    area: Area
    points: int
    badge: int
    actions: tuple[Counted, ...]


@value
class Deed:
    """A single action that counts. (PG-13)"""

    action: Action
    on: date


@value
class Progress:
    """Somebody's bar in percent, the areas and, unless the person hides them from others, single actions.

    `deeds` is None where they are hidden from the reader. (PG-01 PG-09 PG-10 PG-13)
    """

    person_id: UUID
    percent: int
    areas: tuple[AreaView, ...]
    hides_deeds: bool
    deeds: tuple[Deed, ...] | None


@request(by=SIGNED_IN)
def my_progress() -> Progress:
    """One's own bar. (PG-01 PG-10)"""


@request(by=SIGNED_IN)
def progress(person_id: UUID) -> Progress:
    """Somebody's bar; raises `NotFound` where identity hides the profile from the reader. (PG-09)"""


@request(by=SIGNED_IN)
def hide_deeds(hidden: bool) -> Progress:
    """Whether others see one's single actions; bar and areas stay visible. (PG-13)"""


# ---- modules ----------------------------------------------------------------------------------------------------


@value
class ModuleCard:
    """A module in a list; `passed` is the reader's own, and never true for visitors. (PD-07)

    `language` is the one it is written in: the one asked for, else English.
    """

    name: str
    area: Area
    title: str
    summary: str
    minutes: int
    passed: bool
    language: str = "en"


@value
class Question:
    """One question with its choices, one of which is right; which one stays with the service. (PD-07)"""

    name: str
    text: str
    choices: tuple[str, ...]


@value
class Module:
    """A text to read, as safe HTML, and its quiz. (PD-07 PD-08)"""

    card: ModuleCard
    html: str
    questions: tuple[Question, ...]
    pass_percent: int


@value
class Answer:
    """The choice taken, counted from 0; None where none was."""

    question: QuestionName
    choice: Annotated[int, Range(0, 9)] | None = None


@value
class Marked:
    """Whether a question was answered right; where not, why. (PD-07)"""

    question: str
    right: bool
    explanation: str = ""


@value
class QuizResult:
    """How a quiz went, explained in `language`. `counted`: passed while signed in, so that it moves the bar. (PD-07)"""

    module: str
    right: int
    questions: int
    percent: int
    passed: bool
    counted: bool
    marked: tuple[Marked, ...]
    language: str = "en"


@request(by=ANYONE)
def modules(language: Language | None = None) -> tuple[ModuleCard, ...]:
    """All modules, area by area, in a language; in English those that are not written in it. (PD-07 PD-08)"""


@request(by=ANYONE)
def module(name: ModuleName, language: Language | None = None) -> Module:
    """One module with its questions, in a language or else in English; raises `NotFound`. (PD-07)"""


@request(by=ANYONE)
def take_quiz(
    name: ModuleName,
    answers: Annotated[tuple[Answer, ...], Size(0, 20)] = (),
    language: Language | None = None,
) -> QuizResult:
    """Mark a quiz; passed from 80 % on, and counted only for who is signed in. It can be tried again. (PD-07)

    Choices have the same numbers in every language; `language` is the one of the explanations.
    """


# ---- what has happened ------------------------------------------------------------------------------------------


@event
class BadgeEarned:
    """Somebody has reached 25, 50, 75 or 100 points of an area, for the first time. (PG-12)"""

    person_id: UUID
    area: Area
    level: int
    at: datetime
