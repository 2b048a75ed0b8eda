"""Elasticsearch: searching with a short patience, writing with a long one.

A search waits one second at most and is not repeated; after five failures in a row nobody is kept waiting for five
seconds. Only what the official image and the local node both offer is used.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from cachetools import TTLCache, cached
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.exceptions import HTTP_EXCEPTIONS
from elasticsearch.serializer import OrjsonSerializer
from purgatory import SyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from chassis.observe import log
from chassis.settings import settings
from services.search.contract import Kind
from services.search.store.indices import REFRESHED, body_of, made_of

SEARCH_SECONDS, WRITE_SECONDS = 1.0, 30.0
FAILURES_IN_A_ROW, SECONDS_OFF = 5, 5
PATIENCE = "900ms"
CONNECTIONS = 32
SIZE_KEPT_SECONDS = 60.0
APART = orjson.dumps({"request_cache": False})
"""Searches differ from reader to reader: their counts would only fill Elasticsearch's memory."""


class Away(Exception):
    """Elasticsearch does not answer, or not in time, or has no room."""


class Gone(Exception):
    """The index is not there."""


@cache
def _reader() -> Elasticsearch:
    return _client(SEARCH_SECONDS)


@cache
def _writer() -> Elasticsearch:
    return _client(WRITE_SECONDS)


def _client(seconds: float) -> Elasticsearch:
    return Elasticsearch(
        settings().search_url,
        request_timeout=seconds,
        max_retries=0,
        retry_on_timeout=False,
        connections_per_node=CONNECTIONS,
        serializers={"application/json": OrjsonSerializer()},
    )


@cache
def _breakers() -> SyncCircuitBreakerFactory:
    # an index that is not there is an answer
    return SyncCircuitBreakerFactory(FAILURES_IN_A_ROW, SECONDS_OFF, exclude=[NotFoundError])


@contextmanager
def _answering(*, breaker: bool) -> Iterator[None]:
    """Failures of Elasticsearch as `Away`, a missing index as `Gone`."""
    try:
        if breaker:
            with _breakers().get_breaker("elasticsearch"):
                yield
        else:
            yield
    except NotFoundError as error:
        raise Gone from error
    except (TransportError, OpenedState) as error:
        raise Away from error
    except ApiError as error:
        if error.meta.status in (408, 429, 502, 503, 504):
            raise Away from error
        log().error("search_refused", status=error.meta.status, error=str(error)[:500])
        raise


# ---- reading


