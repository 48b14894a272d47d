"""The threat model names a test for every defence, each layer and each level, and they exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from plexihub.kernel.isolation import LAYERS, LEVELS
from plexihub.runtimes.process.confine import plan

pytestmark = pytest.mark.checklist("A-05")
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def rows(heading: str) -> list[str]:
    """Give the rows of the table under a heading, without its first two lines."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def functions_of(path: Path) -> set[str]:
    """List the test functions of a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if node.name.startswith("test_")}


def test_every_test_that_is_named_exists() -> None:
    """A renamed or deleted test is missed on the page."""
    named = NAMED.findall(PAGE)
    assert len(named) > 30
    gone = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or (name and name not in functions_of(ROOT / path))
    ]
    assert gone == []


@pytest.mark.parametrize("heading", ["From the outside in", "Layers of the operating system"])
def test_every_defence_names_a_test(heading: str) -> None:
    """No wall is claimed without something that attacks it."""
    table = rows(heading)
    assert len(table) > 5
    assert [line for line in table if not NAMED.search(line.rsplit("|", 2)[1])] == []


def test_every_layer_and_level_is_explained() -> None:
    """The page, the launcher and the judge know the same layers."""
    first = " ".join(line.split("|")[1] for line in rows("Layers of the operating system"))
    assert set(re.findall(r"`(\w+)`", first)) == set(plan.LAYERS) == LAYERS
    levels = [re.findall(r"`(\w+)`", line)[0] for line in rows("Isolation levels")]
    assert levels == list(reversed(LEVELS))
