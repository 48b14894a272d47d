"""What the kernel needs from outside: abstract classes, each with a contract suite."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from plexihub.kernel.context import CallContext, Span
from plexihub.kernel.survey import Survey
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.scopes import Scope

Tier = Literal["trusted", "sandboxed"]
Undo = Callable[[], None]
Json = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginSource:
    """Where a plugin's files are.

    Args:
        root: The plugin's own folder (installed: read-only to the plugin).
        manifest: What it says of itself.
        data_dir: A folder that is the plugin's own to write in (trusted tier).
        state: What the plugin's code keeps beyond a reload (trusted tier).
    """

    root: Path
    manifest: Manifest
    data_dir: Path
    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """What `save_state` of a plugin answered, for `restore_state` of the code that follows."""

    value: Any


@dataclass(slots=True, kw_only=True)
class InstanceStats:
    """Measured facts of a running plugin.

    Args:
        pid: Its process; None where it runs in the hub's own.
        memory_mb: Private resident memory, in MiB (of the hub, where it has no process of its own).
        cpu_seconds: Processor time used so far.
        held_mb: Memory above what its runtime holds when it idles, in MiB: what its limit counts.
        slowed_seconds: How long it was stopped so far because it used too much processor time.
    """

    pid: int | None = None
    memory_mb: float | None = None
    cpu_seconds: float | None = None
    held_mb: float | None = None
    slowed_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How an instance ended.

    Args:
        expected: True where the hub stopped it.
        reason: One sentence for a person.
    """

    expected: bool
    reason: str


class PluginInstance(ABC):
    """A running plugin, whatever carries it.

    `ended` completes once, when the instance is no more, for whatever reason.
    """

    #: Sandbox spellings or catalogue names of the hooks and events it handles.
    hooks: tuple[str, ...] = ()
    ended: asyncio.Future[Exit]
    #: The limits that it started with, by name; a change of some acts only at the next start.
    started_with: Mapping[str, float] = MappingProxyType({})

    @abstractmethod
    async def call_hook(self, name: str, payload: Mapping[str, Json], ctx: CallContext) -> Json:
        """Call one of its `hooks` and answer what it returned.

        Raises:
            PluginTimeoutError: No answer before `ctx.deadline`; the instance is ended.
            PluginCrashedError: It ended in the middle of the call.
            ProtocolError: It answered garbage; the instance is ended.
            PluginRaisedError: Its code raised; the instance lives on.
            InputRefusedError: The payload has not the form that it demands; its code did not run.
            Veto: Its code refused, with a reason.
            LimitExceededError: Payload or answer is beyond a limit.
        """

    @abstractmethod
    def stats(self) -> InstanceStats:
        """Measure it now; cheap, never blocking for long."""

    @abstractmethod
    async def stop(self) -> None:
        """End it and everything it started; returns when nothing is left. Safe to call twice."""

    async def save_state(self) -> Saved | None:
        """Ask its code for what the code that follows is to know; None where it has nothing.

        Raises:
            PluginError: It failed.
        """
        return None

    def again(self) -> LoadedPlugin | None:
        """Keep its code, to be started once more after it stopped; None where that cannot be."""
        return None


class LoadedPlugin(ABC):
    """A plugin's code, read and found to load, that is not yet in charge."""

    #: Whether it runs beside the instance that it is to follow; else that one has to stop first.
    beside: bool = False

    @abstractmethod
    async def start(self, saved: Saved | None = None) -> PluginInstance:
        """Put it in charge, with what the code before it saved.

        Raises:
            PluginLoadError: It did not start; nothing is left of the attempt.
        """

    @abstractmethod
    async def discard(self) -> None:
        """Forget it."""


class _Beside(LoadedPlugin):
    """An instance that runs already."""

    beside = True

    def __init__(self, instance: PluginInstance) -> None:
        self._instance = instance

    async def start(self, saved: Saved | None = None) -> PluginInstance:
        del saved
        return self._instance

    async def discard(self) -> None:
        await self._instance.stop()


#: `gateway.dispatch`, handed to a runtime: (ctx, method, params) -> result.
Dispatch = Callable[[CallContext, str, Mapping[str, Json]], Awaitable[Json]]


class PluginRuntime(ABC):
    """How a call reaches plugin code of one kind."""

    name: str
    tier: Tier

    @abstractmethod
    async def describe(self, path: Path) -> Manifest:
        """Read the manifest of a plugin at `path` (a folder with plugin.json, or one bare file).

        A bare TypeScript file is asked in a sandboxed process; nothing of it runs in the hub.

        Raises:
            ManifestError: What it says of itself is wrong.
            PluginLoadError: The code cannot be read or does not compile.
        """

    async def survey(self, path: Path) -> Survey | None:
        """Read what the source of a plugin uses; None where nobody has to trust it."""
        del path
        return None

    @abstractmethod
    async def start(self, source: PluginSource) -> PluginInstance:
        """Start the plugin.

        Raises:
            PluginLoadError: It did not start; nothing is left of the attempt.
        """

    async def load(self, source: PluginSource) -> LoadedPlugin:
        """Load a plugin's code while an earlier one of it may be running.

        Raises:
            PluginLoadError: It does not load; what runs is untouched.
        """
        return _Beside(await self.start(source))

    async def forget(self, plugin: PluginId) -> None:
        """Delete what this runtime keeps for a plugin that was removed; nothing by default."""
        del plugin


