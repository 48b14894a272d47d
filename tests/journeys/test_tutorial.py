"""The tutorial of the plugin guide, done as it is written, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.dev import new_plugin, running_dev
from tests.support.guide import Reader, blocks

PAGE = Path(__file__).parents[2] / "docs" / "plugin-guide" / "tutorial.md"
pytestmark = [pytest.mark.timeout(120), pytest.mark.sandbox]


@pytest.mark.parametrize("language", ["typescript", "python"])
def test_tutorial_works_as_written(language: str, tmp_path: Path) -> None:
    """Each block in its order: files are written, commands typed, what they print compared."""
    reader = Reader(tmp_path, tmp_path / "hub")
    mine = [block for block in blocks(PAGE) if block.is_for(language)]
    for block in mine:
        reader.follow(block)
    assert len(mine) == 10


def test_terminal_beside_the_tutorial(tmp_path: Path) -> None:
    """The command that is left running prints what the page says it does."""
    [block] = [one for one in blocks(PAGE) if one.label == "dev"]
    [(typed, [expected])] = block.steps
    assert typed == "plexihub plugin dev"
    with running_dev(new_plugin(tmp_path, "kudos")) as dev:
        dev.wait_for(expected)
