"""What the second design promises of its sandbox is shown by tests, line by line."""

import re
from pathlib import Path

from tests.checklist.lines import load_lines

TESTS = Path(__file__).parents[1]
_MARK = re.compile(r"\bchecklist\(([^)]*)\)")
_LINE = re.compile(r'"(A-\d+)"')
#: From the limits of a plugin to the record of what it did.
PROMISED = [f"A-{number}" for number in range(13, 47)]


def marked() -> set[str]:
    """List the lines of the second design that a test carries."""
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))
    return {line for text in texts for mark in _MARK.findall(text) for line in _LINE.findall(mark)}


def test_every_promise_of_the_sandbox_has_a_test() -> None:
    """From CPU to audit, none stands there without one."""
    assert set(PROMISED) <= set(load_lines())
    assert [line for line in PROMISED if line not in marked()] == []
