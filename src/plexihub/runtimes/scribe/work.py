"""The writer itself: takes packets, writes them down, answers; signs and lets go in between."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from plexihub.kernel.audit.past import REFUSE
from plexihub.kernel.audit.retire import Keeping, retire
from plexihub.kernel.audit.signing import Signer
from plexihub.kernel.audit.writer import SEGMENT_BYTES, Writer
from plexihub.runtimes.scribe.wire import LARGEST, NUMBER, SIGN, WRITE, Answer, Orders
from plexihub.runtimes.scribe.witness import Witness
from plexihub_sdk.errors import StartupError

#: Exit status of a writer that is not to be followed by another.
DONE = 0
Signing = Callable[[Path], Signer | None]
_LOOK_SECONDS = 1.0
_RETIRE_SECONDS = 3600.0
#: A writer whose hub was killed has still to write what it was handed.
_PATIENCE = 5.0


def work(orders: Orders, pipe: socket.socket, signing: Signing, *, is_again: bool) -> int:
    """Write until the hub closes its end of the pipe.

    Args:
        orders: What to do.
        pipe: To the hub.
        signing: Answers what signs.
        is_again: Whether a writer before this one died.

    Returns:
        `DONE`, or the exit status of a failure.
    """
    witness = Witness(orders.witness)
    size = orders.segment_bytes or SEGMENT_BYTES
    writer = Writer(
        Path(orders.folder),
        signing,
        segment_bytes=size,
        witness=witness.take,
        witnessed=witness.last(),
    )
    try:
        found = writer.open({"writer": "died"} if is_again else None, patience=_PATIENCE)
    except StartupError as error:
        _send(pipe, Answer(error=error.message, where=error.where, next=error.next))
        return DONE
    except OSError as error:
        text = f"The audit log cannot be written: {error.strerror}."
        _send(pipe, Answer(error=text, where=orders.folder, next="Make room on the disk."))
        return DONE
    _send(
        pipe,
        Answer(
            seq=found.head.seq,
            hash=found.head.hash,
            found_seq=found.found.seq,
            found_hash=found.found.hash,
            loss=found.loss,
        ),
    )
    _Desk(orders, pipe, writer, witness).run()
    writer.close()
    witness.close()
    return DONE


class _Desk:
    """Where packets come in."""

    def __init__(
        self, orders: Orders, pipe: socket.socket, writer: Writer, witness: Witness
    ) -> None:
        self._pipe, self._writer, self._witness = pipe, writer, witness
        self._keeping = Keeping(days=orders.days, megabytes=orders.megabytes, hold=orders.hold)
        self._retire_at = time.monotonic()

    def run(self) -> None:
        poll = select.poll()
        poll.register(self._pipe, select.POLLIN)
        while True:
            if poll.poll(_LOOK_SECONDS * 1000):
                data = self._pipe.recv(LARGEST)
                if not data:
                    return
                _send(self._pipe, self._done(data))
            self._tend()

    def _done(self, data: bytes) -> Answer:
        kind, number = data[:1], int.from_bytes(data[1 : 1 + NUMBER], "big")
        try:
            self._do(kind, data[1 + NUMBER :])
        except OSError as error:
            text = error.strerror or str(error)
            folder = str(self._writer.folder)
            return Answer(number=number, error=text, errno=error.errno or 0, where=folder)
        head = self._writer.head
        return Answer(
            number=number, seq=head.seq, hash=head.hash, trouble=self._witness.take_trouble()
        )

    def _do(self, kind: bytes, body: bytes) -> None:
        if kind == WRITE:
            self._writer.write(body.split(b"\n"))
        elif kind == SIGN:
            self._writer.checkpoint()
        else:
            begins = (kind + body)[:200].decode("utf-8", "replace")
            self._writer.say(REFUSE, {"begins": begins}, "What came over the pipe is no packet.")

    def _tend(self) -> None:
        try:
            if self._writer.is_due:
                self._writer.checkpoint()
            if time.monotonic() >= self._retire_at:
                self._retire_at = time.monotonic() + _RETIRE_SECONDS
                retire(self._writer, self._keeping)
        except OSError as error:
            self._witness.note(f"The audit log could not be tended: {error.strerror}.")


def _send(pipe: socket.socket, answer: Answer) -> None:
    pipe.send(msgspec.json.encode(answer))
