"""Bounds what common table expressions grow into.

SQLite copies an expression for each use of its name, before it asks anybody anything: forty of
them, each using the one before twice, never end. Nothing interrupts that, so the database's own
wall counts uses before it hands the text over. It counts rather too much than too little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_DEFINED = 8
#: Of all their names together: three each make some thousand copies.
MOST_USED = 24
_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|\s+
    |(?P<name>[^\W\d][\w$]*|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*')
    |(?P<other>[\d.]+\w*|.)""",
    re.DOTALL | re.VERBOSE,
)
#: The one form of parameter whose text may hold quotes that quote nothing.
_ODD_PARAMETER = re.compile(r"[$@#:](?:[^\W]|[$]|::)+\(")
_BETWEEN = ("not", "materialized")


def grows_too_much(sql: str) -> bool:
    """Tell whether the copies of common table expressions could be too many."""
    tokens = [_plain(found) for found in _TOKEN.finditer(sql) if found.lastgroup]
    if "with" not in tokens:
        return False
    if _ODD_PARAMETER.search(sql):
        return True
    defined = [name for at in range(len(tokens)) if (name := _defined_at(tokens, at))]
    uses = sum(token in set(defined) for token in tokens) - len(defined)
    return len(defined) > MOST_DEFINED or uses > MOST_USED


def _plain(found: re.Match[str]) -> str:
    """Answer a token without its quotes: SQLite takes each kind of them for a name's."""
    text = found[0]
    return text.lower() if found.lastgroup == "other" else text.strip("\"`'[]").lower()


def _defined_at(tokens: Sequence[str], at: int) -> str:
    """Answer the name that the `AS (` at a place defines; empty where there is none."""
    if tokens[at] != "as" or at == 0:
        return ""
    after = at + 1
    while after < len(tokens) and tokens[after] in _BETWEEN:
        after += 1
    if after >= len(tokens) or tokens[after] != "(":
        return ""
    before = at - 1
    if tokens[before] == ")":
        before = _opening(tokens, before) - 1
    return tokens[before] if before >= 0 else ""


def _opening(tokens: Sequence[str], closing: int) -> int:
    depth = 0
    for at in range(closing, -1, -1):
        depth += (tokens[at] == ")") - (tokens[at] == "(")
        if depth == 0:
            return at
    return 0
