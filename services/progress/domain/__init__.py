"""What counts and how much: no database, no clock, no broker."""

from services.progress.domain.bar import Bar, bar_of, level_of, tally
from services.progress.domain.facts import Word, later_of
from services.progress.domain.points import Rule, table

__all__ = ["Bar", "Rule", "Word", "bar_of", "later_of", "level_of", "table", "tally"]
