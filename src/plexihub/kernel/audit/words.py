"""The words of a record: what free text looks for. Pure.

A word is a run of letters and digits, upper and lower case alike. What is looked for is a whole
word, or its beginning from three characters on. An index keeps exactly these words, so that it
finds what reading every record would find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from plexihub.kernel.audit.record import AuditRecord

LONGEST_WORD = 64
SHORTEST_BEGINNING = 3
_RUN = re.compile(r"[^\W_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
#: Numbers, places in the chain and measured values are no text.
_NO_TEXT = frozenset(
    {"seq", "id", "time", "trace", "parent", "prev", "hash", "execution_ms", "memory_mb"}
)


def words(text: str) -> list[str]:
    """Split a text into its words, each in ASCII: `_` never stands in one otherwise."""
    found = _RUN.findall(text.casefold())
    if not text.isascii():
        found = [_NOT_ASCII.sub(lambda one: f"_{ord(one[0]):x}_", word) for word in found]
    return [word[:LONGEST_WORD] for word in found]


def words_of(record: AuditRecord) -> set[str]:
    """Answer every word of a record."""
    texts: list[str] = []
    for name in record.__struct_fields__:
        if name not in _NO_TEXT:
            value = getattr(record, name)
            if value:
                texts.extend(_texts(value))
    return set(words("\n".join(texts)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int | float):
        yield str(value)
    elif value is not None:
        yield from _texts(tuple(msgspec.to_builtins(value).values()))


def fits(wanted: Iterable[str], found: set[str]) -> bool:
    """Whether each wanted word, or a word that begins with it, was found."""
    return all(_is_there(word, found) for word in wanted)


def _is_there(word: str, found: set[str]) -> bool:
    if word in found:
        return True
    return len(word) >= SHORTEST_BEGINNING and any(one.startswith(word) for one in found)
