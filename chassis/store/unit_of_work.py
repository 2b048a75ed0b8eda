"""One message, one transaction: everything a handler changes, says and has taken in commits together."""

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson
import uuid_utils.compat as uuid
from sqlalchemy import Engine, Executable, RowMapping, create_engine, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from chassis import clock
from chassis.contract import (
    Actor,
    Call,
    Conflict,
    Event,
    NotFound,
    Unauthenticated,
    Unavailable,
    encode,
    plain,
)
from chassis.failpoints import failpoint
from chassis.observe import current_trace
from chassis.store.loader import Loader
from chassis.store.tables import answered, inbox, outbox
from chassis.wire import COMMANDS, EVENTS, OUTCOME

T = TypeVar("T")

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


class Duplicate(Exception):
    """This message, or a command with this key, has been taken in already."""


class ChangedMeanwhile(Conflict):
    """Somebody else changed this in the meantime; nothing was saved."""


class KeyReused(Conflict):
    """The idempotency key belongs to another request."""

    status = 422


def transient(error: BaseException) -> bool:
    """Whether this error is of the connection and not of the statement."""
    if isinstance(error, PoolExhausted | InterfaceError):
        return True
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "pgcode", None)
        if error.connection_invalidated or (isinstance(error, OperationalError) and code is None):
            return True
        # lock or statement time-out, shutting down, too many connections, read-only, disk full
        return code in ("55P03", "57014", "57P01", "57P02", "57P03", "53300", "25006", "53100")
    return False


def worth_repeating(error: BaseException) -> bool:
    """Whether the whole transaction is undone and may succeed at once: PostgreSQL asks for it, or was restarted."""
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or getattr(error.orig, "pgcode", None) in (
        SERIALIZATION_FAILURE,
        DEADLOCK,
    )


class Outgoing(Protocol):
    """What a unit of work needs of the link to the broker."""

    def call(self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float) -> list[Any]: ...

    def ask(
        self, calls: Sequence[Call[Any]], *, token: str | None, deadline: float
    ) -> Callable[[], list[Any]]: ...

    def wake_relay(self) -> None: ...

    def wake_pump(self) -> None: ...


class Store:
    """The database of one service: a bounded pool, its time-outs, and reads outside transactions."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        settings: dict[str, str] | None = None,
        looks_first: bool = False,
    ) -> None:
        """`looks_first`: at each connection before its use, for those who write without a unit of work."""
        if not url.startswith("postgresql+psycopg2://"):
            raise SystemExit(
                f"the database driver must be postgresql+psycopg2, not {url.split(':', maxsplit=1)[0]!r}"
            )
        options = "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
        # statements are short: compiling them, or starting workers for them, takes longer than running them
        options += " -c jit=off -c max_parallel_workers_per_gather=0"
        options += "".join(f" -c {name}={value}" for name, value in (settings or {}).items())
        common: dict[str, Any] = {
            "pool_size": pool_size,
            "max_overflow": 0,
            "pool_timeout": 2,
            "json_serializer": lambda value: encode(value).decode(),
            "json_deserializer": orjson.loads,
            "connect_args": {"connect_timeout": 3, "keepalives": 1, "options": options},
        }
        # looking at a connection before each use would cost a tenth of all: what finds it dead is done again
        self.engine: Engine = create_engine(url, pool_pre_ping=looks_first, **common)
        self.reading: Engine = create_engine(
            url, isolation_level="AUTOCOMMIT", pool_reset_on_return=None, **common
        )
        self._alive: tuple[float, bool] = (0.0, False)

    def rows(self, statement: Executable, parameters: dict[str, Any] | None = None) -> Sequence[RowMapping]:
        """Rows of a query, read outside any transaction; asked again once where the connection had died."""
        return self._read(statement, parameters, lambda found: found.mappings().all())

    def columns(
        self, statement: Executable, parameters: dict[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """The same as columns, one for each of the statement's, also where there are no rows."""
        return self._read(
            statement,
            parameters,
            lambda found: list(zip(*found.all(), strict=True)) or [()] * len(found.keys()),
        )

    def _read(self, statement: Executable, parameters: dict[str, Any] | None, taken: Callable[[Any], T]) -> T:
        try:
            return self._read_once(statement, parameters, taken)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._read_once(statement, parameters, taken)

    def _read_once(
        self, statement: Executable, parameters: dict[str, Any] | None, taken: Callable[[Any], T]
    ) -> T:
        with self.reading.connect() as connection:
            return taken(connection.execute(statement, parameters or {}))

    def alive(self) -> bool:
        """Whether the database answers; asked at most every two seconds."""
        asked, answer = self._alive
        if time.monotonic() - asked > 2:
            try:
                self.rows(text("SELECT 1"))
                answer = True
            except Exception:  # noqa: BLE001 - any failure is the answer no
                answer = False
            self._alive = (time.monotonic(), answer)
        return answer

    def kept_answer(self, key: str, fingerprint: str) -> tuple[bool, Any]:
        """Whether a command with this key was answered, and the reply; refuses a key used for something else."""
        found = self.rows(select(answered).where(answered.c.key == key))
        if not found:
            return False, None
        if found[0]["fingerprint"] != fingerprint:
            raise KeyReused
        return True, found[0]["reply"]


