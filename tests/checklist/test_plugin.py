"""The checklist's plugin: marks are checked, outcomes are recorded, the table tells them all."""

import json
from pathlib import Path

import pytest

from tests.checklist import table
from tests.checklist.lines import load_lines

ROOT = Path(__file__).parents[2]


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give an empty project whose tests run with the checklist's plugin."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_PLUGINS", "tests.checklist.plugin")
    return pytester


def run(inner: pytest.Pytester, source: str) -> tuple[pytest.RunResult, Path]:
    """Run the source as one test file, asking for the report."""
    target = inner.path / "out" / "report.json"
    inner.makepyfile(test_inner=f"import pytest\n{source}")
    result = inner.runpytest_inprocess(f"--checklist-report={target}")
    return result, target


def test_lines_complete() -> None:
    """The data holds both lists without a gap."""
    expected = [f"P-{n:02}" for n in range(1, 85)] + [f"A-{n:02}" for n in range(1, 67)]
    assert list(load_lines()) == expected


def test_unknown_line_fails_collection(inner: pytest.Pytester) -> None:
    """A mark that names no line stops the run, and no report is written."""
    result, target = run(inner, "@pytest.mark.checklist('P-99')\ndef test_a(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*marks that name no line*", "*test_inner.py::test_a: P-99"])
    assert not target.exists()


def test_empty_mark_fails_collection(inner: pytest.Pytester) -> None:
    """A mark without a line is refused too."""
    result, _ = run(inner, "@pytest.mark.checklist()\ndef test_a(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_outcomes_recorded_per_line(inner: pytest.Pytester) -> None:
    """A test that passes but fails at its teardown counts as failed; a skip is told."""
    result, target = run(
        inner,
        "@pytest.fixture\ndef bad():\n    yield\n    raise ValueError\n"
        "@pytest.mark.checklist('P-01', 'A-01')\ndef test_good(): pass\n"
        "@pytest.mark.checklist('P-01')\ndef test_bad(bad): pass\n"
        "@pytest.mark.checklist('A-02')\ndef test_skipped(): pytest.skip('why')\n"
        "def test_unmarked(): pass\n",
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    report = json.loads(target.read_text())
    assert {line: tests for line, tests in report.items() if tests} == {
        "P-01": {"test_inner.py::test_good": "passed", "test_inner.py::test_bad": "failed"},
        "A-01": {"test_inner.py::test_good": "passed"},
        "A-02": {"test_inner.py::test_skipped": "skipped"},
    }


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        ([], "absent"),
        (["skipped"], "skipped"),
        (["skipped", "passed"], "passed"),
        (["passed", "failed"], "failed"),
    ],
)
def test_worst_outcome_decides(outcomes: list[str], verdict: str) -> None:
    """One failed test fails its line; a skipped one beside a passed one does not."""
    assert table.judge(outcomes) == verdict


def test_table_tells_every_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has a row for each line and ends with the totals."""
    report = tmp_path / "report.json"
    outcomes = {
        "tests/unit/test_x.py::test_y[1]": "failed",
        "tests/unit/test_x.py::test_y[2]": "passed",
    }
    report.write_text(json.dumps({"P-21": outcomes}))
    assert table.main(report) == 1
    printed = capsys.readouterr().out
    assert all(line in printed for line in load_lines())
    assert "unit/test_x.py::test_y (2 cases)" in printed
    assert printed.rstrip().endswith("150 lines: 0 passed, 1 failed, 0 skipped, 149 absent")


def test_missing_report_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a report nothing is claimed."""
    assert table.main(tmp_path / "none.json") == 2
    assert "missing" in capsys.readouterr().err
