"""The service `audit`: what plugins put on record themselves, in their own name alone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

import msgspec

from plexihub.kernel.audit.log import AuditLog
from plexihub.kernel.audit.read import AuditQuery
from plexihub.kernel.audit.record import AuditRecord
from plexihub.kernel.audit.verify import Verdict
from plexihub.kernel.context import acting
from plexihub.kernel.ports import AuditEntry, Outcome
from plexihub_sdk.errors import InputError, TooLargeError

LONGEST_TEXT = 300
MOST_BYTES = 4096
_ACTION = re.compile(r"[a-z][a-z0-9_-]{0,31}(\.[a-z][a-z0-9_-]{0,31}){1,3}\Z")
_OUTCOMES = get_args(Outcome)


class AuditService:
    """Writes records for plugins, and reads the log.

    Args:
        log: The hub's one audit log.
    """

    def __init__(self, log: AuditLog) -> None:
        self._log = log
        self._find: Callable[[AuditQuery], Awaitable[list[AuditRecord]]] = log.read

    def record(
        self,
        action: str,
        target: str = "",
        *,
        outcome: Outcome = "ok",
        reason: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Put an action on record, as the plugin whose code runs and the person it acts for.

        Args:
            action: `noun.verb`; it stands as `ID:noun.verb` with the plugin's id, so that it is
                never mistaken for one of the hub's own.
            target: What it was done to, of 300 characters at most.
            outcome: How it ended.
            reason: Why, where it was not `ok`, of 300 characters at most.
            details: Further facts as JSON, of 4 KiB at most; never a secret.

        Raises:
            InputError: It is no name of an action, no outcome, or no JSON.
            TooLargeError: Something is too long.
        """
        if not isinstance(action, str) or not _ACTION.match(action):
            raise InputError(
                "An action is a noun and a verb in small letters.",
                where="action",
                next="For example: message.delete",
            )
        if outcome not in _OUTCOMES:
            raise InputError(f"An outcome is one of {', '.join(_OUTCOMES)}.", where="outcome")
        for name, text in (("target", target), ("reason", reason)):
            _check_text(name, text)
        ctx = acting()
        whose = ctx.actor.id if ctx.actor.kind == "plugin" else ctx.actor.kind
        self._log.append(
            AuditEntry(
                ctx=ctx,
                action=f"{whose}:{action}",
                target=target,
                outcome=outcome,
                reason=reason,
                details=_plain(details or {}),
            )
        )

    def find_with(self, find: Callable[[AuditQuery], Awaitable[list[AuditRecord]]]) -> None:
        """Let records be found by a faster way than reading all of them."""
        self._find = find

    async def read(self, query: AuditQuery) -> list[AuditRecord]:
        """Find records, the newest first."""
        return await self._find(query)

    async def verify(self) -> Verdict:
        """Compute the whole chain anew and tell whether a record was changed."""
        return await self._log.verify()


def _check_text(name: str, text: object) -> None:
    if not isinstance(text, str):
        raise InputError(f"`{name}` must be text.", where=name)
    if len(text) > LONGEST_TEXT:
        raise TooLargeError(f"`{name}` has {LONGEST_TEXT} characters at most.", where=name)


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    try:
        written = msgspec.json.encode(dict(details))
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError("`details` must be an object of JSON.", where="details") from error
    if len(written) > MOST_BYTES:
        raise TooLargeError(f"`details` has {MOST_BYTES} bytes at most.", where="details")
    found: dict[str, Any] = msgspec.json.decode(written)
    return found
