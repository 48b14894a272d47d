"""What the routes work with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.ports import InstallRequest, StoredPlugin, Tier
from plexihub.services.backup import BackupService
from plexihub.services.database import Database
from plexihub.services.http.table import RouteTable
from plexihub.services.scheduler import Scheduler
from plexihub.services.ui import LiveHub, UiRegistry
from plexihub.services.users import Sessions, UserManager
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest


class InstallOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an operator asks for; `grant` absent means everything that is asked for."""

    source: str
    tier: Tier = "sandboxed"
    grant: Sequence[str] | None = None
    consent: str | None = None

    def request(self) -> InstallRequest:
        """Make what the installer takes."""
        return InstallRequest(
            source=Path(self.source), tier=self.tier, grant=self.grant, consent=self.consent
        )


class Installer(Protocol):
    """Installs plugins, and removes them with their files."""

    async def describe(self, source: Path, tier: Tier) -> Manifest:
        """Tell what a package says of itself, without installing it."""

    async def install(self, request: InstallRequest, ctx: CallContext) -> StoredPlugin:
        """Install a package."""

    async def remove(self, plugin: PluginId, ctx: CallContext) -> None:
        """Remove a plugin and its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpParts:
    """The services behind the routes.

    Args:
        kernel: For plugins, settings and audit.
        database: For the health check.
        users: People.
        sessions: Who is signed in.
        ui: What plugins show.
        live: The open pages.
        api: Routes of plugins.
        static: Folder of the built pages; it may be missing.
        version: Of the hub.
        name: Tells the hub's name, as the settings have it now.
        installer: Installs and removes plugins.
        scheduler: Jobs of plugins.
        backup: Makes backups.
    """

    kernel: Kernel
    database: Database
    users: UserManager
    sessions: Sessions
    ui: UiRegistry
    live: LiveHub
    api: RouteTable
    static: Path
    version: str
    name: Callable[[], str]
    installer: Installer
    scheduler: Scheduler
    backup: BackupService
