"""docs/features.md lists every capability once and claims no more than a test shows."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FEATURES = ROOT / "docs" / "features.md"

ROWS_BY_AREA = {
    "ID": 37,
    "CO": 21,
    "PS": 26,
    "PR": 36,
    "AP": 26,
    "TS": 48,
    "EV": 23,
    "PD": 13,
    "GR": 12,
    "PG": 14,
    "QL": 20,
    "PV": 21,
    "OP": 25,
    "IN": 14,
}
OWNERS = {
    *("identity", "projects", "approvals", "twinspace", "community", "events", "progress", "search"),
    *("gateway", "chassis", "deploy"),
}
STATES = {"done", "partly", "not yet"}
COLUMNS = ["id", "what it does", "service", "state", "shown by"]
NOTHING = "—"
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

NOT_RUN = {"skip", "skipif", "xfail", "importorskip"}


@dataclass(frozen=True)
class Row:
    """One capability: who owns it, how far it is, which tests say so and what is missing."""

    id: str
    text: str
    owner: str
    state: str
    shown_by: str

    @property
    def tests(self) -> list[str]:
        named = self.shown_by.partition(";")[0].split(",")
        return [test for name in named if (test := name.strip().strip("`")) not in ("", NOTHING)]

    @property
    def missing(self) -> str:
        return self.shown_by.partition(";")[2].strip()


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows_of(page: str) -> list[Row]:
    """The rows of the page's tables; one with more or fewer columns raises TypeError."""
    table = [cells(line) for line in page.splitlines() if line.startswith("|")]
    return [Row(*row) for row in table if row != COLUMNS and set(row) != {"---"}]


def faults_of_the_list(rows: list[Row]) -> Iterator[str]:
    """Rows that were deleted, doubled or invented."""
    expected = {
        f"{area}-{number:02d}" for area, size in ROWS_BY_AREA.items() for number in range(1, size + 1)
    }
    counted = Counter(row.id for row in rows)
    yield from (f"{missing}: is not listed" for missing in sorted(expected - set(counted)))
    yield from (f"{unknown}: is no capability we know" for unknown in sorted(set(counted) - expected))
    yield from (f"{twice}: is listed twice" for twice, times in counted.items() if times > 1)


def faults_of(row: Row, root: Path) -> Iterator[str]:
    """What the row says wrongly, or claims without a test that shows it."""
    if row.owner not in OWNERS:
        yield f"{row.id}: nobody owns {row.owner!r}"
    if row.state not in STATES:
        yield f"{row.id}: {row.state!r} is no state"
    if not row.text:
        yield f"{row.id}: does not say what it does"
    if row.state == "not yet" and row.shown_by != NOTHING:
        yield f"{row.id}: is not there yet and shows something"
    if row.state in ("done", "partly") and not row.tests:
        yield f"{row.id}: names no test"
    if row.state == "partly" and not row.missing:
        yield f"{row.id}: does not say what is missing"
    if row.state == "done" and row.missing:
        yield f"{row.id}: is done and something is missing"
    for test in row.tests:
        if reason := why_it_shows_nothing(test, root):
            yield f"{row.id}: {test} {reason}"


def why_it_shows_nothing(test: str, root: Path) -> str | None:
    """None for a test that runs; otherwise why `path::test_name` or `path::Class::test_name` does not."""
    path, *names = test.split("::")
    file = root / path
    if not re.fullmatch(r"test_\w+\.py", file.name) or ".." in file.parts:
        return "is not in a test file"
    if not file.is_file():
        return "is in a file that does not exist"
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if any(is_not_run(statement) for statement in tree.body if not defines(statement)):
        return "is in a file that is skipped or expected to fail"
    return why_it_does_not_run(innermost(tree, names))


def why_it_does_not_run(found: list[Definition]) -> str | None:
    """The same for the definitions that lead to the test, from the outermost to its own."""
    if not found or not isinstance(found[-1], ast.FunctionDef | ast.AsyncFunctionDef):
        return "does not exist"
    if not found[-1].name.startswith("test_") or any(not node.name.startswith("Test") for node in found[:-1]):
        return "is not collected as a test"
    if any(is_not_run(said) for node in found for said in marks_of(node)):
        return "is skipped or expected to fail"
    return None


def defines(statement: ast.AST) -> bool:
    return isinstance(statement, Definition)


def innermost(tree: ast.Module, names: list[str]) -> list[Definition]:
    """The definitions from the outermost to the one named last; empty when one of them is missing."""
    found: list[Definition] = []
    body = tree.body
    for name in names:
        named = [node for node in body if isinstance(node, Definition) and node.name == name]
        if not named:
            return []
        found.append(named[-1])
        body = named[-1].body
    return found


def marks_of(node: Definition) -> list[ast.AST]:
    """The decorators, and what is said inside: a function's whole body, a class's own statements."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *(statement for statement in node.body if not defines(statement))]
    return [*node.decorator_list, *node.body]


def is_not_run(statement: ast.AST) -> bool:
    """Whether `pytest.skip(...)`, `pytest.mark.xfail`, `@skipif(...)` or their like is said in it."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr in NOT_RUN and named_pytest(node))
        or (isinstance(node, ast.Name) and node.id in NOT_RUN and isinstance(node.ctx, ast.Load))
        for node in ast.walk(statement)
    )


def named_pytest(node: ast.Attribute) -> bool:
    return ast.unparse(node).startswith(("pytest.", "mark.", "unittest."))


def test_every_capability_is_listed_once() -> None:
    assert sum(ROWS_BY_AREA.values()) == 336
    assert list(faults_of_the_list(rows_of(FEATURES.read_text(encoding="utf-8")))) == []


