"""The hub's side of the writer's process: hands records over, and knows what is on the disk."""

from __future__ import annotations

import errno
import itertools
import os
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from plexihub.kernel.audit.pen import Pen, Standing
from plexihub.kernel.audit.segment import START, Head
from plexihub.kernel.audit.writer import Opened
from plexihub.runtimes import _spawn
from plexihub.runtimes.scribe.wire import (
    KEY_FROM_DESCRIPTOR,
    LARGEST,
    SIGN,
    WRITE,
    Answer,
    Orders,
    packet,
)
from plexihub_sdk.errors import StartupError

_START_SECONDS = 20.0
#: A disk can hang for a while; a writer that hangs longer is replaced.
_ANSWER_SECONDS = 30.0
_END_SECONDS = 10.0
_decode = msgspec.json.Decoder(Answer).decode


class ScribePen(Pen):
    """Writes through a process of its own.

    Args:
        orders: What that process is told.
    """

    standing: Standing = "same user"

    def __init__(self, orders: Orders) -> None:
        super().__init__()
        self._orders = orders
        self._numbers = itertools.count(1)
        self._head = START
        self._pipe: socket.socket | None = None
        self._child: _spawn.Clerk | None = None

    def open(self) -> Opened:
        """Start the process, and wait until it has looked back.

        Raises:
            StartupError: Another process writes here, it cannot be written, or does not start.
        """
        answer = self._begin()
        self._head = Head(answer.seq, answer.hash)
        found = Head(answer.found_seq, answer.found_hash)
        return Opened(head=self._head, found=found, loss=answer.loss)

    def _begin(self) -> Answer:
        self._let_go()
        key = self._orders.key
        given = int(key.removeprefix(KEY_FROM_DESCRIPTOR)) if _is_descriptor(key) else -1
        command = (sys.executable, "-I", "-m", "plexihub.runtimes.scribe")
        try:
            self._child = _spawn.start_clerk(
                (*command, msgspec.json.encode(self._orders).decode()),
                keep=() if given < 0 else (given,),
            )
        except OSError as error:
            raise _cannot(self._orders, error.strerror or "it does not start") from error
        if given >= 0:
            # Read once, by the one process that needs it; afterwards nobody here can.
            with suppress(OSError):
                os.close(given)
            self._orders = msgspec.structs.replace(self._orders, key="-")
        self._pipe = self._child.pipe
        return self._hello(time.monotonic() + _START_SECONDS)

    def _hello(self, until: float) -> Answer:
        try:
            answer = self._receive(until)
        except OSError as error:
            self._let_go()
            raise _cannot(self._orders, "its process gave no answer") from error
        if answer.error:
            self._let_go()
            raise StartupError(answer.error, where=answer.where, next=answer.next)
        return answer

    def write(self, group: Sequence[tuple[str, bytes]]) -> Head:
        """Hand records over, and return when they are on the disk.

        A writer that died over it is followed by another, which knows what was written already.
        """
        body = b"\n".join(body.replace(b"\n", b" ") for _id, body in group)
        self._head = self._ask(WRITE, body)
        return self._head

    def checkpoint(self) -> Head:
        """Have the log signed as it is now."""
        self._head = self._ask(SIGN)
        return self._head

    def _ask(self, kind: bytes, body: bytes = b"") -> Head:
        for _ in range(3):
            try:
                return self._exchange(kind, body)
            except (ConnectionError, TimeoutError) as error:
                self._replace(error)
        raise OSError(errno.EPIPE, "The writer of the audit log dies again and again")

    def _exchange(self, kind: bytes, body: bytes) -> Head:
        if self._pipe is None:
            raise ConnectionError
        until, number = time.monotonic() + _ANSWER_SECONDS, next(self._numbers)
        self._pipe.settimeout(_ANSWER_SECONDS)
        self._pipe.send(packet(kind, number, body))
        while True:
            answer = self._receive(until)
            if answer.number == 0:
                self._compare(answer)
                self._pipe.send(packet(kind, number := next(self._numbers), body))
            elif answer.number == number:
                break
        if answer.trouble:
            self.trouble(answer.trouble)
        if answer.error:
            raise OSError(answer.errno, answer.error, answer.where or None)
        return Head(answer.seq, answer.hash)

    def _receive(self, until: float) -> Answer:
        if self._pipe is None:
            raise ConnectionError
        self._pipe.settimeout(max(0.001, until - time.monotonic()))
        data = self._pipe.recv(LARGEST)
        if not data:
            raise ConnectionResetError
        try:
            return _decode(data)
        except msgspec.MsgspecError as error:
            raise ConnectionError from error

    def _replace(self, why: OSError) -> None:
        hung = isinstance(why, TimeoutError)
        self.trouble("Its writer " + ("hung" if hung else "died") + " and was started anew.")
        try:
            self._compare(self._begin(), is_told=True)
        except StartupError as error:
            raise OSError(errno.EPIPE, error.message, error.where or None) from error

    def _compare(self, answer: Answer, *, is_told: bool = False) -> None:
        """Hold what a new writer found against what the one before it had said."""
        if answer.error:
            raise OSError(errno.EPIPE, answer.error, answer.where or None)
        if not is_told:
            self.trouble("Its writer died and was started anew.")
        head = self._head
        is_changed = answer.found_seq == head.seq and answer.found_hash != head.hash
        if answer.found_seq < head.seq or is_changed:
            self.trouble(
                f"Record {head.seq} was on the disk, and the writer that follows found"
                f" {'another one' if is_changed else f'no more than {answer.found_seq}'}."
            )

    def look(self) -> None:
        """Notice a writer that died or was replaced while nothing was written."""
        while self._pipe is not None:
            try:
                self._pipe.setblocking(False)
                data = self._pipe.recv(LARGEST)
            except BlockingIOError:
                return None
            except OSError as error:
                return self._replace(error)
            if not data:
                return self._replace(ConnectionResetError())
            with suppress(msgspec.MsgspecError):
                answer = _decode(data)
                if answer.number == 0 and not answer.error:
                    self._compare(answer)
        return None

    def close(self) -> None:
        """Let the writer sign, write and end; safe to call twice."""
        pipe, child = self._pipe, self._child
        if pipe is None or child is None:
            return
        with suppress(OSError):
            self._exchange(SIGN, b"")
        self._let_go()

    def _let_go(self) -> None:
        pipe, child, self._pipe, self._child = self._pipe, self._child, None, None
        if pipe is not None:
            pipe.close()
        if child is not None:
            child.end(_END_SECONDS)


def _is_descriptor(key: str) -> bool:
    return key.startswith(KEY_FROM_DESCRIPTOR) and key.removeprefix(KEY_FROM_DESCRIPTOR).isdigit()


def _cannot(orders: Orders, why: str) -> StartupError:
    return StartupError(
        f"The audit log cannot be written: {why}.",
        where=orders.folder,
        next="Nothing may be done without it; see what the writer said on standard error.",
    )
