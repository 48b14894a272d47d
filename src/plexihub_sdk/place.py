"""Where something stands in a text of JSON: the line of each value, by its path.

The path is spelled as errors spell it: `permissions[0].hosts`, `tables.votes.columns`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_TOKEN = re.compile(r'[\s,:]*(?:([{}\[\]])|("(?:[^"\\]|\\.)*")|([^\s{}\[\],:"]+))', re.DOTALL)
_LAST_STEP = re.compile(r"(?:\.[^.\[\]]*|\[\d+\])\Z")


@dataclass(slots=True)
class _Open:
    """An object or list that the text is inside of."""

    path: str
    is_list: bool
    count: int = 0
    key: str | None = None

    def next_path(self) -> str:
        """Answer the path of the value that stands next in it."""
        if self.is_list:
            self.count += 1
            return f"{self.path}[{self.count - 1}]"
        key, self.key = self.key or "", None
        return f"{self.path}.{key}" if self.path else key


def line_of(text: str, where: str) -> int:
    """Answer the line on which the value of a path stands, or what it is in; 0 for nowhere."""
    lines = lines_of(text)
    while where:
        for path in (where, f"manifest.{where}"):
            if path in lines:
                return lines[path]
        step = _LAST_STEP.search(where)
        where = where[: step.start()] if step else ""
    return 0


def lines_of(text: str) -> Mapping[str, int]:
    """Map the path of each value to the line of its name, or of itself in a list."""
    found: dict[str, int] = {}
    inside: list[_Open] = []
    line, at = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", at, token.start(token.lastindex or 0))
        at = token.start(token.lastindex or 0)
        bracket, string, _ = token.groups()
        here = inside[-1] if inside else _Open("", is_list=False, key="")
        if bracket in {"}", "]"}:
            inside = inside[:-1]
        elif string is not None and inside and not here.is_list and here.key is None:
            here.key = json.loads(string, strict=False)
            found.setdefault(f"{here.path}.{here.key}" if here.path else here.key, line)
        else:
            path = here.next_path()
            found.setdefault(path, line)
            if bracket:
                inside.append(_Open(path, is_list=bracket == "["))
    return found
