"""What the measured service answers: nothing at all, a row by its key, and events to itself."""

from typing import Annotated
from uuid import UUID

from chassis.contract import ANYONE, Length, Range, event, request, role, value


@value
class Article:
    """A row of ordinary size."""

    id: UUID
    title: str
    body: str
    author_id: UUID
    words: int
    version: int


@request(by=ANYONE)
def echo(text: Annotated[str, Length(1, 200)]) -> str:
    """What was said."""


@request(by=role("member"))
def article(article_id: UUID) -> Article:
    """One article, for members only."""


@request(by=ANYONE)
def ring(times: Annotated[int, Range(1, 1_000)]) -> int:
    """Publish so many events in one transaction."""


@event
class Rang:
    """The bell has rung."""

    bell_id: UUID
