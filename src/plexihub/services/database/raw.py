"""Puts plugins' own SQL on record: who ran which statement, never with which values."""

from __future__ import annotations

import re
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

from plexihub.kernel.context import acting
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink

T = TypeVar("T")
LONGEST = 300
#: What stands between quotes may be a secret that was not handed over as a value.
_LITERAL = re.compile(r"'(?:[^']|'')*'?")


async def recorded(audit: AuditSink, sql: object, work: Coroutine[Any, Any, T]) -> T:
    """Run a statement and record how it ended, as whoever acts now.

    Raises:
        BaseException: Whatever the statement raises.
    """
    entry = AuditEntry(ctx=acting(), action="database.execute", target=shown(str(sql)))
    start = time.perf_counter()
    try:
        return await work
    except BaseException as error:
        entry.outcome, entry.reason = outcome_of(error), shown(sentence(error))
        raise
    finally:
        entry.execution_ms = (time.perf_counter() - start) * 1000
        audit.append(entry)


def shown(text: str) -> str:
    """Write a statement on one short line, its literals left out."""
    line = " ".join(_LITERAL.sub("'…'", text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
