"""Lines that can run, lines that did, and the share of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.testing.lines import Coverage, FileLines, code_files, measured, percent, python_lines

SOURCE = '''"""A docstring."""
import time

def late(value):
    # a comment
    if value:
        return (
            1
        )
    return [one for one in range(3)]

class Kind:
    def method(self): return 2
'''


def ran(covered: int, total: int) -> Coverage:
    """Make a coverage of so many lines."""
    return Coverage((FileLines("main.py", {n: int(n < covered) for n in range(total)}),))


@pytest.mark.parametrize(("covered", "reaches"), [(700, True), (699, False), (1000, True)])
def test_reaches_exactly(covered: int, reaches: bool) -> None:  # noqa: FBT001
    """Seventy percent is reached by 70.0, and not by 69.9."""
    assert ran(covered, 1000).reaches(70.0) is reaches


def test_shown_percent_never_promises() -> None:
    """A share just below a figure is not shown as that figure."""
    assert percent(69_999, 100_000) == "69.9"
    assert percent(0, 0) == "100.0"


def test_python_lines_that_run() -> None:
    """Comments, blank lines and closing brackets are none that run."""
    assert python_lines(SOURCE, "main.py") == {1, 2, 4, 6, 7, 8, 10, 12, 13}


def test_counts_only_what_can_run(tmp_path: Path) -> None:
    """Lines that a guest names and that no file has are not believed."""
    (tmp_path / "main.py").write_text("a = 1\nb = 2\n")
    found = measured(tmp_path, {"main.py": [(1, 5), (99, 1)], "ghost.py": [(1, 1)]})
    assert [(one.path, one.covered, one.missing) for one in found.files] == [("main.py", 1, [2])]


def test_a_file_nobody_loads_counts(tmp_path: Path) -> None:
    """Every written line of a TypeScript file that no test loads is missing."""
    (tmp_path / "main.ts").write_text("// a comment\nconst a = 1;\n\nconst b = 2;\n")
    assert measured(tmp_path, {}).files[0].missing == [2, 4]


def test_tests_do_not_count(tmp_path: Path) -> None:
    """Tests, recordings and other people's code are no part of the plugin."""
    others = (
        "tests/x.py",
        "test_a.py",
        "main_test.ts",
        "node_modules/a.js",
        ".plexihub/sdk/mod.ts",
    )
    for name in ("main.py", *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert code_files(tmp_path) == ["main.py"]


def test_a_brought_report_is_not_read(tmp_path: Path) -> None:
    """A package that says it is covered is not."""
    (tmp_path / "main.py").write_text("a = 1\n")
    (tmp_path / "coverage.json").write_text('{"main.py": [1], "percent": 100}')
    (tmp_path / "coverage.lcov").write_text("SF:main.py\nDA:1,1\nend_of_record\n")
    assert measured(tmp_path, {}).share == 0


def test_writes_lcov() -> None:
    """The lines and their sums, as lcov reads them."""
    text = Coverage((FileLines("main.py", {1: 2, 3: 0}),)).lcov()
    assert text.splitlines() == ["SF:main.py", "DA:1,2", "DA:3,0", "LF:2", "LH:1", "end_of_record"]