class UnitOfWork:
    """What a handler is given: who acts, what time it is, the store, calls to others and what it wants to say.

    The transaction begins at the first access to the store; after that, calling another service is refused,
    so that no transaction waits for a neighbour. A handler never commits.
    """

    def __init__(
        self,
        store: Store,
        link: Outgoing,
        *,
        actor: Actor | None = None,
        token: str | None = None,
        deadline: float | None = None,
        guard: Callable[[Session], None] | None = None,
    ) -> None:
        self.store = store
        self.now: datetime = clock.now()
        self.trace = current_trace()
        self.deadline = deadline or time.time() + 30
        self._link = link
        self._actor = actor
        self._token = token
        self._guard = guard
        self._session: Session | None = None
        self._held: list[Any] = []  # the session itself forgets what nobody else holds
        self._said: list[dict[str, Any]] = []
        self._kept: tuple[str, Any] | None = None
        self._aftermath: Callable[[UnitOfWork], Any] | None = None
        self.perhaps_done = False
        """Whether PostgreSQL was told to commit and nothing here would notice if it were told twice."""

    # ---- who and when

    @property
    def actor(self) -> Actor:
        """The person acting; raises `Unauthenticated` where the platform or a visitor does."""
        if self._actor is None:
            raise Unauthenticated
        return self._actor

    @property
    def visitor(self) -> Actor | None:
        """The person acting, if any."""
        return self._actor

    # ---- others

    def call(self, call: Call[T]) -> T:
        """Ask another service and wait; before the store is touched."""
        return self.call_all(call)[0]  # type: ignore[no-any-return]

    def call_all(self, *calls: Call[Any]) -> list[Any]:
        """Ask side by side; the first failure is raised."""
        self._may_call()
        return self._link.call(calls, token=self._token, deadline=self.deadline)

    def ask(self, *calls: Call[Any]) -> Callable[[], list[Any]]:
        """Ask side by side and go on; what is returned waits for the answers, in a later unit of work if need be.

        The deadline is this unit's; the first failure is raised by whoever waits.
        """
        self._may_call()
        return self._link.ask(calls, token=self._token, deadline=self.deadline)

    def _may_call(self) -> None:
        if self._session is not None:
            raise RuntimeError("call other services first: the transaction has begun")

    # ---- the store

    @property
    def session(self) -> Session:
        """The transaction, begun at first use; its first row is the inbox's."""
        if self._session is None:
            self._session = Session(self.store.engine, expire_on_commit=False)
            if self._guard:
                self._guard(self._session)
        return self._session

    def get(self, kind: type[T], identity: Any, *, lock: bool = True) -> T:
        """One aggregate by id, locked until the end; raises `NotFound`."""
        found = self.session.get(kind, identity, with_for_update=lock or None)
        if found is None:
            raise NotFound(what=kind.__name__)
        self._held.append(found)
        return found

    def find(self, kind: type[T], identity: Any, *, lock: bool = True) -> T | None:
        """One aggregate by id, locked, or nothing."""
        found = self.session.get(kind, identity, with_for_update=lock or None)
        self._held.append(found)
        return found

    def add(self, thing: T) -> T:
        """Keep a new aggregate."""
        self.session.add(thing)
        return thing

    def rows(self, statement: Executable, **parameters: Any) -> Sequence[RowMapping]:
        """Rows read outside the transaction: for queries."""
        return self.store.rows(statement, parameters)

    def columns(self, statement: Executable, **parameters: Any) -> list[tuple[Any, ...]]:
        """The same rows as columns, which is how many of them travel best: one tuple for each column."""
        return self.store.columns(statement, parameters)

    def load(self, loader: Loader, ids: Iterable[Any]) -> dict[Any, list[RowMapping]]:
        """Rows by id, read together with whoever asks the same at this moment."""
        return loader.load(self.store, ids)

    # ---- what is said

    def publish(self, happened: T, *, version: int | None = None) -> T:
        """Say what has happened; travels when this transaction has committed.

        Raises and stamps the version of the aggregate that the event's first field names, which must have
        been read or added here; a projection of an engine passes the version itself.
        """
        if not isinstance(happened, Event):
            raise TypeError(f"only declared events can be published, not {type(happened).__name__}")
        aggregate = getattr(happened, happened.aggregate_field())
        if version is None:
            version = self._raise_version(aggregate, happened.name)
        self._say(EVENTS, happened.name, happened.name, str(aggregate), version, plain(happened))
        return happened

    def order(self, call: Call[Any], *, key: str, reply_to: str) -> None:
        """Send a command; the outcome comes back to `reply_to` under the same key. The same key is the same try."""
        name = call.request.name
        message_id = UUID(bytes=hashlib.sha256(f"{reply_to}:{key}".encode()).digest()[:16])
        self._say(
            COMMANDS, name, name, key, 0, plain(call.arguments), reply_to=reply_to, message_id=message_id
        )

    def report(self, reply_to: str, key: str, message_id: UUID, outcome: dict[str, Any]) -> None:
        """Answer a command through this service's outbox."""
        own_id = UUID(bytes=hashlib.sha256(b"outcome" + message_id.bytes).digest()[:16])
        self._say(COMMANDS, f"{reply_to}.{OUTCOME}", OUTCOME, key, 0, outcome, message_id=own_id)

    def _raise_version(self, aggregate: Any, name: str) -> int:
        for known in [*self.session.new, *self.session.identity_map.values()]:
            if getattr(known, "id", None) == aggregate and hasattr(known, "version"):
                known.version += 1
                return int(known.version)
        raise RuntimeError(f"{name} speaks of {aggregate}, which this unit of work has not loaded")

    def _say(
        self,
        exchange: str,
        routing_key: str,
        kind: str,
        aggregate: str,
        version: int,
        payload: Any,
        *,
        reply_to: str = "",
        message_id: UUID | None = None,
    ) -> None:
        self._said.append(
            {
                "message_id": message_id or uuid.uuid7(),
                "exchange": exchange,
                "routing_key": routing_key,
                "type": kind,
                "aggregate": aggregate,
                "version": version,
                "trace": self.trace,
                "reply_to": reply_to,
                "payload": payload,
            }
        )

    def keep_reply(self, key: str, reply: Any) -> None:
        """Keep the reply to a command under its idempotency key, in the same transaction."""
        self._kept = (key, plain(reply))

    def if_refused(self, record: Callable[["UnitOfWork"], Any]) -> None:
        """What to record, in a transaction of its own, when this one ends in a refusal (`Conflict` or `Forbidden`)."""
        self._aftermath = record

    # ---- the end, called by the chassis only

    def record_refusal(self) -> None:
        """Record a refusal, if the handler asked for it."""
        if self._aftermath is None:
            return
        again = UnitOfWork(self.store, self._link, actor=self._actor, deadline=self.deadline)
        try:
            self._aftermath(again)
            again.commit()
        finally:
            again.roll_back()

    def commit(self) -> None:
        """Make everything true at once; raises `Unavailable` when the caller has stopped waiting.

        A query that never began the transaction, said nothing and has no key to keep commits nothing.
        """
        if self._session is None and not self._said and self._guard is None:
            return
        session = self.session
        try:
            session.flush()
            if self._said:
                statement = upsert(outbox).on_conflict_do_nothing(index_elements=[outbox.c.message_id])
                session.execute(statement, self._said)
            if self._kept:
                key, reply = self._kept
                session.execute(update(answered).where(answered.c.key == key).values(reply=reply))
            if time.time() > self.deadline:
                raise Unavailable(reason="deadline")
            failpoint("before_commit")
            self.perhaps_done = self._guard is None
            session.commit()
            failpoint("after_commit")
        except StaleDataError:
            raise ChangedMeanwhile from None
        finally:
            session.close()
        if self._said:
            self._link.wake_relay()
        self._link.wake_pump()

    def roll_back(self) -> None:
        """Forget everything."""
        if self._session is not None:
            self._session.close()
            self._session = None
        self._held.clear()
        self._said.clear()
        self._kept = None


def take_in(consumer: str, *message_ids: UUID) -> Callable[[Session], None]:
    """A guard that records messages as taken in; raises `Duplicate` when one of them was before."""
    rows = [{"consumer": consumer, "message_id": one} for one in sorted(message_ids)]

    def guard(session: Session) -> None:
        statement = upsert(inbox).values(rows).on_conflict_do_nothing()
        if session.execute(statement).rowcount < len(rows):  # type: ignore[attr-defined]
            raise Duplicate

    return guard


def claim_key(key: str, fingerprint: str) -> Callable[[Session], None]:
    """A guard that claims an idempotency key; waits for whoever holds it and then raises `Duplicate`."""

    def guard(session: Session) -> None:
        statement = upsert(answered).values(key=key, fingerprint=fingerprint).on_conflict_do_nothing()
        if session.execute(statement).rowcount == 0:  # type: ignore[attr-defined]
            raise Duplicate

    return guard


def fingerprint(arguments: Any) -> str:
    """A digest of what was asked, to notice a key used twice for different things."""
    return hashlib.sha256(orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS)).hexdigest()


__all__ = ["Duplicate", "Store", "UnitOfWork", "claim_key", "take_in", "transient"]
