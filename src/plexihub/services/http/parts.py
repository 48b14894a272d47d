"""What the routes work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from plexihub.kernel.consent import Consent, Preview
from plexihub.kernel.context import CallContext
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.ports import InstallRequest, StoredPlugin, Tier
from plexihub.services.backup import BackupService
from plexihub.services.database import Database
from plexihub.services.development import Development
from plexihub.services.egress import HostBook, Vault
from plexihub.services.files import FileService
from plexihub.services.http.table import RouteTable
from plexihub.services.isolation import IsolationService
from plexihub.services.leftovers import Leftovers
from plexihub.services.logs import LogMirror
from plexihub.services.permissions import PermissionDesk
from plexihub.services.plugin_log import PluginLog
from plexihub.services.query import DataService
from plexihub.services.recordings import RecordingBook
from plexihub.services.scheduler import Scheduler
from plexihub.services.trail import Trail
from plexihub.services.ui import Interactions, LiveHub, UiRegistry
from plexihub.services.usage import UsageService
from plexihub.services.users import Sessions, UserManager
from plexihub_sdk.ids import PluginId


class InstallOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator asks for; `grant` absent means everything that is asked for."""

    source: str
    tier: Tier = "sandboxed"
    grant: Sequence[str] | None = None
    consent: str | None = None
    consent_digest: str | None = None
    allow_downgrade: bool = False
    sha256: str | None = None
    later: bool = False

    def request(self) -> InstallRequest:
        """Make what the installer takes."""
        return InstallRequest(
            source=Path(self.source),
            tier=self.tier,
            grant=self.grant,
            consent=self.consent,
            consent_digest=self.consent_digest,
            allow_downgrade=self.allow_downgrade,
            sha256=self.sha256,
            later=self.later,
        )


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The consent to a trusted plugin, where one is needed: what was typed, under which text."""

    consent: str | None = None
    consent_digest: str | None = None


class EnableOrder(Agreement, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What enabling takes: whether others may be enabled too, and consent where that is needed."""

    with_dependencies: bool = False


class Access(Protocol):
    """Knows what trusted plugins do outside of the hub's services."""

    def describe(self, plugin: PluginId) -> dict[str, Any]:
        """Answer what a plugin did, what runs of it, and what it left."""


class Verdict(Protocol):
    """Whether an installed plugin's files are those that were installed."""

    @property
    def digest(self) -> str:
        """What it was installed as."""

    @property
    def found(self) -> str:
        """What its files are now."""

    @property
    def changed(self) -> Sequence[str]:
        """Files with another content."""

    @property
    def missing(self) -> Sequence[str]:
        """Files that are gone."""

    @property
    def extra(self) -> Sequence[str]:
        """Files that nobody installed."""

    @property
    def is_intact(self) -> bool:
        """Whether nothing changed."""


class Installer(Protocol):
    """Installs plugins, and removes them with their files."""

    async def preview(self, source: Path, tier: Tier, sha256: str | None = None) -> Preview:
        """Tell what a package says of itself and uses, without installing it."""

    async def consent_of(self, plugin: StoredPlugin) -> Consent | None:
        """Tell what is agreed to who trusts an installed plugin."""

    async def install(self, request: InstallRequest, ctx: CallContext) -> StoredPlugin:
        """Install a package, or upgrade what is installed."""

    async def rollback(self, plugin: PluginId, ctx: CallContext) -> StoredPlugin:
        """Put the version before in a plugin's place."""

    async def remove(self, plugin: PluginId, ctx: CallContext) -> None:
        """Remove a plugin and its files."""

    async def verify(self, plugin: PluginId) -> Verdict:
        """Tell whether a plugin's files are those that were installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpParts:
    """The services behind the routes.

    Args:
        kernel: For plugins, settings and audit.
        database: For the health check.
        users: People.
        sessions: Who is signed in.
        ui: What plugins show.
        interactions: Runs what buttons of plugins do.
        live: The open pages.
        api: Routes of plugins.
        static: Folder of the built pages; it may be missing.
        version: Of the hub.
        name: Tells the hub's name, as the settings have it now.
        installer: Installs and removes plugins.
        scheduler: Jobs of plugins.
        backup: Makes backups.
        files: Keeps what people upload.
        leftovers: Finds and deletes what plugins keep.
        usage: What sandboxed plugins use.
        hosts: Where sandboxed plugins may go, as administrators decided.
        vault: Secrets of sandboxed plugins.
        isolation: How well this machine holds sandboxed plugins.
        desk: Answers questions about permissions.
        recordings: Recorded calls of sandboxed plugins.
        access: What trusted plugins do outside of the services.
        logs: Compares the rows of the audit log with its files.
        plugin_log: What plugins said last.
        development: What only an author's own hub does; None in every other.
        trail: Finds, follows and exports what the audit log has.
    """

    kernel: Kernel
    database: Database
    users: UserManager
    sessions: Sessions
    ui: UiRegistry
    interactions: Interactions
    live: LiveHub
    api: RouteTable
    static: Path
    version: str
    name: Callable[[], str]
    installer: Installer
    scheduler: Scheduler
    backup: BackupService
    data: DataService
    files: FileService
    access: Access
    logs: LogMirror
    trail: Trail
    leftovers: Leftovers
    usage: UsageService
    hosts: HostBook
    vault: Vault
    isolation: IsolationService
    recordings: RecordingBook
    desk: PermissionDesk
    plugin_log: PluginLog
    development: Development | None = None
