"""Reads the numbers of the community's rules from `conduct.toml`."""

import tomllib
from functools import cache
from pathlib import Path

from services.community.domain.limits import Limits, MessageLimits, PostLimits

FILE = Path(__file__).parent / "conduct.toml"


@cache
def limits() -> Limits:
    """The numbers in force."""
    told = tomllib.loads(FILE.read_text())
    return Limits(MessageLimits(**told["messages"]), PostLimits(**told["posts"]), told["digest_hour"])
