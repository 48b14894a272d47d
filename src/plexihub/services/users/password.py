"""Passwords: argon2id in threads of its own, so that no sign-in holds the hub up."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from plexihub.services.users.throttle import TooManyRequestsError

T = TypeVar("T")
THREADS = 2
MOST_WAITING = 64


class Passwords:
    """Hashes and checks passwords, a bounded number at a time.

    Args:
        hasher: The cost; a stored hash of another cost is renewed at the next sign-in.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobody = self._impossible()

    def _impossible(self) -> str:
        # Checked for unknown people, so that the time of an answer does not tell who exists.
        salt, key = (
            base64.b64encode(bytes(size)).decode().rstrip("=")
            for size in (self._hasher.salt_len, self._hasher.hash_len)
        )
        hasher = self._hasher
        cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        return f"$argon2id$v=19${cost}${salt}${key}"

    async def hash(self, password: str) -> str:
        """Hash a password.

        Raises:
            TooManyRequestsError: Too many wait already.
        """
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Check a password; takes as long for None, which nothing matches.

        Raises:
            TooManyRequestsError: Too many wait already.
        """
        right = await self._in_thread(lambda: self._matches(stored or self._nobody, password))
        return right and bool(stored)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made with another cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise TooManyRequestsError(
                "Too many sign-ins at once.", seconds=1, next="Try again in a moment."
            )
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the threads after what they are doing."""
        self._threads.shutdown(wait=False, cancel_futures=True)
