"""Print the checklist: every line, its state (passed, failed, skipped, absent) and its tests."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.checklist.lines import load_lines

COLOURS = {"passed": "green", "failed": "red", "skipped": "yellow", "absent": "dim"}


def judge(outcomes: Iterable[str]) -> str:
    """Say what the outcomes of a line's tests mean for the line."""
    seen = set(outcomes)
    for verdict in ("failed", "passed", "skipped"):
        if verdict in seen:
            return verdict
    return "absent"


def build(report: dict[str, dict[str, str]]) -> tuple[Table, Counter[str]]:
    """Lay the report out as one table, and count the verdicts."""
    table = Table("Line", "State", "What it asks for", title="Checklist")
    table.add_column("Tests behind it", overflow="fold")
    totals: Counter[str] = Counter()
    for line, text in load_lines().items():
        tests = report.get(line, {})
        verdict = judge(tests.values())
        totals[verdict] += 1
        colour = COLOURS[verdict]
        table.add_row(line, f"[{colour}]{verdict}[/]", text, "\n".join(_shorten(tests)))
    return table, totals


def _shorten(tests: Iterable[str]) -> list[str]:
    """Leave out the folder that all tests share, and name a test with many cases once."""
    cases = Counter(test.removeprefix("tests/").partition("[")[0] for test in tests)
    return [f"{name} ({count} cases)" if count > 1 else name for name, count in cases.items()]


def main(source: Path) -> int:
    """Print the table and the totals; say by the exit code whether a line failed."""
    try:
        report = json.loads(source.read_text(encoding="utf-8"))
    except FileNotFoundError:
        print(f"{source} is missing: the tests stopped before they could report.", file=sys.stderr)  # noqa: T201
        return 2
    table, totals = build(report)
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    counts = ", ".join(f"{totals[verdict]} {verdict}" for verdict in COLOURS)
    console.print(f"{totals.total()} lines: {counts}")
    return 1 if totals["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
