"""Connections to the embedded database that wait for the next query of the same sight."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from pathlib import Path

from plexihub.services.query.errors import told
from plexihub.services.query.port import Order, Reader, ReadLimits, Rows
from plexihub.services.query.sqlite import Viewing
from plexihub_sdk.data import Readable

MOST_IDLE = 8


class SqliteReader(Reader):
    """Reads SQLite's file.

    A connection sees the readables that it was made with and no others, so what a plugin may see is
    not a question at each query.

    Args:
        path: Of the database.
        limits: How much a query may take.
    """

    def __init__(self, path: Path, limits: ReadLimits | None = None) -> None:
        self._path = path
        self._limits = limits or ReadLimits()
        self._idle: deque[tuple[tuple[Readable, ...], Viewing]] = deque()
        self._lock = threading.Lock()
        self._closed = False

    def read(self, order: Order) -> Rows:
        """Answer the rows of a query, each by column name.

        Raises:
            InputError: The statement is wrong.
            PermissionDenied: It reads what may not be read, or does anything but read.
            LimitExceededError: It takes too long, or answers too much.
        """
        viewing = self._taken(order.readables) or self._opened(order.readables)
        try:
            return viewing.read(order)
        finally:
            self._give_back(order.readables, viewing)

    def close(self) -> None:
        """Close every connection; one in use is closed by its query."""
        with self._lock:
            self._closed = True
            idle, self._idle = list(self._idle), deque()
        for _, viewing in idle:
            viewing.close()

    def _opened(self, readables: tuple[Readable, ...]) -> Viewing:
        try:
            return Viewing(self._path, readables, self._limits)
        except sqlite3.Error as error:
            raise told(str(error), "plexihub_") from None

    def _taken(self, readables: tuple[Readable, ...]) -> Viewing | None:
        with self._lock:
            for at, (seen, viewing) in enumerate(self._idle):
                if seen == readables:
                    del self._idle[at]
                    return viewing
        return None

    def _give_back(self, readables: tuple[Readable, ...], viewing: Viewing) -> None:
        too_many: Viewing | None = viewing
        with self._lock:
            if not self._closed:
                self._idle.append((readables, viewing))
                too_many = self._idle.popleft()[1] if len(self._idle) > MOST_IDLE else None
        if too_many is not None:
            too_many.close()
