"""How well this machine holds sandboxed plugins: measured, recorded, and demanded.

The launcher tries the layers; what it found is judged here, put on record when it is new, and
compared with what the operator demands. Below that nothing starts, and what runs is stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from plexihub.kernel.background import Background
from plexihub.kernel.context import CORE, CallContext
from plexihub.kernel.isolation import LEVELS, SETTING, Isolation, Tried, assess, unmeasured
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.ports import AuditEntry
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
Probe = Callable[[], Awaitable[Sequence[Tried]]]


class IsolationService:
    """Knows the level of this machine, and the least that is demanded.

    Args:
        kernel: For the setting, the plugins and the audit.
        probe: Tries every layer, off the event loop; `heard` is told of what it finds.
    """

    def __init__(self, kernel: Kernel, probe: Probe) -> None:
        self._kernel = kernel
        self._probe = probe
        self._found: Isolation | None = None
        self._least = LEVELS[0]
        self._background = Background()
        #: How many confined processes wait for a plugin to belong to.
        self.ready: Callable[[], int] = lambda: 0

    @property
    def found(self) -> Isolation | None:
        """What was measured last; None before the first time."""
        return self._found

    @property
    def least(self) -> str:
        """The level below which no sandboxed plugin runs."""
        return self._least

    def begin(self) -> None:
        """Read what is demanded, and follow it."""
        self._least = self._kernel.config.get(SETTING)
        self._kernel.config.act_with(SETTING, self._demand)

    async def prepare(self, *, now: bool) -> None:
        """Measure before plugins start, where there is one to hold or a level is demanded.

        Args:
            now: Whether to measure in any case.
        """
        if now or self._least != LEVELS[0] or self._sandboxed():
            await self.known()

    async def close(self) -> None:
        """End what is under way."""
        await self._background.close()

    async def known(self) -> Isolation:
        """Answer what was measured; measures where nothing was yet."""
        return self._found or await self.measure()

    async def measure(self) -> Isolation:
        """Try every layer now."""
        try:
            tried = await self._probe()
        except Exception as error:  # noqa: BLE001 - whatever a machine lacks is what is told
            reason = str(error) or type(error).__name__
            return self._take(unmeasured(reason))
        return assess(tried)

    def heard(self, tried: Iterable[Tried]) -> None:
        """Take note of what the launcher found."""
        self._take(assess(tried))

    def admit(self, tried: Iterable[Tried]) -> None:
        """Let a guest start under these layers only where they are enough.

        Raises:
            PluginLoadError: They are less than what is demanded.
        """
        assess(tried).require(self._least)

    def describe(self, found: Isolation) -> dict[str, Any]:
        """Answer it as JSON, with what is demanded."""
        enough = found.is_at_least(self._least)
        way_down = "" if enough else found.way_down
        demanded = {"least": self._least, "enough": enough, "next": way_down}
        return {**found.describe(), **demanded, "ready": self.ready()}

    def _take(self, found: Isolation) -> Isolation:
        before, self._found = self._found, found
        if found == before:
            return found
        self._record(found, before)
        if before is not None and self._is_enough(before) != self._is_enough(found):
            self._background.spawn(self._settle(), name="isolation.settle")
        return found

    def _record(self, found: Isolation, before: Isolation | None) -> None:
        enough = self._is_enough(found)
        details = {
            "level": found.level,
            "least": self._least,
            "before": before.level if before is not None else None,
            "missing": {each.name: each.reason for each in found.missing},
            "losses": [each.says for each in found.losses],
        }
        reason = "" if enough else found.refusal(self._least)
        self._kernel.audit.append(
            AuditEntry(
                ctx=CallContext(actor=CORE),
                action="isolation.measured",
                target=found.level,
                outcome="ok" if enough else "denied",
                reason=reason,
                details=details,
            )
        )
        if not enough:
            _log.warning("%s %s", reason, found.advice())

    def _is_enough(self, found: Isolation) -> bool:
        return found.is_at_least(self._least)

    async def _demand(self, least: str) -> None:
        """Make another demand act: stop what it forbids, or start what it forbade."""
        self._least = least
        await self.known()
        await self._settle()

    async def _settle(self) -> None:
        standby, found = self._kernel.lifecycle.standby, await self.known()
        if not self._is_enough(found):
            for plugin in self._sandboxed():
                await standby.hold(plugin, found.refusal(self._least))
            return
        await standby.release(self._sandboxed())

    def _sandboxed(self) -> list[PluginId]:
        return [one.id for one in self._kernel.registry if one.stored.tier == "sandboxed"]
