"""Writing records out, the oldest first, in bounded memory.

As JSON lines they are the bytes of the segments, so whoever has them all can walk the chain; as
OCSF they are what other tools read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Literal, get_args

import msgspec

from plexihub.kernel.audit import AuditQuery, Place
from plexihub.kernel.audit.follow import Placed, read_placed
from plexihub.services.trail.ocsf import ocsf
from plexihub_sdk.errors import InputError

Form = Literal["jsonl", "ocsf"]
BATCH = 1000


def check_form(text: str) -> Form:
    """Let only names of forms pass.

    Raises:
        InputError: It is none.
    """
    for form in get_args(Form):
        if text == form:
            found: Form = form
            return found
    raise InputError(f"An export is jsonl or ocsf, not {text[:40]!r}.", where="format")


def _as_line(one: Placed) -> bytes:
    return one.line


def _as_ocsf(one: Placed) -> bytes:
    return msgspec.json.encode(ocsf(one.record)) + b"\n"


_WRITERS: dict[Form, Callable[[Placed], bytes]] = {"jsonl": _as_line, "ocsf": _as_ocsf}


class Export:
    """One export.

    Args:
        folder: Of the segments.
        query: What is wanted; `after` and `before` bound what is read.
        form: How it is written.
    """

    def __init__(self, folder: Path, query: AuditQuery, form: Form) -> None:
        self._folder = folder
        self._query = query
        self._write = _WRITERS[form]
        self._place = Place(query.after)
        #: Records and bytes that were written so far, and the last number that was looked at.
        self.rows = self.bytes = 0
        #: Whether everything was read.
        self.is_done = False

    @property
    def seq(self) -> int:
        """The number of the last record that was looked at."""
        return self._place.seq

    async def pieces(self) -> AsyncGenerator[bytes, None]:
        """Hand out the file, a piece at a time."""
        while (piece := await asyncio.to_thread(self.piece)) is not None:
            if piece:
                yield piece

    def piece(self) -> bytes | None:
        """Read on and answer what of it is wanted; None at the end. Blocks: for a thread."""
        found, self._place = read_placed(self._folder, self._place, BATCH)
        before = self._query.before
        if not found or (before is not None and found[0].record.seq >= before):
            self.is_done = True
            return None
        lines = [self._write(one) for one in found if self._query.accepts(one.record)]
        piece = b"".join(lines)
        self.rows, self.bytes = self.rows + len(lines), self.bytes + len(piece)
        return piece
