"""Elasticsearch of the local stack: its home, its configuration, and the filters on the running node."""

import os
import re
import shutil
import signal
import subprocess
import sys
from types import SimpleNamespace
from uuid import uuid4

import pytest
from elasticsearch import ConflictError, ConnectionTimeout, Elasticsearch

from deploy.local import environment, lifecycle, packages, passwords, supervision
from deploy.local.elasticsearch import home, java, node
from deploy.local.supervision import Supervisor
from deploy.running import eventually
from deploy.stack import CHECKOUT, Ports, Service, ServiceProcess, Stack, local_stack

COMPOSE = (CHECKOUT / "docker-compose.yml").read_text()


@pytest.fixture
def stack(tmp_path):
    return Stack(name="test", ports=Ports(31000), state=tmp_path)


# ---- what it is told


def test_the_node_is_told_its_own_folders_ports_and_limits(stack):
    node.write_configuration(stack)
    lines = (stack.state / "elasticsearch/config/elasticsearch.yml").read_text().splitlines()
    assert {
        'network.host: "127.0.0.1"',
        "http.port: 31037",
        "transport.port: 31038",
        'discovery.type: "single-node"',
        f'path.data: "{stack.state}/elasticsearch/data"',
        "action.auto_create_index: false",
        "action.destructive_requires_name: true",
        "cluster.routing.allocation.disk.threshold_enabled: false",
    } <= set(lines)
    assert (stack.state / "elasticsearch").stat().st_mode & 0o077 == 0


def test_the_node_is_started_without_a_script_and_with_a_bounded_heap(stack):
    command = node.command(stack)
    assert command[0].endswith("/java")
    assert "-Xmx512m" in command


def test_both_of_its_ports_are_refused_when_somebody_else_has_them(stack):
    assert lifecycle._ports_of(stack)["elasticsearch"] == [31037, 31038]


def test_it_is_started_before_the_product_and_after_what_it_is_asked_about(stack):
    assert "elasticsearch" in supervision.INFRASTRUCTURE
    assert "elasticsearch" not in supervision.product_processes(stack)


def test_search_alone_is_told_where_it_answers(stack, monkeypatch):
    search = Service("search", health_port=46)
    monkeypatch.setattr(
        passwords, "SERVICES", (*(s for s in passwords.SERVICES if s.name != "search"), search)
    )
    passwords.ensure_passwords(stack)
    told = environment.service_environment(stack, ServiceProcess("search", search, 31046))
    assert told["SCHOOLBRIDGE_SEARCH_URL"] == "http://127.0.0.1:31037"
    others = [p for p in stack.service_processes() if p.service.name != "search"]
    assert not any("SCHOOLBRIDGE_SEARCH_URL" in environment.service_environment(stack, p) for p in others)


def test_compose_runs_the_same_version_under_the_same_limits(stack):
    assert f"image: elasticsearch:{home.VERSION}\n" in COMPOSE
    for name in ("action.", "search.", "cluster.routing.", "node.store."):
        for limit, value in node.settings(stack).items():
            if limit.startswith(name):
                assert f'{limit}: "{str(value).lower()}"\n' in COMPOSE


def test_java_and_maven_are_installed_only_when_missing(monkeypatch):
    monkeypatch.setattr(java, "program", lambda name: None)
    monkeypatch.setattr(java, "maven", lambda: None)
    assert {"openjdk-17-jdk-headless", "maven"} <= set(packages.missing_packages())
    monkeypatch.undo()
    assert not {"openjdk-17-jdk-headless", "maven"} & set(packages.missing_packages())


def test_a_java_that_is_too_old_does_not_count(tmp_path, monkeypatch):
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setattr(java, "DEBIAN_MACHINES", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: str(old))
    assert java.program("java") is None
    old.write_text("#!/bin/sh\necho 'openjdk version \"21.0.2\"' >&2\n")
    assert java.program("java") == old


# ---- its home


@pytest.fixture
def shared(tmp_path, monkeypatch):
    monkeypatch.setattr(home, "PAUSE_SECONDS", 0)
    return tmp_path / "shared"


def test_a_home_that_is_there_is_not_built_again(shared, monkeypatch):
    monkeypatch.setattr(home, "_build", lambda fresh, scratch: fresh.mkdir())
    assert home.ensure_home(shared)
    monkeypatch.setattr(home, "_build", lambda fresh, scratch: pytest.fail("built again"))
    assert not home.ensure_home(shared)


