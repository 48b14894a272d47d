"""The body of an answer, read in pieces: unpacked, freed of secrets, bounded, closed by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import httpcore

from plexihub.services.egress.secret_text import Redactor
from plexihub.services.network.body import LongError, PackedError, unpacked
from plexihub.services.network.service import NetworkError
from plexihub_sdk.errors import TooLargeError

#: Says that a body ended: why, where it did not end well, and how many bytes the plugin was given.
Ended = Callable[[BaseException | None, int], None]


class OpenBody:
    """A body that is still to be read, in part or whole.

    Args:
        response: Whose body it is; closed with this.
        encoding: How it is packed.
        redactor: Takes secrets out.
        most: Bytes that it may have.
        seconds: After which it is closed, read or not.
        ended: Called once, at its end.
        where: Host, for errors.
    """

    def __init__(  # noqa: PLR0913 - what a body is bounded by
        self,
        response: httpcore.Response,
        encoding: str,
        redactor: Redactor,
        *,
        most: int,
        seconds: float,
        ended: Ended,
        where: str,
    ) -> None:
        self._response = response
        self._parts = unpacked(_received(response), encoding, most=most)
        self._redactor = redactor
        self._most = most
        self._ended: Ended | None = ended
        self._where = where
        self._waiting = bytearray()
        self._given = 0
        self._lock = asyncio.Lock()
        self._deadline = time.monotonic() + seconds
        self._closing: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(seconds, self._expire)
        self.is_done = False

    async def read(self, size: int) -> bytes:
        """Read up to `size` bytes; none where it has ended.

        Raises:
            NetworkError: It broke off, came too slowly or cannot be unpacked.
            TooLargeError: It is longer than an answer may be.
        """
        async with self._lock:
            try:
                async with asyncio.timeout(max(0.0, self._deadline - time.monotonic())):
                    await self._fill(size)
            except BaseException as error:
                failure = self._explained(error)
                await self.close(failure)
                if failure is error:
                    raise
                raise failure from None
            piece = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._given += len(piece)
            if self.is_done and not self._waiting:
                await self.close(None)
            return piece

    @property
    def is_spent(self) -> bool:
        """Whether everything was read."""
        return self.is_done and not self._waiting

    async def _fill(self, size: int) -> None:
        while len(self._waiting) < size and not self.is_done:
            try:
                self._waiting += self._redactor.feed(await anext(self._parts))
            except StopAsyncIteration:
                self._waiting += self._redactor.end()
                self.is_done = True

    def _explained(self, error: BaseException) -> BaseException:
        if isinstance(error, LongError):
            return TooLargeError(
                f"The answer of {self._where} has more than {self._most} bytes.", where=self._where
            )
        if isinstance(error, PackedError):
            return NetworkError(f"The answer of {self._where} cannot be unpacked.")
        if isinstance(error, TimeoutError):
            return NetworkError(f"{self._where} gave no whole answer in time.", where=self._where)
        if isinstance(error, httpcore.NetworkError | httpcore.ProtocolError):
            return NetworkError(f"The answer of {self._where} broke off.", where=self._where)
        return error

    def _expire(self) -> None:
        self._closing = asyncio.get_running_loop().create_task(
            self.close(NetworkError(f"The answer of {self._where} was not read in time."))
        )

    async def close(self, failure: BaseException | None = None) -> None:
        """End it; safe to call twice."""
        self._timer.cancel()
        self.is_done = True
        if self._ended is None:
            return
        ended, self._ended = self._ended, None
        ended(failure, self._given)
        if failure is not None:
            self._waiting.clear()
        await self._response.aclose()


async def _received(response: httpcore.Response) -> AsyncIterator[bytes]:
    async for part in response.aiter_stream():
        yield part