def test_no_row_claims_more_than_a_test_shows() -> None:
    rows = rows_of(FEATURES.read_text(encoding="utf-8"))
    assert [fault for row in rows for fault in faults_of(row, ROOT)] == []


def test_each_row_stands_in_the_table_of_its_area() -> None:
    sections = re.split(r"^## ", FEATURES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    areas = {section[:2]: {row.id[:2] for row in rows_of(section)} for section in sections}
    assert areas == {area: {area} for area in ROWS_BY_AREA}


SAMPLE_TESTS = """
import pytest

@pytest.mark.parametrize("country", ["ES", "PL"])
def test_a_teacher_registers(country): ...

async def test_a_page_streams(): ...

class TestContacts:
    def test_a_request_is_accepted(self): ...

    @pytest.mark.skip(reason="later")
    def test_a_request_is_declined(self): ...

@pytest.mark.skip
class TestForums:
    def test_a_post_expires(self): ...

class TestGroups:
    pytestmark = pytest.mark.xfail

    def test_a_group_is_entered(self): ...

@pytest.mark.xfail(strict=True)
def test_a_project_is_founded(): ...

@pytest.mark.skipif("True")
def test_a_project_is_closed(): ...

def test_a_vote_counts():
    if not a_browser_is_there():
        pytest.skip("no browser")

def test_a_beginner_may_skip_the_tour():
    tour.skip()

def a_teacher(): ...
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "test_sample.py").write_text(SAMPLE_TESTS, encoding="utf-8")
    (tmp_path / "test_idle.py").write_text(
        "import pytest\npytestmark = [pytest.mark.skip]\ndef test_idle(): ...\n", encoding="utf-8"
    )
    (tmp_path / "story.py").write_text("def test_told(): ...\n", encoding="utf-8")
    return tmp_path


ACCEPTED = [
    "not yet | —",
    "done | test_sample.py::test_a_teacher_registers",
    "done | `test_sample.py::test_a_teacher_registers`, `test_sample.py::test_a_page_streams`",
    "done | test_sample.py::TestContacts::test_a_request_is_accepted",
    "done | test_sample.py::test_a_beginner_may_skip_the_tour",
    "partly | test_sample.py::test_a_teacher_registers; head teachers cannot yet",
]

REFUSED = {
    "done | —": "names no test",
    "done | ": "names no test",
    "partly | —; the rest": "names no test",
    "partly | test_sample.py::test_a_teacher_registers": "does not say what is missing",
    "done | test_sample.py::test_a_teacher_registers; the rest": "is done and something is missing",
    "not yet | test_sample.py::test_a_teacher_registers": "is not there yet and shows something",
    "not yet | ": "is not there yet and shows something",
    "almost | test_sample.py::test_a_teacher_registers": "'almost' is no state",
    "done | test_sample.py": "does not exist",
    "done | test_gone.py::test_a_teacher_registers": "is in a file that does not exist",
    "done | test_sample.py::test_a_teacher_leaves": "does not exist",
    "done | test_sample.py::test_a_request_is_accepted": "does not exist",
    "done | test_sample.py::TestContacts": "does not exist",
    "done | test_sample.py::a_teacher": "is not collected as a test",
    "done | story.py::test_told": "is not in a test file",
    "done | test_idle.py::test_idle": "is in a file that is skipped or expected to fail",
    "done | test_sample.py::TestContacts::test_a_request_is_declined": "is skipped or expected to fail",
    "done | test_sample.py::TestForums::test_a_post_expires": "is skipped or expected to fail",
    "done | test_sample.py::TestGroups::test_a_group_is_entered": "is skipped or expected to fail",
    "done | test_sample.py::test_a_project_is_founded": "is skipped or expected to fail",
    "done | test_sample.py::test_a_project_is_closed": "is skipped or expected to fail",
    "done | test_sample.py::test_a_vote_counts": "is skipped or expected to fail",
    "done | test_sample.py::test_a_teacher_registers, test_sample.py::test_a_vote_counts": "is skipped or",
}


def faults_of_line(line: str, root: Path) -> list[str]:
    [row] = rows_of(line)
    return list(faults_of(row, root))


@pytest.mark.parametrize("claim", ACCEPTED)
def test_an_honest_row_passes(claim: str, tree: Path) -> None:
    assert faults_of_line(f"| ID-01 | Registration | identity | {claim} |", tree) == []


@pytest.mark.parametrize(("claim", "finding"), REFUSED.items())
def test_a_claim_without_a_running_test_is_refused(claim: str, finding: str, tree: Path) -> None:
    [fault] = faults_of_line(f"| ID-01 | Registration | identity | {claim} |", tree)
    assert finding in fault


def test_a_row_of_an_unknown_owner_or_without_a_text_is_refused(tree: Path) -> None:
    assert faults_of_line("| ID-01 | Registration | payroll | not yet | — |", tree)
    assert faults_of_line("| ID-01 |  | identity | not yet | — |", tree)


def test_a_row_with_a_column_too_few_is_refused() -> None:
    with pytest.raises(TypeError):
        rows_of("| ID-01 | Registration | identity | not yet |")


def test_a_deleted_a_doubled_and_an_invented_row_are_refused() -> None:
    rows = rows_of(FEATURES.read_text(encoding="utf-8"))
    invented = Row("XX-01", "Flying", "identity", "not yet", NOTHING)
    faults = list(faults_of_the_list([*rows[1:], rows[1], invented]))
    assert faults == ["ID-01: is not listed", "XX-01: is no capability we know", "ID-02: is listed twice"]