def test_a_change_of_its_sources_is_another_home(shared, monkeypatch, tmp_path):
    before = home.home(shared)
    changed = tmp_path / "sources"
    shutil.copytree(home.FOLDER, changed)
    monkeypatch.setattr(home, "__file__", str(changed / "home.py"))
    monkeypatch.setattr(home, "FOLDER", changed)
    monkeypatch.setattr(home, "CHECKSUMS", changed / "jars.sha256")
    assert home.home(shared) == before
    (changed / "sources/analysis/schoolbridge/analysis/Unique.java").write_text("class Unique {}")
    assert home.home(shared) != before
    assert home.VERSION in before.name


def test_a_half_made_home_is_never_used(shared, monkeypatch):
    def broken(fresh, scratch):
        fresh.mkdir()
        raise home.NotBuilt("the line went dead")

    monkeypatch.setattr(home, "_build", broken)
    with pytest.raises(home.NotBuilt):
        home.ensure_home(shared)
    assert not home.home(shared).exists()
    monkeypatch.setattr(home, "_build", lambda fresh, scratch: fresh.mkdir())
    assert home.ensure_home(shared)
    assert [path.name for path in shared.glob("elasticsearch-*")] == [home.home(shared).name]


def test_fetching_is_tried_again_and_what_failed_is_said(shared, monkeypatch, tmp_path):
    asked = tmp_path / "asked"
    maven = tmp_path / "mvn"
    maven.write_text(
        f"#!/bin/sh\necho \"$@\" >> {asked}\necho '[ERROR] no route to the repository'\nexit 1\n"
    )
    maven.chmod(0o755)
    monkeypatch.setattr(java, "maven", lambda: maven)
    with pytest.raises(home.NotBuilt, match=r"tried 3 times:\n.*no route to the repository"):
        home.ensure_home(shared)
    tries = asked.read_text().splitlines()
    assert ["--update-snapshots" in line for line in tries] == [False, True, True]
    assert not list(shared.glob("elasticsearch-*.*.*-*"))


def test_a_jar_that_is_not_the_one_we_know_is_refused(tmp_path):
    (tmp_path / "lucene-core-9.12.2.jar").write_bytes(b"something else")
    with pytest.raises(home.NotBuilt, match=r"lucene-core-9\.12\.2\.jar"):
        home._check(tmp_path)


def test_the_pom_names_no_host():
    assert "://" not in (home.FOLDER / "pom.xml").read_text()


# ---- on the running node


@pytest.fixture(scope="module")
def client():
    address = environment.elasticsearch_url(local_stack("test"))
    with Elasticsearch(address, request_timeout=10, max_retries=0) as opened:
        yield opened


@pytest.fixture
def index(client):
    name = f"trial-{uuid4().hex}"
    yield name
    client.indices.delete(index=name, ignore_unavailable=True)


@pytest.mark.stack
def test_the_running_node_says_that_it_is_well(client):
    health = client.cluster.health(wait_for_status="yellow", timeout="5s")
    assert health["status"] in ("yellow", "green")
    assert health["number_of_nodes"] == 1
    assert node.answers(local_stack("test"))


def tokens(client, text, *filters, tokenizer="standard", **more):
    said = client.indices.analyze(tokenizer=tokenizer, filter=list(filters), text=text, **more)
    return [token["token"] for token in said["tokens"]]


def stemmer(language):
    return {"type": "stemmer", "language": language}


FOLDING = {"type": "asciifolding", "preserve_original": True}
GRAMS = {"type": "edge_ngram", "min_gram": 2, "max_gram": 4}
SPLIT_BUT_KEPT = {"type": "word_delimiter_graph", "preserve_original": True}
SAME_PLACE = {"type": "unique", "only_on_same_position": True}
MARKED = {"type": "keyword_marker", "keywords": ["schools"]}
ARTICLES = {"type": "elision", "articles": ["d"], "articles_case": True}


