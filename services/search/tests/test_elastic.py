"""What the store makes of Elasticsearch's answers, with an Elasticsearch that misbehaves on purpose."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

import pytest
from elasticsearch import ApiError

from chassis.settings import settings
from services.search.contract import Kind
from services.search.store import elastic
from services.search.store.indices import FIELDS, body_of, made_of

ONE, OTHER = uuid4(), uuid4()


class Misbehaving:
    """An HTTP server that answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, {}
        self.asked: list[str] = []
        world = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                world.asked.append(self.path)
                told = json.dumps(world.body).encode()
                self.send_response(world.status)
                self.send_header("X-Elastic-Product", "Elasticsearch")
                self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
                self.send_header("Content-Length", str(len(told)))
                self.end_headers()
                self.wfile.write(told)

            do_PUT = do_GET = do_POST  # noqa: N815 - the server's names

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answers(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body = status, body


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Misbehaving]:
    made = Misbehaving()
    monkeypatch.setenv("SCHOOLBRIDGE_ENVIRONMENT", "test")
    monkeypatch.setenv("SCHOOLBRIDGE_SEARCH_URL", f"http://127.0.0.1:{made.server.server_port}")
    caches = (settings, elastic._reader, elastic._writer, elastic._breakers)
    for cached in caches:
        cached.cache_clear()
    yield made
    made.server.shutdown()
    for cached in caches:
        cached.cache_clear()


def bulk(*items: tuple[str, int, dict[str, Any]]) -> dict[str, Any]:
    told = [{"index": {"_id": str(one), "status": status, **more}} for one, status, more in items]
    return {"errors": True, "items": told}


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_an_elasticsearch_without_room_or_on_its_way_down_is_away(world: Misbehaving, status: int) -> None:
    world.answers(status, {"error": {"type": "es_rejected_execution_exception"}, "status": status})
    with pytest.raises(elastic.Away):
        elastic.search(Kind.PEOPLE, {"query": {"match_all": {}}})
    with pytest.raises(elastic.Away):
        elastic.write(["people-1"], [(ONE, 1, {"id": str(ONE)})])


def test_after_five_failures_in_a_row_nobody_is_kept_waiting(world: Misbehaving) -> None:
    world.answers(503, {"error": "no master"})
    for _ in range(9):
        with pytest.raises(elastic.Away):
            elastic.search(Kind.PEOPLE, {})
    assert len(world.asked) == 5


def test_an_index_that_is_not_there_is_gone_and_no_failure_of_elasticsearch(world: Misbehaving) -> None:
    world.answers(404, {"error": {"type": "index_not_found_exception"}, "status": 404})
    for _ in range(9):
        with pytest.raises(elastic.Gone):
            elastic.search(Kind.PEOPLE, {})
    assert len(world.asked) == 9
    world.answers(200, {})
    assert elastic.indices_behind(Kind.PEOPLE) == []


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        ({"error": {"type": "es_rejected_execution_exception"}, "status": 429}, elastic.Away),
        ({"error": {"type": "index_not_found_exception"}, "status": 404}, elastic.Gone),
        ({"error": {"type": "parsing_exception"}, "status": 400}, ApiError),
        ({"timed_out": True, "hits": {"hits": []}}, elastic.Away),
    ],
)
def test_of_searches_sent_as_one_the_first_that_failed_is_told(
    world: Misbehaving, answer: dict[str, Any], raised: type[Exception]
) -> None:
    well = {"timed_out": False, "hits": {"hits": []}, "status": 200}
    world.answers(200, {"responses": [well, well]})
    assert elastic.search_all(Kind.PEOPLE, [{}, {}]) == [well, well]
    world.answers(200, {"responses": [well, answer]})
    with pytest.raises(raised):
        elastic.search_all(Kind.PEOPLE, [{}, {}])


def test_a_query_that_elasticsearch_does_not_understand_is_a_defect_of_ours(world: Misbehaving) -> None:
    world.answers(400, {"error": {"type": "parsing_exception"}, "status": 400})
    with pytest.raises(ApiError):
        elastic.search(Kind.PEOPLE, {})


def test_a_document_that_is_older_is_settled_and_one_that_found_no_room_is_tried_again(
    world: Misbehaving,
) -> None:
    world.answers(200, bulk((str(ONE), 409, {"error": {"reason": "version conflict"}}), (str(OTHER), 429, {"error": {"reason": "queue full"}})))  # fmt: skip
    assert elastic.write(["people-1"], [(ONE, 1, {"id": "1"}), (OTHER, 1, {"id": "2"})]) == {OTHER}


def test_deleting_what_is_not_there_is_done_and_writing_into_what_is_not_there_is_not(
    world: Misbehaving,
) -> None:
    world.answers(200, {"errors": True, "items": [{"delete": {"_id": str(ONE), "status": 404, "result": "not_found"}}]})  # fmt: skip
    assert elastic.write(["people-1"], [(ONE, 3, None)]) == set()
    world.answers(200, bulk((str(ONE), 404, {"error": {"type": "index_not_found_exception", "reason": "no such index"}})))  # fmt: skip
    with pytest.raises(elastic.Gone):
        elastic.write(["people-1"], [(ONE, 3, {"id": "1"})])


def test_an_answer_that_is_not_complete_in_time_is_none(world: Misbehaving) -> None:
    world.answers(200, {"timed_out": True, "hits": {"hits": []}})
    with pytest.raises(elastic.Away):
        elastic.search(Kind.PEOPLE, {"query": {"match_all": {}}})


def test_nothing_to_write_asks_nobody(world: Misbehaving) -> None:
    assert elastic.write([], [(ONE, 1, {"id": "1"})]) == set()
    assert elastic.write(["people-1"], []) == set()
    assert world.asked == []


def test_an_index_made_of_other_fields_is_not_todays(monkeypatch: pytest.MonkeyPatch) -> None:
    today = made_of(Kind.SCHOOLS)
    assert elastic.is_current(f"schools-{today}-7", Kind.SCHOOLS)
    monkeypatch.setitem(FIELDS, Kind.SCHOOLS, {**FIELDS[Kind.SCHOOLS], "motto": {"type": "text"}})
    assert not elastic.is_current(f"schools-{today}-7", Kind.SCHOOLS)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_index_keeps_no_text_and_takes_no_field_it_does_not_know(kind: Kind) -> None:
    mappings = body_of(kind)["mappings"]
    assert mappings["_source"] == {"enabled": False}
    assert mappings["dynamic"] == "strict"


def test_the_ids_of_a_bulk_are_those_of_documents() -> None:
    assert elastic._failed(bulk((str(UUID(int=5)), 400, {"error": {"reason": "x"}}))) == {UUID(int=5)}
