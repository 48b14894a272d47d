"""What is kept of a record in the index: its shape, its words, its moment. Pure.

Few combinations of actor, action and outcome occur in a log, however long it is. Each is a shape,
kept and counted once; a record refers to its own. So whoever asks by these alone is answered from
a small table, and is told exact numbers.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from plexihub.kernel.audit import AuditRecord
from plexihub.kernel.audit.read import plugins, who
from plexihub.kernel.audit.words import words, words_of

#: Never in a name: names are printable.
MARK = "\x1f"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Shape(NamedTuple):
    """What many records have in common; `who` and `plugins` are marked lists."""

    kind: str
    actor: str
    who: str
    plugins: str
    action: str
    outcome: str


def shape_of(record: AuditRecord) -> Shape:
    """Answer the shape of a record."""
    actor = record.actor
    return Shape(
        actor.kind,
        actor.name or actor.id or actor.kind,
        _marked(who(record)),
        _marked(plugins(record)),
        record.action,
        record.outcome,
    )


def _marked(names: set[str]) -> str:
    return MARK + "".join(f"{name}{MARK}" for name in sorted(names))


def words_to_keep(record: AuditRecord, shape: Shape) -> str:
    """Answer what the index of words keeps of a record: its words, its target's, its marks."""
    found = words_of(record)
    found.update(target_word(word) for word in words(record.target))
    found.add(mark("outcome", shape.outcome))
    found.add(mark("action", shape.action))
    found.update(mark("who", name) for name in shape.who.split(MARK) if name)
    found.update(mark("plugin", name) for name in shape.plugins.split(MARK) if name)
    return " ".join(found)


def target_word(word: str) -> str:
    """Mark a word as one of a target. No other word has `_t_` in it: `t` is no hexadecimal."""
    return f"_t_{word}"


@lru_cache(maxsize=10_000)
def mark(field: str, value: str) -> str:
    """Make the word that stands for the value of a field."""
    digest = hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"_{field}_{digest}"


def milliseconds(moment: str) -> int:
    """Turn a record's time into milliseconds since 1970."""
    return (datetime.fromisoformat(moment) - _EPOCH) // _MILLISECOND


def trace_key(trace: str) -> int:
    """Make the number under which a trace is kept; others may have it, too."""
    digest = hashlib.blake2b(trace.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
