"""The numbers of the community's rules; their values stand in `conduct.toml`."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """How freely people who are not contacts are written to. (CO-10 b.12)"""

    same_text_strangers: int
    same_text_days: int
    first_messages: int
    first_messages_of_newcomers: int
    newcomer_days: int

    @property
    def same_text_period(self) -> timedelta:
        """For how long it is remembered to whom a text went."""
        return timedelta(days=self.same_text_days)

    def first_messages_a_day(self, age: timedelta | None) -> int:
        """How many strangers an account of this age may write to in a day; an unknown age counts as new."""
        if age is None or age < timedelta(days=self.newcomer_days):
            return self.first_messages_of_newcomers
        return self.first_messages


@dataclass(frozen=True, slots=True)
class PostLimits:
    """How long a post of the forums is open. (PS-17)"""

    open_days: int
    warning_days: int

    @property
    def open_for(self) -> timedelta:
        """From writing or renewing to the end."""
        return timedelta(days=self.open_days)

    @property
    def warning(self) -> timedelta:
        """How long before the end its author is told."""
        return timedelta(days=self.warning_days)


@dataclass(frozen=True, slots=True)
class Limits:
    """All of them."""

    messages: MessageLimits
    posts: PostLimits
    digest_hour: int
