"""The acting person's token: signed by identity alone, verified by everyone, kept by its bytes."""

import time
from collections import OrderedDict
from functools import cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.contract import Actor, Grant, Unauthenticated
from chassis.settings import settings

ALGORITHM = "Ed25519"
LIFETIME_SECONDS = 300
_AUDIENCE = "schoolbridge"
_KEPT = 10_000

_verified: OrderedDict[str, tuple[float, Actor]] = OrderedDict()


@cache
def _public_key() -> OKPKey:
    path = settings().token_public_key
    if path is None:
        raise SystemExit("SCHOOLBRIDGE_TOKEN_PUBLIC_KEY is not set: nobody's token could be checked")
    return OKPKey.import_key(path.read_bytes())


@cache
def _private_key() -> OKPKey:
    path = settings().token_private_key
    if path is None:
        raise SystemExit("SCHOOLBRIDGE_TOKEN_PRIVATE_KEY is not set: only identity signs tokens")
    return OKPKey.import_key(path.read_bytes())


def sign(actor: Actor) -> tuple[str, float]:
    """A token for this person and the moment it ends, in seconds of the epoch, real time."""
    ends = time.time() + LIFETIME_SECONDS
    claims = {
        "aud": _AUDIENCE,
        "sub": str(actor.id),
        "sid": str(actor.session) if actor.session else "",
        "acr": actor.assurance,
        "roles": [[grant.role, grant.organisation or ""] for grant in actor.roles],
        "exp": int(ends),
    }
    return jwt.encode({"alg": ALGORITHM}, claims, _private_key(), algorithms=[ALGORITHM]), ends


def verify(token: str) -> Actor:
    """Who the token speaks for; raises `Unauthenticated`. The signature is checked once, the end each time."""
    known = _verified.get(token)
    if known is None:
        known = _check(token)
        _verified[token] = known
        if len(_verified) > _KEPT:
            _verified.popitem(last=False)
    if known[0] < time.time():
        _verified.pop(token, None)
        raise Unauthenticated(reason="token ended")
    return known[1]


def _check(token: str) -> tuple[float, Actor]:
    try:
        claims = jwt.decode(token, _public_key(), algorithms=[ALGORITHM]).claims
        if claims["aud"] != _AUDIENCE:
            raise Unauthenticated(reason="wrong audience")
        actor = Actor(
            id=UUID(claims["sub"]),
            roles=tuple(Grant(role, organisation or None) for role, organisation in claims["roles"]),
            session=UUID(claims["sid"]) if claims["sid"] else None,
            assurance=int(claims["acr"]),
        )
        return float(claims["exp"]), actor
    except (JoseError, KeyError, ValueError, TypeError) as wrong:
        raise Unauthenticated(reason="not a token") from wrong
