"""A reader can hold each piece in the head: no long file, no long function, no catch-all name."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE_LINES = 500
FUNCTION_LINES = 50
CATCH_ALL = {"utils", "util", "helpers", "helper", "misc", "common_utils"}


def sources() -> Iterator[Path]:
    """Give every Python source that is ours."""
    for folder in ("src", "tests", "bench"):
        for path in (ROOT / folder).rglob("*.py"):
            if {"seeds", "guilty", "innocent"}.isdisjoint(path.parts):
                yield path


def test_no_long_file() -> None:
    """A file that grows past the bound is two."""
    lengths = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_long_function() -> None:
    """A function that grows past the bound is several."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_catch_all_module() -> None:
    """A module is named after what it answers for."""
    assert [str(path) for path in sources() if path.stem in CATCH_ALL] == []
