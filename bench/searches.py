"""Partner search through the gateway, and the very same query bodies sent straight at Elasticsearch by the same tool."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from bench.load import System
from bench.questions import FIRST_PAGES, PAGED, Question
from deploy.local import launch
from deploy.local.environment import LOOPBACK, elasticsearch_url
from deploy.local.supervision import Supervisor
from deploy.stack import GATEWAY, Stack
from services.identity.contract import Me, SchoolLevel, Searcher
from services.search.asking import MANY, by_levels, for_people
from services.search.contract import Sort
from services.search.domain.cursor import PAGE, Place
from services.search.domain.people import PeopleWanted
from services.search.domain.requests import THE_PAGE, Search
from services.search.store.elastic import PATIENCE, lines_of

GATEWAYS, STRAIGHT = "gateway", "straight"
INDEX = "people"
LISTS = ("countries", "languages", "subjects", "levels")
FLAGS = ("vocational", "recently_active", "first_time")
SECONDS = 10.0
MOST_TRIES, AGAIN_SECONDS = 8, 1.0
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Searches:
    """Both ways of asking the same, and how many results an answer shows on average. `unanswered`: questions left
    out, since not even one at a time they were answered within the second that a search may take.
    """

    systems: dict[str, System]
    shown: float
    unanswered: int


def prepare(stack: Stack, folder: Path, secret: str, searcher: Searcher, today: date) -> Searches:
    """Ask every question both ways, make sure that the answers are the same, and keep them for the load."""
    through = httpx.Client(
        base_url=f"http://{LOOPBACK}:{stack.ports.gateway}",
        headers={"Authorization": f"Bearer {secret}"},
        timeout=SECONDS,
    )
    straight = httpx.Client(base_url=elasticsearch_url(stack), timeout=SECONDS)
    paths: list[str] = []
    posted: list[str] = []
    shown = unanswered = 0
    among_many = straight.get(f"/{INDEX}/_count").json()["count"] > MANY
    for question in FIRST_PAGES:
        search = _search(question, searcher, today)
        path = _path(question)
        answer, (line, hits) = _answer(through, path), _first_page(straight, search, among_many)
        if answer is None or hits is None:
            unanswered += 1
            continue
        _must_be_alike(question, answer, hits)
        paths.append(path)
        posted.append(line)
        shown += len(answer["people"])
        if question in PAGED and answer["next_cursor"]:
            path = _path(question, answer["next_cursor"])
            if (further := _answer(through, path)) is None:
                unanswered += 1
                continue
            paths.append(path)
            after = Place(PAGE, tuple(hits[PAGE - 1]["sort"]))
            posted.append(_further_page(straight, search, after, among_many))
            shown += len(further["people"])
    address = elasticsearch_url(stack)
    processes = _processes(stack)
    return Searches(
        {
            GATEWAYS: System(
                GATEWAYS,
                (str(through.base_url),),
                _kept(folder / "gateway.searches", paths),
                processes,
                f"Bearer {secret}",
            ),
            STRAIGHT: System(
                STRAIGHT,
                (address,),
                _kept(folder / "straight.searches", posted),
                {launch.ELASTICSEARCH: processes[launch.ELASTICSEARCH]},
            ),
        },
        shown / len(paths),
        unanswered,
    )


def searcher_of(me: Me) -> Searcher:
    """What identity tells search of somebody who has blocked nobody."""
    return Searcher(
        person_id=me.id,
        plus=me.is_plus,
        available_plus=me.available_plus,
        languages=me.languages,
        subjects=me.subjects,
        keywords=me.keywords,
        age_from=me.age_from,
        age_to=me.age_to,
        blocked=(),
    )


def _kept(file: Path, lines: list[str]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n")
    return file


def _processes(stack: Stack) -> dict[str, tuple[int, ...]]:
    """Everything that takes part in a search."""
    supervisor = Supervisor(stack)
    names = (GATEWAY, "search", "identity", launch.RABBITMQ, launch.POSTGRES, launch.ELASTICSEARCH)
    return {name: (supervisor.state(name).pid or 0,) for name in names}


def _path(question: Question, cursor: str = "") -> str:
    told = question | ({"cursor": cursor} if cursor else {})
    return "/api/v1/partners" + (f"?{urlencode(told, doseq=True)}" if told else "")


def _search(question: Question, searcher: Searcher, today: date) -> Search:
    """As the search service makes it."""
    told = dict(question)
    sort, text = Sort(told.pop("sort", "best")), told.pop("text", "")
    for name in LISTS:
        if name in told:
            told[name] = (told[name],) if isinstance(told[name], str) else told[name]
    if "levels" in told:
        told["levels"] = tuple(SchoolLevel(level) for level in told["levels"])
    told |= {name: told[name] == "true" for name in FLAGS if name in told}
    return for_people(searcher, today, text, PeopleWanted(**told), sort, partner=True)


def _first_page(straight: httpx.Client, search: Search, among_many: bool) -> tuple[str, Any]:
    """What the search service sends for a first page, with the hits: of two tries only the last, which is shown. None
    as hits when it was not answered in time.
    """
    for mistyped in (False, True):
        asked = _Asked(straight)
        bodies = search.first_page(mistyped=mistyped, among_many=among_many)
        answers = dict(zip(bodies, asked(list(bodies.values())), strict=True))
        if THE_PAGE in answers:
            hits = answers[THE_PAGE]["hits"]["hits"]
        else:
            hits = by_levels(search, Place(), answers, asked)
        if not search.looks_mistyped(len(hits)):
            break
    return asked.line, None if asked.late else hits


def _further_page(straight: httpx.Client, search: Search, place: Place, among_many: bool) -> str:
    if not (among_many and search.levels(place)):
        return f"/{INDEX}/_search\t{_told(search.page(place) | {'timeout': PATIENCE})}"
    asked = _Asked(straight)
    by_levels(search, place, {}, asked)
    return asked.line


class _Asked:
    """Asks several searches as one, and keeps everything asked as one line of the load."""

    def __init__(self, straight: httpx.Client) -> None:
        self._straight = straight
        self._lines: list[str] = []
        self.late = False

    def __call__(self, bodies: list[Any]) -> list[Any]:
        lines = [one.decode() for one in lines_of(bodies)]
        told = self._straight.post(f"/{INDEX}/_msearch", content="\n".join((*lines, "")), headers=JSON)
        told.raise_for_status()
        answers: list[Any] = told.json()["responses"]
        self.late = self.late or any(one["timed_out"] for one in answers)
        self._lines += lines
        return answers

    @property
    def line(self) -> str:
        return "\t".join((f"/{INDEX}/_msearch", *self._lines))


def _told(body: Any) -> str:
    return orjson.dumps(body).decode()


def _answer(through: httpx.Client, path: str) -> Any:
    """The answer; tried for a while, since caches are cold at first. None when the search stays away."""
    for _ in range(MOST_TRIES):
        answer = through.get(path)
        if answer.status_code != 503:
            break
        time.sleep(AGAIN_SECONDS)
    if answer.status_code == 503:
        return None
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
    return answer.json()


def _must_be_alike(question: Question, answer: Any, hits: Any) -> None:
    """The comparison is of the same work: both ways find the same people in the same order."""
    through, straight = [one["card"]["id"] for one in answer["people"]], [hit["_id"] for hit in hits[:PAGE]]
    if through != straight:
        raise SystemExit(f"{question} finds {through} through the gateway and {straight} straight")
