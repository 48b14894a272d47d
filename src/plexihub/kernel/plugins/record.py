"""One plugin: what is stored of it, its state and why, its health, and what carries it now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from plexihub.kernel.permissions import Grant
from plexihub.kernel.ports import InstanceStats, PluginInstance, StoredPlugin
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.scopes import WHOLE, plain, words

State = Literal["disabled", "enabling", "enabled", "restarting", "quarantined", "failed"]
Status = Literal["healthy", "degraded", "down", "off"]
_DOWN = frozenset({"restarting", "quarantined", "failed"})


@dataclass(slots=True)
class Health:
    """What was counted since the hub started.

    Args:
        calls: Hooks and events it was called for.
        failures: How many of them failed.
        restarts: How often it came back after a death.
        deaths: How often it ended without being told to.
        last_error: Of the last call or start that failed.
        last_call_ms: How long the last call took.
        failing: Whether the last call failed.
    """

    calls: int = 0
    failures: int = 0
    restarts: int = 0
    deaths: int = 0
    last_error: str = ""
    last_call_ms: float | None = None
    failing: bool = False


@dataclass(slots=True)
class PluginRecord:
    """A plugin the hub knows.

    Args:
        stored: What is kept of it between two runs.
        state: Where it is in its life.
        reason: Why it is in this state; empty where that is plain.
        health: What was counted.
        instance: What carries it; None while it does not run.
        started_at: When the instance started.
        memory: What its code keeps while it is enabled, beyond a reload (`context.state`).
        is_leaving: Whether it is being disabled, so that nothing may begin to rely on it.
    """

    stored: StoredPlugin
    state: State = "disabled"
    reason: str = ""
    health: Health = field(default_factory=Health)
    instance: PluginInstance | None = None
    started_at: datetime | None = None
    memory: dict[str, Any] = field(default_factory=dict)
    is_leaving: bool = False

    @property
    def id(self) -> PluginId:
        """Its id."""
        return self.stored.id

    @property
    def grant(self) -> Grant:
        """What it asked for and was granted."""
        stored, manifest = self.stored, self.stored.manifest
        return Grant.of(manifest.permissions, stored.granted, manifest.scopes, stored.scopes)

    @property
    def status(self) -> Status:
        """How it is, in one word."""
        if self.state in _DOWN:
            return "down"
        if self.state != "enabled":
            return "off"
        return "degraded" if self.health.failing else "healthy"

    def move(self, state: State, reason: str = "") -> None:
        """Enter a state."""
        self.state, self.reason = state, reason

    def carry(self, instance: PluginInstance | None) -> None:
        """Note what carries it from now on."""
        self.instance = instance
        self.started_at = None if instance is None else datetime.now(UTC)

    def measure(self) -> InstanceStats:
        """Measure what carries it; nothing where it does not run or is just ending."""
        if self.instance is None:
            return InstanceStats()
        try:
            return self.instance.stats()
        except (OSError, PlexiHubError):
            return InstanceStats()

    def describe(self, contributes: Mapping[str, list[Any]] | None = None) -> dict[str, Any]:
        """Answer what administrators see of it.

        Args:
            contributes: Its panels, widgets and routes, which the services know.
        """
        stored, manifest = self.stored, self.stored.manifest
        return {
            "id": stored.id,
            "name": manifest.name or stored.id,
            "version": manifest.version,
            "author": manifest.author,
            "description": manifest.description,
            "tier": stored.tier,
            "runtime": stored.runtime,
            "builtin": stored.builtin,
            "state": self.state,
            "reason": self.reason,
            "health": self._describe_health(),
            "permissions": {
                "asked": list(manifest.permissions),
                "granted": list(stored.granted),
                "pending": list(stored.requests),
                "scopes": self._describe_scopes(),
            },
            "hooks": list(self.instance.hooks if self.instance else manifest.hooks),
            "contributes": {"panels": [], "widgets": [], "routes": []} | dict(contributes or {}),
            "digest": stored.digest,
            "installed_at": stored.installed_at,
            "previous_version": stored.previous.manifest.version if stored.previous else None,
        }

    def _describe_scopes(self) -> dict[str, Any]:
        grant = self.grant
        return {
            name: {
                "asked": plain(grant.within.get(name, WHOLE)),
                "granted": plain(grant.given.get(name, WHOLE)) if name in grant.granted else None,
                "words": words(name, grant.scope(name)),
            }
            for name in self.stored.manifest.permissions
            if grant.scope(name)
        }

    def _describe_health(self) -> dict[str, Any]:
        health, stats = self.health, self.measure()
        started = self.started_at
        return {
            "status": self.status,
            "calls": health.calls,
            "failures": health.failures,
            "restarts": health.restarts,
            "deaths": health.deaths,
            "last_error": health.last_error,
            "last_call_ms": health.last_call_ms,
            "memory_mb": stats.memory_mb,
            "pid": stats.pid,
            "started_at": started.isoformat().replace("+00:00", "Z") if started else None,
        }
