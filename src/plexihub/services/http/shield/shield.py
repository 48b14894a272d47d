"""Stands before the routes: counts a request, then judges it. The operator's pipe is exempt."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.http.call import SAFE, Call
from plexihub.services.http.errors import BlockedError
from plexihub.services.http.shield.limits import Policy, RateLimits, network_of
from plexihub.services.http.shield.rules import Hit, judge
from plexihub.services.users import Refusals, TooManyRequestsError

_SIGN_IN = ("POST", "/api/v1/session")
_LONGEST_TARGET = 200


class Shield:
    """Refuses what is too much, and what looks like an attack.

    Args:
        get: Answers a setting; asked with every request, so that a change acts at once.
        audit: Is told of what was blocked.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        get: Callable[[str], Any],
        audit: AuditSink,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._get = get
        self._audit = audit
        self._limits = RateLimits(get, clock=clock)
        self._refusals = Refusals(audit, clock)

    def admit(self, call: Call) -> None:
        """Let a request pass, or not, before anything is known of who sends it.

        Raises:
            TooManyRequestsError: Its address asks too often.
            BlockedError: It breaks a rule.
        """
        if call.is_operator:
            return
        self._refusals.tell()
        self._count("address", network_of(call.address), call)
        if not self._get("security.waf.enabled"):
            return
        hit = judge(_raw_path(call), call.scope.get("query_string", b""), call.scope["headers"])
        if hit is not None:
            self._refuse(call, hit)

    def _refuse(self, call: Call, hit: Hit) -> None:
        blocks = self._get("security.waf.mode") == "block"
        self._audit.append(
            AuditEntry(
                ctx=call.ctx,
                action="request.block" if blocks else "request.watch",
                target=_shown(call),
                outcome="denied" if blocks else "ok",
                reason=f"The rule `{hit.rule}` matched in {hit.place}.",
                # What was sent may hold a secret: the record says where it stood, not what it was.
                details={"rule": hit.rule, "place": hit.place, "address": call.address},
            )
        )
        if blocks:
            raise BlockedError(hit.rule, hit.place, call.ctx.trace)

    def admit_person(self, call: Call) -> None:
        """Count a request for who sends it: a person, or an address where nobody is signed in.

        Raises:
            TooManyRequestsError: They ask too often.
        """
        # Sign-in has a limit of its own, by name and address.
        if call.is_operator or (call.method, call.path) == _SIGN_IN:
            return
        policy: Policy = "reads" if call.method in SAFE else "writes"
        self._count(policy, _sender(call), call)

    def admit_page(self, call: Call) -> None:
        """Count a page's live connection.

        Raises:
            TooManyRequestsError: They connect too often.
        """
        if not call.is_operator:
            self._count("connects", _sender(call), call)

    def _count(self, policy: Policy, who: str, call: Call) -> None:
        try:
            self._limits.count(policy, who, call.shares)
        except TooManyRequestsError:
            self._refusals.note(call.ctx, policy, who)
            raise


def _sender(call: Call) -> str:
    return f"@{call.user.id}" if call.user is not None else network_of(call.address)


def _raw_path(call: Call) -> bytes:
    raw = call.scope.get("raw_path")
    if raw is None:
        return quote(call.scope["path"], safe="/:@!$&'()*+,;=~", errors="surrogateescape").encode()
    path: bytes = raw.partition(b"?")[0]
    return path


def _shown(call: Call) -> str:
    path = call.path.encode("unicode_escape").decode("ascii")
    return f"{call.method} {path[:_LONGEST_TARGET]}"
