"""Keeps the index as long as the log: one thread that follows it, and makes it anew when it must.

An index that is missing, damaged, of another release or of another log (a restored backup) is
deleted and built from the segments. Meanwhile it is told how far that is.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from plexihub.kernel.audit import Place
from plexihub.kernel.audit.follow import first_seq, read_placed
from plexihub.services.trail.index import Index, remove

_log = logging.getLogger(__name__)
#: Small, so that the hub's own thread waits for no long transaction's Python.
BATCH = 200
#: A busy hub's records are taken in together.
PAUSE_SECONDS = 0.3
RETRY_SECONDS = 10.0
#: While much is to be done, the thread rests as long as it worked.
_REST = 1.0
#: A longer way is told as building.
_FAR = 2000
_FORGET = 5000
_CLOSE_SECONDS = 10.0
_REBUILT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the index is.

    Args:
        name: `ready`, `building`, `failed` where it cannot be written, `off` where none is kept.
        share: Of the log, from 0 to 1.
    """

    name: Literal["ready", "building", "failed", "off"] = "off"
    share: float = 0.0


class Keeper:
    """Follows the log in a thread of its own.

    Args:
        folder: Of the segments.
        path: Of the index.
        last: Tells the number of the log's last record.
    """

    def __init__(self, folder: Path, path: Path, last: Callable[[], int]) -> None:
        self.path = path
        self.state = IndexState()
        #: Another one for each file: who has the file of an older one open lets go of it.
        self.generation = 0
        self._folder = folder
        self._last = last
        self._index: Index | None = None
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._is_damaged = threading.Event()
        self._thread: threading.Thread | None = None
        #: Set when the index was opened, or could not be.
        self.opened = threading.Event()
        self._is_told = False

    def start(self) -> None:
        """Begin to follow."""
        self.state = IndexState("building")
        self._wake.set()
        self._thread = threading.Thread(target=self._run, name="audit index")
        self._thread.start()

    def notice(self) -> None:
        """Say that records were written; cheap, and callable from any thread."""
        self._wake.set()

    def report_damage(self) -> None:
        """Say that the index led astray: it is made anew."""
        self.state = IndexState("building")
        self._is_damaged.set()
        self._wake.set()

    def close(self) -> None:
        """End the thread; blocks until it has. What is missing is taken in after the next start."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._closing.is_set():
                self._wake.wait()
                self._wake.clear()
                self._try_to_keep_up()
                self._closing.wait(PAUSE_SECONDS)
        finally:
            self._let_go()

    def _try_to_keep_up(self) -> None:
        try:
            self._keep_up()
            self._is_told = False
        except sqlite3.DatabaseError as error:
            # Without a code it is of another release; a full disk is not its fault.
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _REBUILT:
                self.report_damage()
            self._retry(error)
        except OSError as error:
            self._retry(error)

    def _retry(self, error: Exception) -> None:
        self._let_go()
        self.opened.set()
        self._wake.set()
        if self._is_damaged.is_set() and not self._is_told:
            self._is_told = True
            return _log.warning("the index of the audit log is made anew: %s", error)
        if self.state.name != "failed":
            _log.warning("the index of the audit log cannot be kept, it is tried again: %s", error)
        self._is_told = True
        self.state = IndexState("failed", self.state.share)
        self._closing.wait(RETRY_SECONDS)
        return None

    def _keep_up(self) -> None:
        if self._is_damaged.is_set():
            self._begin_anew()
            self._is_damaged.clear()
        index = self._index or self._open()
        self._take_in(index)
        self._forget_gone(index)

    def _open(self) -> Index:
        index = Index(self.path)
        if not self._is_of_this_log(index):
            index.close()
            self._begin_anew()
            index = Index(self.path)
        self._index = index
        self.generation += 1
        self.opened.set()
        return index

    def _is_of_this_log(self, index: Index) -> bool:
        place = index.place
        if not place.seq:
            return True
        found, _ = read_placed(self._folder, Place(place.seq - 1), 1)
        return bool(found) and (found[0].record.seq, found[0].record.hash) == (
            place.seq,
            index.hash,
        )

    def _begin_anew(self) -> None:
        self._let_go()
        remove(self.path)

    def _take_in(self, index: Index) -> None:
        place, first = index.place, first_seq(self._folder)
        is_far = self._last() - place.seq > _FAR
        if is_far:
            self.state = IndexState("building", self._share(place.seq, first))
        while not self._closing.is_set() and not self._is_damaged.is_set():
            begun = time.monotonic()
            found, place = read_placed(self._folder, place, BATCH)
            if found:
                index.add(found, place)
            if len(found) < BATCH:
                self.state = IndexState("ready", 1.0)
                return
            if is_far:
                self.state = IndexState("building", self._share(place.seq, first))
                self._closing.wait((time.monotonic() - begun) * _REST)

    def _share(self, seq: int, first: int) -> float:
        whole = max(1, self._last() - first + 1)
        return max(0.0, min(0.999, (seq - first + 1) / whole))

    def _forget_gone(self, index: Index) -> None:
        first = first_seq(self._folder)
        while first > 1 and not self._closing.is_set():
            if index.forget_before(first, _FORGET) < _FORGET:
                return

    def _let_go(self) -> None:
        if self._index is not None:
            with suppress(sqlite3.Error):
                self._index.close()
            self._index = None
