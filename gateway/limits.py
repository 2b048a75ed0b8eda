"""How often somebody may try something that invites guessing or flooding; counted before any work is done."""

import hashlib
import time
from dataclasses import dataclass, field

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from chassis.contract import Conflict

GENEROUS = 50
"""Outside production many invented people come from one address."""


class TooOften(Conflict):
    """Tried too often; `retry_after` says in how many seconds to try again."""

    status = 429


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one address (`per_address`), and one address for one account (`per_account`), may do something."""

    name: str
    per_address: str
    per_account: str
    account_field: str = "email"


SIGN_IN = Limit("sign_in", "60 per 15 minutes", "10 per 5 minutes")
REGISTRATION = Limit("registration", "20 per hour", "5 per hour")
PASSWORD_RESET = Limit("password_reset", "20 per hour", "5 per hour")


@dataclass(slots=True)
class Limits:
    """The counters of this process."""

    production: bool
    _limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )

    async def count(self, limit: Limit, address: str, account: str) -> None:
        """Count one try; raises `TooOften` when it is one too many."""
        item = parse(limit.per_address)
        if not self.production:
            item = type(item)(item.amount * GENEROUS, item.multiples)
        await self._hit(item, limit.name, address)
        if account:
            digest = hashlib.sha256(account.strip().casefold().encode()).hexdigest()
            await self._hit(parse(limit.per_account), limit.name, address, digest)

    async def _hit(self, item: RateLimitItem, *identifiers: str) -> None:
        if not await self._limiter.hit(item, *identifiers):
            reset_at, _left = await self._limiter.get_window_stats(item, *identifiers)
            raise TooOften(retry_after=_seconds_until(reset_at))


def _seconds_until(moment: float) -> int:
    return max(1, int(moment - time.time()) + 1)
