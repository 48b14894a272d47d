"""Comments that allow a finding: `// plexihub: allow js-eval because ...`, `# plexihub: allow ...`.

They count for their own line and for the line after it. Only real comments count: the same words in
a text allow nothing.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.script.tree import ScriptFile

_WORD = "plexihub:"
_LINE = re.compile(r"plexihub:\s*allow\s+([a-z0-9-]+)[ \t:,-]*([^\n]*?)\s*(?:\*/)?\s*\Z")
_LEAST_REASON = 3


@dataclass(frozen=True, slots=True)
class Permit:
    """One comment.

    Args:
        rule: Which rule it allows.
        line: Where it stands.
        reason: Why; empty where nothing is said.
    """

    rule: str
    line: int
    reason: str


def permits_in(file: File, script: ScriptFile | None) -> Iterator[Permit]:
    """Give every comment of a file that allows something."""
    if file.text is None or _WORD not in file.text:
        return
    comments = _of_script(script) if script is not None else _of_python(file)
    for line, text in comments:
        if found := _LINE.search(text):
            reason = found[2] if len(found[2]) >= _LEAST_REASON else ""
            yield Permit(found[1], line, reason)


def _of_script(script: ScriptFile) -> Iterable[tuple[int, str]]:
    for one in script.nodes("comment"):
        start = one.range().start.line + 1
        yield from ((start + at, text) for at, text in enumerate(one.text().split("\n")))


def _of_python(file: File) -> Iterator[tuple[int, str]]:
    if file.kind != "python":
        return
    reader = io.StringIO("\n".join(file.lines)).readline
    try:
        for token in tokenize.generate_tokens(reader):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
    except (tokenize.TokenError, SyntaxError):
        return  # what is no Python has a finding of its own, and allows nothing
