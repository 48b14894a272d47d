"""`LimitBook`: each plugin's limits now, who changed them, and each time one was reached."""

from __future__ import annotations

import asyncio
import difflib
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plexihub.kernel.config import ConfigManager, Setting
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.limits.breach import Breach
from plexihub.kernel.limits.overrides import (
    KEY,
    SETTING,
    Overrides,
    read_overrides,
    write_overrides,
)
from plexihub.kernel.limits.table import CHANGEABLE, LIMITS, Limit, Limits
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
#: Further ones of the same plugin and limit are counted; a record each would fill the disk.
QUIET_SECONDS = 60.0


def limit_settings() -> Iterator[Setting]:
    """Make the settings: the limits of all, and those of single plugins."""
    yield from (limit.setting() for limit in CHANGEABLE)
    yield SETTING


class LimitBook:
    """Keeps the limits of every plugin.

    Args:
        config: The defaults of the hub and the overrides are settings.
        audit: Where changes and breaches are recorded.
        clock: Seconds that only go forward.
    """

    def __init__(
        self, config: ConfigManager, audit: AuditSink, *, clock: Callable[[], float]
    ) -> None:
        self._config = config
        self._audit = audit
        self._clock = clock
        self._lock = asyncio.Lock()
        self._revision = -1
        self._known: dict[PluginId, Limits] = {}
        #: How often each plugin came to each limit, and what followed.
        self.breaches: Counter[tuple[PluginId, str, str]] = Counter()
        self._last: dict[tuple[PluginId, str, str], float] = {}

    def of(self, plugin: PluginId) -> Limits:
        """Answer what a plugin may use at this moment."""
        if self._revision != self._config.revision:
            self._revision = self._config.revision
            self._known.clear()
        known = self._known.get(plugin)
        if known is None:
            values = {one.name: self._config.get(one.key) for one in CHANGEABLE}
            known = Limits(**{**values, **self._overrides().get(plugin, {})})
            self._known[plugin] = known
        return known

    def _overrides(self) -> Overrides:
        return read_overrides(self._config.get(KEY))

    def describe(
        self, plugin: PluginId, started_with: Mapping[str, float] | None = None
    ) -> list[dict[str, Any]]:
        """List a plugin's limits.

        Args:
            plugin: Whose.
            started_with: What counts for the process that runs; empty where none does.
        """
        own = self._overrides().get(plugin, {})
        return [self._row(limit, plugin, own, started_with or {}) for limit in LIMITS.values()]

    def _row(
        self, limit: Limit, plugin: PluginId, own: Mapping[str, Any], running: Mapping[str, float]
    ) -> dict[str, Any]:
        default = limit.default if limit.is_fixed else self._config.get(limit.key)
        value = own.get(limit.name, default)
        return {
            "name": limit.name,
            "title": limit.title,
            "unit": limit.unit,
            "value": value,
            "default": default,
            "override": own.get(limit.name),
            "acts": limit.acts,
            "waits": limit.acts == "at the next start" and running.get(limit.name, value) != value,
            "held": limit.held,
            "minimum": limit.minimum,
            "maximum": limit.maximum,
            "reached": sum(
                count
                for (one, name, _), count in self.breaches.items()
                if one == plugin and name == limit.name
            ),
        }

    async def change(
        self, plugin: PluginId, wanted: Mapping[str, float | None], ctx: CallContext
    ) -> None:
        """Allow one plugin more or less than the others; None takes that back.

        Raises:
            NotFoundError: There is no such limit.
            InputError: It cannot be changed, or the value is out of bounds.
            Veto: A `config.changing` handler refused.
        """
        accepted = {
            name: None if value is None else _limit(name).accept(value)
            for name, value in wanted.items()
        }
        async with self._lock:
            before = self._overrides()
            own = {**before.get(plugin, {}), **accepted}
            left = {name: value for name, value in own.items() if value is not None}
            await self._config.change(KEY, write_overrides({**before, plugin: left}), ctx)
        old = {name: before.get(plugin, {}).get(name) for name in accepted}
        details = {"old": old, "new": dict(accepted)}
        entry = AuditEntry(ctx=ctx, action="plugin.set_limits", target=plugin, details=details)
        self._audit.append(entry)

    async def forget(self, plugin: PluginId, ctx: CallContext) -> None:
        """Drop what a removed plugin was allowed: another of its name starts with the defaults."""
        for key in [one for one in self._last if one[0] == plugin]:
            del self._last[key]
        for key in [one for one in self.breaches if one[0] == plugin]:
            del self.breaches[key]
        own = self._overrides().get(plugin, {})
        if own:
            await self.change(plugin, dict.fromkeys(own), ctx)

    def note(self, plugin: PluginId, breach: Breach) -> None:
        """Count that a plugin came to a limit, and record it; once a minute where it goes on."""
        key = plugin, breach.limit, breach.did
        self.breaches[key] += 1
        now = self._clock()
        if now - self._last.get(key, float("-inf")) < QUIET_SECONDS:
            return
        self._last[key] = now
        entry = AuditEntry(
            ctx=CallContext(actor=Actor("plugin", plugin, plugin)),
            action="plugin.limit",
            target=plugin,
            outcome="denied",
            reason=f"It {breach.reason}.",
            details=breach.details(),
        )
        self._audit.append(entry)
        _log.warning("the plugin %s %s", plugin, breach.reason)


def _limit(name: str) -> Limit:
    try:
        return LIMITS[name]
    except KeyError:
        close = difflib.get_close_matches(name[:100], LIMITS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise NotFoundError(
            f"There is no limit {name[:100]!r}.{hint}",
            where=name[:100],
            next=f"Limits: {', '.join(one.name for one in CHANGEABLE)}.",
        ) from None