def search(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """Hits, counts and sort values; raises `Away` or `Gone`. An answer that is not complete in time is none."""
    with _answering(breaker=True):
        found = _reader().search(index=kind.value, timeout=PATIENCE, **body)
    if found.body.get("timed_out"):
        raise Away
    return dict(found.body)


def search_all(kind: Kind, bodies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same for several searches sent as one; the first that failed is raised."""
    with _answering(breaker=True):
        found = _reader().msearch(index=kind.value, searches=lines_of(bodies))  # type: ignore[arg-type]
        for answer in found.body["responses"]:
            if "error" in answer:
                meta = replace(found.meta, status=answer["status"])
                raise HTTP_EXCEPTIONS.get(meta.status, ApiError)(answer["error"]["type"], meta, answer)
    answers: list[dict[str, Any]] = found.body["responses"]
    if any(answer["timed_out"] for answer in answers):
        raise Away
    return answers


def lines_of(bodies: Iterable[Mapping[str, Any]]) -> Sequence[bytes]:
    """Several searches as the lines they are sent in; written here, since the client writes lines by the slower json."""
    return [line for body in bodies for line in (APART, orjson.dumps({**body, "timeout": PATIENCE}))]


@cached(TTLCache(len(Kind), SIZE_KEPT_SECONDS))
def size_of(kind: Kind) -> int:
    """How many documents an index holds, as of the last minute; raises `Away` or `Gone`."""
    with _answering(breaker=True):
        return int(_reader().count(index=kind.value).body["count"])


def versions_between(kind: Kind, after: UUID | None, last: UUID | None, most: int) -> dict[UUID, int]:
    """Documents by id, with their versions: those after one id, up to another."""
    between: dict[str, str] = {}
    if after:
        between["gt"] = str(after)
    if last:
        between["lte"] = str(last)
    with _answering(breaker=False):
        found = _writer().search(
            index=kind.value,
            query={"range": {"id": between}} if between else {"match_all": {}},
            sort=[{"id": "asc"}],
            size=most,
            version=True,
            track_total_hits=False,
        )
    return {UUID(hit["_id"]): int(hit["_version"]) for hit in found.body["hits"]["hits"]}


# ---- writing


def indices_behind(kind: Kind) -> list[str]:
    """The index, or none, that the alias stands for."""
    return served([kind])[kind]


def served(kinds: Iterable[Kind]) -> dict[Kind, list[str]]:
    """The same for several kinds."""
    behind: dict[Kind, list[str]] = {kind: [] for kind in kinds}
    with _answering(breaker=False):
        # by a pattern: of names of which one is missing, none would be told
        found = _writer().indices.get_alias(name="*", index=[f"{kind.value}-*" for kind in behind])
    for index, about in sorted(found.body.items()):
        for alias in about["aliases"]:
            if alias in behind:
                behind[Kind(alias)].append(index)
    return behind


def all_indices(kind: Kind) -> list[str]:
    """Every index of a kind, those of yesterday included."""
    with _answering(breaker=False):
        return sorted(_writer().indices.get(index=f"{kind.value}-*", allow_no_indices=True).body)


def create(kind: Kind) -> str:
    """A new, empty index of today's fields; its name. Until readers see it, nothing is made searchable by the second."""
    there = all_indices(kind)
    number = 1 + max((int(name.rsplit("-", 1)[1]) for name in there), default=0)
    name = f"{kind.value}-{made_of(kind)}-{number}"
    with _answering(breaker=False):
        _writer().indices.create(index=name, **body_of(kind, refreshed="-1"))
    return name


def is_current(name: str, kind: Kind) -> bool:
    """Whether an index has today's fields."""
    return name.split("-")[1] == made_of(kind)


def write(indices: Iterable[str], documents: Iterable[tuple[UUID, int, dict[str, Any] | None]]) -> set[UUID]:
    """Write documents, or delete those that are None, into each index, unless it holds a newer version.

    Returns the ids that could not be written now. Raises `Away`, or `Gone` when an index is not there.
    """
    operations: list[bytes] = []  # written here: the client writes lines of bulk by the slower json
    for index in indices:
        for document_id, version, fields in documents:
            about = {"_index": index, "_id": str(document_id)}
            if version:
                about |= {"version": version, "version_type": "external"}  # type: ignore[dict-item]
            if fields is None:
                operations.append(orjson.dumps({"delete": about}))
            else:
                operations += [orjson.dumps({"index": about}), orjson.dumps(fields)]
    if not operations:
        return set()
    with _answering(breaker=False):
        answer = _writer().bulk(operations=operations, require_alias=False)  # type: ignore[arg-type]
    return _failed(answer.body)


def _failed(answer: dict[str, Any]) -> set[UUID]:
    failed: set[UUID] = set()
    if not answer["errors"]:
        return failed
    for item in answer["items"]:
        (outcome,) = item.values()
        status = outcome["status"]
        if status == 409 or (status == 404 and "error" not in outcome):
            continue  # a newer version is there, or what was to be deleted is not
        if status == 404:
            raise Gone
        if status >= 300:
            reason = (outcome.get("error") or {}).get("reason", "")
            log().error("document_not_indexed", id=outcome["_id"], status=status, reason=str(reason)[:300])
            failed.add(UUID(outcome["_id"]))
    return failed


def count(index: str) -> int:
    """How many documents an index holds, those just written included."""
    with _answering(breaker=False):
        _writer().indices.refresh(index=index)
        return int(_writer().count(index=index).body["count"])


def point_alias(kind: Kind, index: str) -> None:
    """Readers see this index from now on, and no other, at once."""
    actions = [{"remove": {"index": name, "alias": kind.value}} for name in indices_behind(kind)]
    with _answering(breaker=False):
        _writer().indices.put_settings(index=index, settings={"refresh_interval": REFRESHED})
        _writer().indices.update_aliases(actions=[*actions, {"add": {"index": index, "alias": kind.value}}])


def gather(index: str) -> None:
    """Have the many segments an index was built in made one, which is searched faster and takes half the room; this
    begins it, Elasticsearch ends it by itself.
    """
    with _answering(breaker=False):
        _writer().indices.forcemerge(index=index, max_num_segments=1, wait_for_completion=False)


def drop(index: str) -> None:
    """Forget an index."""
    try:
        with _answering(breaker=False):
            _writer().indices.delete(index=index)
    except Gone:
        pass