@pytest.mark.stack
@pytest.mark.parametrize(
    ("text", "filters", "expected"),
    [
        ("Málaga Łódź Århus", ["lowercase", "asciifolding"], ["malaga", "lodz", "arhus"]),
        ("Málaga", [FOLDING], ["Malaga", "Málaga"]),
        ("ΑΘΉΝΑΣ", [{"type": "lowercase", "language": "greek"}], ["αθηνασ"]),
        ("IĞDIR İZMİR", [{"type": "lowercase", "language": "turkish"}], ["ığdır", "izmir"]),
        ("nAthair", [{"type": "lowercase", "language": "irish"}], ["n-athair"]),
        ("schools' projects", [stemmer("english")], ["school", "project"]),
        ("teacher's", [stemmer("possessive_english")], ["teacher"]),
        ("escuelas proyectos", [stemmer("light_spanish")], ["escuel", "proyect"]),
        ("écoles projets", [stemmer("light_french")], ["ecol", "projet"]),
        ("häuser", [stemmer("light_german")], ["haus"]),
        ("haeuser", [stemmer("german2")], ["haus"]),
        ("gymnázia školy", [stemmer("czech")], ["gymnázi", "škol"]),
        ("училища", [stemmer("bulgarian")], ["учил"]),
        ("школами", [stemmer("russian")], ["школ"]),
        ("okulların", [stemmer("turkish")], ["okul"]),
        ("المدارس", ["arabic_normalization", stemmer("arabic")], ["مدارس"]),
        ("astronomy", [GRAMS], ["as", "ast", "astr"]),
        ("abc", ["edge_ngram"], ["a"]),
        ("abc", [{"type": "ngram", "min_gram": 2, "max_gram": 3}], ["ab", "abc", "bc"]),
        ("l'école d'été", ["elision"], ["école", "été"]),
        ("D'Artagnan l'été", [ARTICLES], ["Artagnan", "l'été"]),
        ("İstanbul'da", ["apostrophe"], ["İstanbul"]),
        ("Straße Möbel", ["german_normalization"], ["Strasse", "Mobel"]),
        ("blåbærsyltetøj", ["scandinavian_folding"], ["blabarsyltetoj"]),
        ("räksmörgås", ["scandinavian_normalization"], ["ræksmørgås"]),
        ("Београд", ["lowercase", "serbian_normalization"], ["beograd"]),
        ("٢٠٢٦", ["decimal_digit"], ["2026"]),
        ("PowerShot500", ["word_delimiter_graph"], ["Power", "Shot", "500"]),
        ("PowerShot", [SPLIT_BUT_KEPT], ["PowerShot", "Power", "Shot"]),
        ("one two one", ["unique"], ["one", "two"]),
        ("one one", [SAME_PLACE], ["one", "one"]),
        ("a four letters", [{"type": "length", "min": 2, "max": 5}], ["four"]),
        ("astronomical", [{"type": "truncate", "length": 5}], ["astro"]),
        ("astronomical", ["truncate"], ["astronomic"]),
        ("schools projects", [MARKED, stemmer("english")], ["schools", "project"]),
        ("la escuela", [{"type": "stop", "stopwords": "_spanish_"}], ["escuela"]),
    ],
)
def test_filters_do_what_the_official_ones_do(client, text, filters, expected):
    assert tokens(client, text, *filters) == expected


LANGUAGES = sorted(
    re.findall(
        r'BY_LANGUAGE\.put\(\s*"(\w+)"',
        (home.FOLDER / "sources/analysis/schoolbridge/analysis/Stemmers.java").read_text(),
    )
)


@pytest.mark.stack
def test_every_language_has_its_stemmer(client):
    assert {"greek", "hungarian", "latvian", "romanian", "estonian", "lithuanian"} <= set(LANGUAGES)
    for language in LANGUAGES:
        assert len(tokens(client, "word", stemmer(language))) == 1, language


@pytest.mark.stack
@pytest.mark.parametrize(
    ("filters", "complaint"),
    [
        ([stemmer("klingon")], "klingon"),
        ([{"type": "edge_ngram", "side": "back"}], "side"),
        ([{"type": "word_delimiter_graph", "type_table": ["$ => DIGIT"]}], "type_table"),
        ([{"type": "lowercase", "language": "klingon"}], "klingon"),
        ([{"type": "truncate"}], "length"),
    ],
)
def test_what_is_not_offered_is_refused(client, filters, complaint):
    with pytest.raises(Exception, match=complaint):
        tokens(client, "word", *filters)


@pytest.mark.stack
def test_character_filters_change_the_text_before_it_is_split(client):
    mapping = {"type": "mapping", "mappings": ["& => and", "\\u0020 => _"]}
    assert tokens(client, "you & me", tokenizer="keyword", char_filter=[mapping]) == ["you_and_me"]
    assert tokens(client, "<b>you</b> me", char_filter=["html_strip"]) == ["you", "me"]