class AuditSink(ABC):
    """Where audit records go, append-only."""

    @abstractmethod
    def append(self, entry: AuditEntry) -> None:
        """Queue one record; order is kept, the queue is bounded and never drops silently."""


Outcome = Literal["ok", "denied", "failed", "timeout", "crashed", "vetoed"]


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went to another machine and came back.

    Args:
        host: Which.
        sent: Bytes of the body that went out.
        received: Bytes of the body that came back.
    """

    host: str
    sent: int = 0
    received: int = 0


@dataclass(slots=True, kw_only=True)
class AuditEntry:
    """One action, before it gets its number and place in the chain.

    Args:
        ctx: Who, for whom, in which journey.
        action: `noun.verb`.
        target: What it was done to.
        outcome: How it ended.
        reason: Why, where it was not `ok`.
        execution_ms: Measured wall time.
        memory_mb: Measured resident memory after the action, of the process that did it.
        details: Further facts, redacted by who writes them.
        rule: Which rule decided about the outcome; empty where nothing had to be decided.
        before: What it was, redacted by who writes it.
        after: What it is now, redacted likewise.
        egress: What left the machine for it.
        span: The call that the record is of, where others may name it as their parent.
    """

    ctx: CallContext
    action: str
    target: str = ""
    outcome: Outcome = "ok"
    reason: str = ""
    execution_ms: float | None = None
    memory_mb: float | None = None
    details: Mapping[str, Json] = field(default_factory=dict)
    rule: str = ""
    before: Mapping[str, Json] | None = None
    after: Mapping[str, Json] | None = None
    egress: Traffic | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionRequest:
    """A permission that waits for an administrator.

    Args:
        by: Who asked: `user:<id>`, or `operator:`.
        name: Theirs, for people.
        at: When, ISO 8601 in UTC.
        digest: Of the plugin's files for which it was asked.
        reason: Why, in the words of who asked; empty where none were given.
    """

    by: str
    name: str
    at: str
    digest: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionDecision:
    """Who decided about a permission, and how.

    Args:
        granted: What was decided.
        by: Who decided: `user:<id>`, `operator:`, or `policy:`.
        name: Theirs, for people; of a policy the rule and its place.
        at: When, ISO 8601 in UTC.
        digest: Of the plugin's files for which it was decided.
    """

    granted: bool
    by: str
    name: str
    at: str
    digest: str


@dataclass(slots=True, kw_only=True)
class StoredPlugin:
    """What is kept of an installed plugin between two runs of the hub."""

    id: PluginId
    manifest: Manifest
    tier: Tier
    runtime: str
    root: Path
    enabled: bool = False
    quarantined: str = ""
    granted: tuple[str, ...] = ()
    #: How far those reach that were granted within a scope, as it was shown.
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    digest: str = ""
    builtin: bool = False
    installed_at: str = ""
    consent: str = ""
    #: Permissions that wait for an administrator's approval.
    requests: Mapping[str, PermissionRequest] = field(default_factory=dict)
    #: Who decided last about each permission.
    decisions: Mapping[str, PermissionDecision] = field(default_factory=dict)
    #: Hooks that refuse while it is enabled and does not run.
    guards: tuple[str, ...] = ()
    #: The version before this one, whose files are kept; it has none before it.
    previous: StoredPlugin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallRequest:
    """What an operator asks for.

    Args:
        source: A folder with a `plugin.json`, or one file.
        tier: Chosen by the operator, never by the package.
        grant: The permissions given; None gives all that are asked for.
        consent: What was typed, for the trusted tier.
        consent_digest: Of the text that was shown; what is installed must still have this text.
        allow_downgrade: Whether a version that is not newer may take an installed one's place.
        sha256: What the file must have as its checksum, in hexadecimal; None for any.
        later: Whether to leave undecided what was not granted yet: it waits for an administrator.
    """

    source: Path
    tier: Tier = "sandboxed"
    grant: Sequence[str] | None = None
    consent: str | None = None
    consent_digest: str | None = None
    allow_downgrade: bool = False
    sha256: str | None = None
    later: bool = False


class PluginStore(ABC):
    """Keeps the installed plugins."""

    @abstractmethod
    async def load_all(self) -> list[StoredPlugin]:
        """Answer every installed plugin, in the order of installation."""

    @abstractmethod
    async def save(self, plugin: StoredPlugin) -> None:
        """Insert or replace one."""

    @abstractmethod
    async def remove(self, plugin: PluginId) -> None:
        """Forget one; nothing happens where it is not there."""


class ConfigStore(ABC):
    """Keeps the settings that were changed while the hub ran."""

    @abstractmethod
    async def load(self) -> dict[str, Json]:
        """Answer every stored setting."""

    @abstractmethod
    async def put(self, key: str, value: Json) -> None:
        """Insert or replace one."""

    @abstractmethod
    async def delete(self, key: str) -> None:
        """Forget one."""
