"""Frames over a pipe: four bytes of length (big endian), then that many bytes of JSON.

Knows no frame's meaning. Writing blocks, since the hub reads at all times; a frame is written at
once, so that an answer never waits for code that runs next.
"""

from __future__ import annotations

import os
import select
from collections.abc import Iterator

from plexihub_sdk.wire import HEADER_BYTES, MAX_MESSAGE_BYTES

_READ = 64 * 1024


class TooLargeError(Exception):
    """A message that is beyond the limit; nothing of it was sent.

    Args:
        size: How long it is, in bytes.
    """

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.mb = size / 2**20


class Channel:
    """One end of the pipe.

    Args:
        fd: Descriptor of a connected stream socket.
    """

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, True)
        self._fd = fd
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)
        self._buffer = b""
        #: A long text that is on its way, and how much of it is here.
        self._long = bytearray()
        self._here = 0

    def receive(self, seconds: float | None) -> Iterator[bytes | bytearray]:
        """Answer the JSON texts that arrived, waiting for the first bytes.

        Args:
            seconds: The longest wait; None waits for good.

        Raises:
            EOFError: The hub closed the pipe.
        """
        if seconds is not None and not self._poll.poll(max(0, seconds * 1000)):
            return iter(())
        if self._long:
            return self._fill()
        data = os.read(self._fd, _READ)
        if not data:
            raise EOFError
        return self._frames(self._buffer + data if self._buffer else data)

    def _fill(self) -> Iterator[bytearray]:
        """Read into where a long text belongs, so that it is not copied."""
        with memoryview(self._long) as whole, whole[self._here :] as missing:
            count = os.readv(self._fd, [missing])
        if not count:
            raise EOFError
        self._here += count
        if self._here < len(self._long):
            return iter(())
        body, self._long = self._long, bytearray()
        return iter((body,))

    def _frames(self, data: bytes) -> Iterator[bytes]:
        # Whatever waits while a frame is handled may read further ones: all are cut out first.
        found, at = [], 0
        while len(data) - at >= HEADER_BYTES:
            size = self._size(data, at)
            start, end = at + HEADER_BYTES, at + HEADER_BYTES + size
            if len(data) < end:
                if size > _READ:
                    self._begin_long(size, data[start:])
                    at = len(data)
                break
            found.append(data[start:end])
            at = end
        self._buffer = data[at:]
        return iter(found)

    def _begin_long(self, size: int, begun: bytes) -> None:
        self._long, self._here = bytearray(size), len(begun)
        self._long[: len(begun)] = begun

    @staticmethod
    def _size(source: bytes, at: int) -> int:
        size = int.from_bytes(source[at : at + HEADER_BYTES], "big")
        if not 0 < size <= MAX_MESSAGE_BYTES:
            raise ValueError(f"a frame of {size} bytes")
        return size

    def post(self, body: bytes) -> None:
        """Write one frame.

        Raises:
            TooLargeError: It is longer than a message may be.
        """
        if len(body) > MAX_MESSAGE_BYTES:
            raise TooLargeError(len(body))
        left = memoryview(len(body).to_bytes(HEADER_BYTES, "big") + body)
        while left:
            left = left[os.write(self._fd, left) :]