@pytest.mark.stack
def test_a_normalizer_folds_whole_values_and_what_is_asked_for(client, index):
    folded = {
        "type": "custom",
        "filter": ["trim", "lowercase", "folding", "arabic_normalization", "decimal_digit"],
    }
    client.indices.create(
        index=index,
        settings={
            "number_of_replicas": 0,
            "analysis": {"normalizer": {"folded": folded}, "filter": {"folding": {"type": "asciifolding"}}},
        },
        mappings={"properties": {"town": {"type": "keyword", "normalizer": "folded"}}},
    )
    client.index(index=index, id="1", document={"town": " ŁÓDŹ ٣ "}, refresh=True)
    for asked in ("łódź 3", "LODZ 3"):
        assert client.search(index=index, query={"term": {"town": asked}})["hits"]["total"]["value"] == 1
    assert client.search(index=index, query={"prefix": {"town": "ŁÓ"}})["hits"]["total"]["value"] == 1


@pytest.mark.stack
def test_an_older_version_is_refused_and_the_newer_one_stays(client, index):
    client.indices.create(index=index, settings={"number_of_replicas": 0})

    def written(version, title):
        what = {"index": {"_index": index, "_id": "1", "version": version, "version_type": "external"}}
        return client.bulk(operations=[what, {"title": title}], refresh=True)["items"][0]["index"]["status"]

    assert [written(5, "new"), written(4, "old"), written(5, "again")] == [201, 409, 409]
    assert client.get(index=index, id="1")["_source"] == {"title": "new"}
    with pytest.raises(ConflictError):
        client.index(index=index, id="1", version=3, version_type="external", document={})


@pytest.mark.stack
def test_no_index_makes_itself_and_none_is_deleted_by_a_pattern(client, index):
    with pytest.raises(Exception, match="auto_create_index"):
        client.index(index=index, document={})
    with pytest.raises(Exception, match="not allowed"):
        client.indices.delete(index="trial-*")


@pytest.mark.stack
def test_the_client_works_under_eventlet(client):
    program = (
        "import eventlet; eventlet.monkey_patch()\n"
        "import sys; from elasticsearch import Elasticsearch\n"
        "client = Elasticsearch(sys.argv[1])\n"
        "asked = [eventlet.spawn(client.cluster.health) for _ in range(20)]\n"
        "assert {answer.wait()['number_of_nodes'] for answer in asked} == {1}\n"
    )
    address = environment.elasticsearch_url(local_stack("test"))
    command = [sys.executable, "-W", "ignore", "-c", program, address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    assert (done.returncode, done.stderr) == (0, "")


# ---- when it fails


@pytest.fixture
def process():
    """The supervised process, and what can be done to it; it is well again afterwards."""
    stack, supervisor = local_stack("test"), Supervisor(local_stack("test"))

    def pid():
        return int(supervisor.state("elasticsearch").pid or 0)

    yield SimpleNamespace(
        pid=pid,
        signal=lambda number: os.kill(pid(), number),
        stop=lambda: supervisor.stop("elasticsearch"),
        start=lambda: supervisor.start("elasticsearch"),
    )
    supervisor.start("elasticsearch")
    eventually(lambda: node.answers(stack), "Elasticsearch", 40)


@pytest.mark.stack
@pytest.mark.alone
def test_a_kill_loses_nothing_that_was_acknowledged(client, index, process):
    client.indices.create(index=index, settings={"number_of_replicas": 0})
    client.index(index=index, id="1", version=7, version_type="external", document={"title": "kept"})
    before = process.pid()
    process.signal(signal.SIGKILL)
    eventually(lambda: process.pid() not in (0, before), "a new process", 20)
    eventually(lambda: node.answers(local_stack("test")), "Elasticsearch", 30)
    assert client.get(index=index, id="1")["_version"] == 7


@pytest.mark.stack
@pytest.mark.alone
def test_it_can_be_frozen_stopped_and_started(client, process):
    process.signal(signal.SIGSTOP)
    try:
        with pytest.raises(ConnectionTimeout):
            client.options(request_timeout=1).cluster.health()
    finally:
        process.signal(signal.SIGCONT)
    assert client.cluster.health()["number_of_nodes"] == 1
    process.stop()
    assert not node.answers(local_stack("test"))
    process.start()
    eventually(lambda: node.answers(local_stack("test")), "Elasticsearch", 30)
