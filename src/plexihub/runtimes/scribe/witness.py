"""A copy of the checkpoints elsewhere: in a file, at a web address, in the system's log.

Only the last checkpoint matters, since it has everything before it: while one is under way, the
next waits in a mailbox of one place. A witness that does not take it keeps nobody from writing; it
is told, and tried again with the next.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

import msgspec

from plexihub.kernel.audit.checkpoint import Checkpoint, last_checkpoint

_SECONDS = 10.0
_CLOSE_SECONDS = 3.0
#: Facility `auth`, severity `notice`.
_PRIORITY = 4 * 8 + 5


class Witness:
    """Takes checkpoints.

    Args:
        where: `file:PATH` or a path, `http://…` or `https://…`, `syslog:` and the socket's path
            (`/dev/log` where none is named); empty for none.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._mail: Checkpoint | None = None
        self._news = threading.Condition()
        self._trouble = ""
        self._is_failing = self._closing = False
        self._thread: threading.Thread | None = None

    def last(self) -> Checkpoint | None:
        """Answer the last that it has; None where it cannot be asked."""
        path = self._path()
        with contextlib.suppress(OSError):
            return None if path is None else last_checkpoint(path)
        return None

    def _path(self) -> Path | None:
        where = self._where
        if not where or where.startswith(("http://", "https://", "syslog:")):
            return None
        return Path(where.removeprefix("file:"))

    def take(self, checkpoint: Checkpoint) -> None:
        """Take a checkpoint, soon."""
        if not self._where:
            return
        with self._news:
            self._mail = checkpoint
            self._news.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="witness", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._news:
                while self._mail is None:
                    if self._closing:
                        return
                    self._news.wait()
                mail, self._mail = self._mail, None
            try:
                self._deliver(msgspec.json.encode(mail))
                self._is_failing = False
            except (OSError, ValueError) as error:
                if not self._is_failing:
                    self.note(f"The witness {self._where} takes no checkpoint: {error}.")
                self._is_failing = True

    def _deliver(self, line: bytes) -> None:
        if (path := self._path()) is not None:
            return _append(path, line)
        if self._where.startswith("syslog:"):
            return _log(self._where.removeprefix("syslog:") or "/dev/log", line)
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self._where, line, headers)  # noqa: S310 - see `_path`
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            answer.read(1)
        return None

    def note(self, what: str) -> None:
        """Keep a sentence for who asks next."""
        self._trouble = what

    def take_trouble(self) -> str:
        """Answer, once, what went wrong."""
        found, self._trouble = self._trouble, ""
        return found

    def close(self) -> None:
        """Deliver what waits, for a moment."""
        if self._thread is None:
            return
        with self._news:
            self._closing = True
            self._news.notify()
        self._thread.join(_CLOSE_SECONDS)


def _append(path: Path, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o640)
    try:
        os.write(descriptor, line + b"\n")
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _log(path: str, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.settimeout(_SECONDS)
        sender.connect(path)
        sender.send(b"<%d>plexihub-audit: %b" % (_PRIORITY, line))
