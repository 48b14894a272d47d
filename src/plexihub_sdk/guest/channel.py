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
_READ_AT_MOST = 1024 * 1024


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
        self._buffer = bytearray()

    def receive(self, seconds: float | None) -> Iterator[bytes]:
        """Answer the JSON texts that arrived, waiting for the first bytes.

        Args:
            seconds: The longest wait; None waits for good.

        Raises:
            EOFError: The hub closed the pipe.
        """
        if seconds is not None and not self._poll.poll(max(0, seconds * 1000)):
            return iter(())
        data = os.read(self._fd, self._wanted())
        if not data:
            raise EOFError
        return self._frames(data)

    def _wanted(self) -> int:
        if len(self._buffer) < HEADER_BYTES:
            return _READ
        missing = HEADER_BYTES + self._size(self._buffer, 0) - len(self._buffer)
        return min(max(missing, _READ), _READ_AT_MOST)

    def _frames(self, data: bytes) -> Iterator[bytes]:
        # Whatever waits while a frame is handled may read further ones: all are cut out first.
        source: bytes | bytearray = data
        if self._buffer:
            self._buffer += data
            source = self._buffer
        found, at = [], 0
        while len(source) - at >= HEADER_BYTES:
            end = at + HEADER_BYTES + self._size(source, at)
            if len(source) < end:
                break
            found.append(bytes(source[at + HEADER_BYTES : end]))
            at = end
        if source is self._buffer:
            del self._buffer[:at]
        else:
            self._buffer += source[at:]
        return iter(found)

    @staticmethod
    def _size(source: bytes | bytearray, at: int) -> int:
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
