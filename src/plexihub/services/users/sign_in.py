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
from plexihub.services.users.refusals import Refusals
from plexihub.services.users.rules import LONGEST_PASSWORD
from plexihub.services.users.throttle import (
    ADDRESS_ATTEMPTS,
    ADDRESS_SECONDS_EACH,
    Throttle,
    TooManyRequestsError,
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
        self._refusals = Refusals(audit)

    async def check(
        self, ctx: CallContext, username: str, password: str, *, address: str, user_agent: str
    ) -> tuple[User, bool]:
        """Check a name and a password, then ask `user.authenticating`.

        Returns:
            The person, and whether the password was right: a plugin may have vouched for them.

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
        self._refusals.tell()
        try:
            self._take(username, address)
        except TooManyRequestsError:
            self._refusals.note(ctx, "sign-in", address)
            raise
        try:
            where = {"address": address, "user_agent": user_agent}
            user, right = await self._decide(ctx, username, password, where)
            entry.outcome = "ok"
            if not right:
                entry.details = {**entry.details, "vouched": True}
        except Veto as veto:
            entry.outcome, entry.reason = "vetoed", sentence(veto)
            raise
        except BaseException as error:
            entry.reason = sentence(error)
            raise
        finally:
            self._audit.append(entry)
        return user, right

    def _take(self, username: str, address: str) -> None:
        self._throttle.take(_key(username, address))
        self._addresses.take(address)

    async def _decide(
        self, ctx: CallContext, username: str, password: str, where: dict[str, str]
    ) -> tuple[User, bool]:
        user = await self._find(username) if len(username) <= LONGEST_NAME else None
        stored = user.password_hash if user is not None and user.is_active else None
        # An endless password would cost endless hashing.
        right = await self._passwords.verify(stored, password[: LONGEST_PASSWORD + 1])
        vouched = right or await self._is_vouched_for(ctx, username, where)
        if user is None or not user.is_active or not vouched:
            raise BadCredentialsError(
                "The username or the password is wrong.", next="Check both and try again."
            )
        self._throttle.forget(_key(username, where["address"]))
        asked = {"id": user.id, "username": user.username, "role": user.role, **where}
        await self._hooks.call("user.authenticating", asked, ctx)
        return user, right

    async def _is_vouched_for(self, ctx: CallContext, username: str, where: dict[str, str]) -> bool:
        """Ask plugins that know people by other means than the hub's passwords."""
        asked = {"username": username[:LONGEST_NAME], **where, "accepted": False}
        await self._hooks.call("user.identifying", asked, ctx)
        return asked.get("accepted") is True


def _key(username: str, address: str) -> tuple[str, str]:
    return username[:LONGEST_NAME].lower(), address
