"""Tie tests to the lines of the checklist, and record what became of each line.

``@pytest.mark.checklist("P-21", "A-61")`` says which lines a test shows. A line that does not exist
fails the collection. ``--checklist-report=FILE`` writes the outcomes as JSON: for each line, the
tests behind it, each with ``passed``, ``failed`` or ``skipped``.
"""

import json
from pathlib import Path

import pytest

from tests.checklist.lines import load_lines

Report = dict[str, dict[str, str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the report's file."""
    parser.addoption(
        "--checklist-report",
        default=None,
        metavar="FILE",
        help="write the outcome of every checklist line to FILE, as JSON",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the recorder."""
    config.addinivalue_line("markers", "checklist(*ids): the lines that this test shows")
    config.pluginmanager.register(Recorder(config.getoption("--checklist-report")))


class Recorder:
    """Check the marks when tests are collected, and keep the worst outcome of each test."""

    def __init__(self, target: str | None) -> None:
        """Record into the file, if one is named."""
        self._target = target
        self._known = load_lines()
        self._lines_of: dict[str, list[str]] = {}
        self._outcome_of: dict[str, str] = {}

    # First, so that marks are read before a selection drops the tests that carry them.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse marks that name nothing.

        Raises:
            pytest.UsageError: a mark names no line of the checklist, or none at all.
        """
        wrong = []
        for item in items:
            for marker in item.iter_markers("checklist"):
                unknown = [str(name) for name in marker.args if name not in self._known]
                if unknown or not marker.args:
                    wrong.append(f"{item.nodeid}: {', '.join(unknown) or 'an empty mark'}")
                self._lines_of.setdefault(item.nodeid, []).extend(map(str, marker.args))
        if wrong:
            message = "checklist marks that name no line of tests/checklist/ids.toml:\n  "
            raise pytest.UsageError(message + "\n  ".join(wrong))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the outcome; a failure in any phase outweighs the rest."""
        if report.nodeid not in self._lines_of or self._outcome_of.get(report.nodeid) == "failed":
            return
        if report.when == "call" or report.outcome != "passed":
            self._outcome_of[report.nodeid] = report.outcome

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write the report, unless the run broke off and would give a false one."""
        finished = (
            pytest.ExitCode.OK,
            pytest.ExitCode.TESTS_FAILED,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        )
        if self._target is None or exitstatus not in finished:
            return
        target = Path(self._target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(self.outcomes(), indent=2) + "\n", encoding="utf-8")

    def outcomes(self) -> Report:
        """Give, for each line, the tests behind it and what became of them."""
        report: Report = {line: {} for line in self._known}
        for test, outcome in self._outcome_of.items():
            for line in self._lines_of[test]:
                report[line][test] = outcome
        return report
