"""Hosts beyond a plugin's grant: what administrators decided, and who waits for a decision now."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database
from plexihub.services.database.hidden import PluginHost
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.patterns import Hosts
from plexihub_sdk.permissions import NETWORK_FETCH
from plexihub_sdk.scopes import allows

Verdict = Literal["allow", "refuse"]
Decision = Literal["allow", "once", "refuse", "forget"]
MOST_DECIDED = 500
MOST_WAITING = 20
_MARGIN = 0.5


@dataclass(slots=True)
class _Asked:
    """A host that a plugin asked for."""

    first: str
    times: int = 0
    url: str = ""
    waiting: set[asyncio.Future[bool]] = field(default_factory=set)


class HostBook:
    """Keeps which further hosts each plugin may call.

    Args:
        database: Keeps the decisions.
        audit: Records who decided what.
        changed: Told after each change, for open pages.
    """

    def __init__(self, database: Database, audit: AuditSink, changed: Callable[[], None]) -> None:
        self._rows = database.rows(PluginHost)
        self._audit = audit
        self._changed = changed
        self._decided: defaultdict[PluginId, dict[str, Verdict]] = defaultdict(dict)
        self._asked: defaultdict[PluginId, dict[str, _Asked]] = defaultdict(dict)
        self._once: defaultdict[PluginId, set[str]] = defaultdict(set)

    async def start(self) -> None:
        """Read the decisions."""
        for row in await self._rows.find():
            self._decided[PluginId(row.plugin)][row.host] = "allow" if row.allowed else "refuse"

    def verdict(self, plugin: PluginId, authority: str) -> Verdict | None:
        """Answer what was decided about a host; a refusal counts more than a permission.

        Args:
            plugin: Who asks.
            authority: The host with its port.
        """
        decided = self._decided.get(plugin, {})
        found = {
            verdict
            for pattern, verdict in decided.items()
            if allows(NETWORK_FETCH, {"hosts": (pattern,)}, "hosts", authority)
        }
        return "refuse" if "refuse" in found else "allow" if found else None

    def take_once(self, plugin: PluginId, authority: str) -> bool:
        """Use up a permission that was given for one request; whether there was one."""
        if authority in self._once.get(plugin, ()):
            self._once[plugin].discard(authority)
            return True
        return False

    async def wait(self, ctx: CallContext, plugin: PluginId, authority: str, url: str) -> bool:
        """Wait until somebody decides about a host; false where nobody did in time.

        Args:
            ctx: The call; its deadline bounds the wait.
            plugin: Who asks.
            authority: The host with its port.
            url: For who decides; without its query.
        """
        asked = self._asked[plugin]
        if authority not in asked and len(asked) >= MOST_WAITING:
            return False
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        entry = asked.setdefault(authority, _Asked(now))
        entry.times, entry.url = entry.times + 1, url
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        entry.waiting.add(future)
        self._changed()
        self._audit.append(
            AuditEntry(ctx=ctx, action="network.ask", target=authority, details={"url": url})
        )
        try:
            # A little before the deadline, so that the plugin hears why.
            left = ctx.remaining()
            async with asyncio.timeout(left - min(_MARGIN, left / 4)):
                return await future
        except TimeoutError:
            return False
        finally:
            entry.waiting.discard(future)
            self._changed()

    async def decide(
        self, ctx: CallContext, plugin: PluginId, host: str, decision: Decision
    ) -> None:
        """Decide about a host, and let those pass or fail that wait for it.

        Args:
            ctx: Who decides.
            plugin: For which plugin.
            host: A pattern such as `api.example.com` or `*.example.org:8443`.
            decision: `allow` and `refuse` stay; `once` counts for one request; `forget` undoes.

        Raises:
            InputError: It is no host.
            NotFoundError: Nothing was decided about it, where that is to be forgotten.
            ConflictError: There are too many decisions.
        """
        try:
            pattern = Hosts().check(host)
        except ValueError as error:
            raise InputError(f"{host[:100]!r} {error}", where="host") from None
        if decision == "once":
            self._let_once(plugin, pattern)
        elif decision == "forget":
            await self._forget(plugin, pattern)
        else:
            await self._keep(ctx, plugin, pattern, decision)
        self._audit.append(
            AuditEntry(
                ctx=ctx,
                action="plugin.host",
                target=plugin,
                details={"host": pattern, "decision": decision},
            )
        )
        self._changed()

    def _let_once(self, plugin: PluginId, pattern: str) -> None:
        authority = pattern if ":" in pattern.rpartition("]")[2] else f"{pattern}:443"
        if not self._answer(plugin, authority, is_allowed=True, only_one=True):
            self._once[plugin].add(authority)

    async def _keep(
        self, ctx: CallContext, plugin: PluginId, pattern: str, verdict: Verdict
    ) -> None:
        decided = self._decided[plugin]
        if pattern not in decided and len(decided) >= MOST_DECIDED:
            raise ConflictError(f"{plugin} has {MOST_DECIDED} hosts already.", where=plugin)
        values = {"allowed": verdict == "allow", "decided_by": ctx.actor.name or ctx.actor.kind}
        there = await self._rows.find_one({"plugin": plugin, "host": pattern})
        if there is None:
            await self._rows.insert({"plugin": plugin, "host": pattern, **values})
        else:
            await self._rows.update(there.id, values)
        decided[pattern] = verdict
        for authority in list(self._asked.get(plugin, {})):
            if (now := self.verdict(plugin, authority)) is not None:
                self._answer(plugin, authority, is_allowed=now == "allow")

    async def _forget(self, plugin: PluginId, pattern: str) -> None:
        waited = self._asked.get(plugin, {}).pop(pattern, None)
        if self._decided.get(plugin, {}).pop(pattern, None) is None and waited is None:
            raise NotFoundError(f"Nothing was decided about {pattern}.", where=plugin)
        await self._rows.remove({"plugin": plugin, "host": pattern})

    def _answer(
        self, plugin: PluginId, authority: str, *, is_allowed: bool, only_one: bool = False
    ) -> bool:
        asked = self._asked.get(plugin, {}).get(authority)
        if asked is None:
            return False
        waiting = [one for one in asked.waiting if not one.done()]
        for future in waiting[:1] if only_one else waiting:
            future.set_result(is_allowed)
        if not only_one or len(waiting) <= 1:
            self._asked[plugin].pop(authority, None)
        return bool(waiting)

    async def forget_all(self, plugin: PluginId) -> None:
        """Forget everything about a plugin that is removed."""
        self.forget_asked(plugin)
        self._decided.pop(plugin, None)
        await self._rows.remove({"plugin": plugin})

    def forget_asked(self, plugin: PluginId) -> None:
        """Forget what a plugin waits for that does not run any more."""
        for asked in self._asked.pop(plugin, {}).values():
            for future in asked.waiting:
                if not future.done():
                    future.set_result(False)
        self._once.pop(plugin, None)

    def describe(self, plugin: PluginId) -> dict[str, Any]:
        """Answer what was decided, and what waits."""
        decided = sorted(self._decided.get(plugin, {}).items())
        return {
            "decided": [{"host": host, "decision": verdict} for host, verdict in decided],
            "asked": [
                {
                    "host": host,
                    "since": one.first,
                    "times": one.times,
                    "url": one.url,
                    "waiting": len(one.waiting),
                }
                for host, one in sorted(self._asked.get(plugin, {}).items())
            ],
        }
