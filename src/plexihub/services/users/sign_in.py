"""Checking a name and a password: the same answer, in the same time, for whatever was wrong."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import User
from plexihub.services.users.password import Passwords
from plexihub.services.users.rules import LONGEST_PASSWORD
from plexihub.services.users.throttle import (
    ADDRESS_ATTEMPTS,
    ADDRESS_SECONDS_EACH,
    Throttle,
)
from plexihub_sdk.errors import BadCredentialsError, Veto

LONGEST_NAME = 32
Find = Callable[[str], Coroutine[Any, Any, User | None]]


class SignIn:
    """Decides whether somebody is who they say."""

    def __init__(
        self, find: Find, *, hooks: HookTable, audit: AuditSink, passwords: Passwords
    ) -> None:
        self._find = find
        self._hooks = hooks
        self._audit = audit
        self._passwords = passwords
        self._throttle = Throttle()
        self._addresses = Throttle(ADDRESS_ATTEMPTS, ADDRESS_SECONDS_EACH)

    async def check(self, ctx: CallContext, username: str, password: str, *, address: str) -> User:
        """Check a name and a password, then ask `user.authenticating`.

        Raises:
            BadCredentialsError: One of them is wrong, or the person is deactivated.
            TooManyRequestsError: It was tried too often.
            Veto: A handler refused.
        """
        entry = AuditEntry(
            ctx=ctx,
            action="user.authenticate",
            target=username[:LONGEST_NAME],
            outcome="denied",
            details={"address": address},
        )
        try:
            user = await self._decide(ctx, username, password, address=address)
            entry.outcome = "ok"
        except Veto as veto:
            entry.outcome, entry.reason = "vetoed", sentence(veto)
            raise
        except BaseException as error:
            entry.reason = sentence(error)
            raise
        finally:
            self._audit.append(entry)
        return user

    async def _decide(
        self, ctx: CallContext, username: str, password: str, *, address: str
    ) -> User:
        key = (username[:LONGEST_NAME].lower(), address)
        self._throttle.take(key)
        self._addresses.take(address)
        user = await self._find(username) if len(username) <= LONGEST_NAME else None
        stored = user.password_hash if user is not None and user.is_active else None
        # An endless password would cost endless hashing.
        right = await self._passwords.verify(stored, password[: LONGEST_PASSWORD + 1])
        if user is None or not right:
            raise BadCredentialsError(
                "The username or the password is wrong.", next="Check both and try again."
            )
        self._throttle.forget(key)
        asked = {"id": user.id, "username": user.username, "role": user.role}
        await self._hooks.call("user.authenticating", asked, ctx)
        return user
