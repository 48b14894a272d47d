"""What of a statement goes on record: its shape, and no value that was written in it.

The record is for good, and read by others than the person whose rows were asked for. It is made of
the text as it came, before anybody could parse it: what cannot be told apart is left out.
"""

from __future__ import annotations

import re

SHOWN = "…"
#: Quoted names, which stay; then comments, texts (ended or not), what is quoted and more than a
#: name, and numbers.
_VALUE = re.compile(
    r"""
    (?P<name>"[A-Za-z_]\w{0,63}")
    | --[^\n]*+ | /\*.*?(?:\*/|\Z)
    | [A-Za-z]?'(?:[^']|'')*+(?:'|\Z)
    | "(?:[^"]|"")*+(?:"|\Z) | `[^`]*+(?:`|\Z) | \[[^\]]*+(?:\]|\Z)
    | (?<![\w$])\.?\d[\w.]*+(?:(?<=[eE])[+-]\d++)?
    """,
    re.DOTALL | re.VERBOSE,
)


def without_values(sql: str) -> str:
    """Answer a statement with a sign in the place of each value and comment.

    Args:
        sql: As a plugin wrote it, at most a few thousand characters.
    """
    return _VALUE.sub(lambda found: found["name"] or SHOWN, sql)
