"""Passwords: Argon2id digests and the refusal of easy ones; both take long and run outside the event loop."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from chassis.offload import offload
from services.identity.contract import WeakPassword

LEAST_SCORE = 3
_LONGEST_SCORED = 72

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def digest(password: str) -> str:
    """What is kept of a password."""
    return offload(digest_here, password)


def digest_here(password: str) -> str:
    """The same in the caller's own thread: for tools, whose threads have no event loop to keep free."""
    return _hasher.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether this is the password. Without a kept digest the answer is no, after the same time."""
    return offload(_verify, kept or _nobodys_digest(), password) and kept is not None


def outdated(kept: str) -> bool:
    """Whether the digest was made with less than today's effort."""
    return _hasher.check_needs_rehash(kept)


def refuse_weak(password: str, *known: str) -> None:
    """Raises `WeakPassword` for what is guessed easily, by somebody who knows the name and address."""
    if offload(_score, password, known) < LEAST_SCORE:
        raise WeakPassword(fields={"password": "weak"})


def _score(password: str, known: tuple[str, ...]) -> int:
    words = [part for text in known for part in (text, *text.replace("@", " ").replace(".", " ").split())]
    return int(zxcvbn(password[:_LONGEST_SCORED], user_inputs=words)["score"])


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_digest() -> str:
    return _hasher.hash("nobody has this password")
