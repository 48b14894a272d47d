"""From files to an installed plugin: stage, describe, approve, land by one rename, record.

A step takes only what the step before returns, and each leaves its undo on one stack: an install
that fails anywhere leaves the hub exactly as it was.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.lifecycle import Lifecycle
from plexihub.kernel.outcome import outcome_of
from plexihub.kernel.ports import (
    AuditEntry,
    AuditSink,
    InstallRequest,
    PluginRuntime,
    StoredPlugin,
    Tier,
)
from plexihub.marketplace.approval import ApprovedBundle, ValidatedBundle, approve
from plexihub.marketplace.staging import StagedBundle, discard, stage
from plexihub_sdk.errors import ConflictError, PackageError, PlexiHubError, PluginError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

_PYTHON = re.compile(r"\.py\Z")
_JAVASCRIPT = re.compile(r"\.(?:[cm]?[jt]s|[jt]sx)\Z")


class Installer:
    """Installs plugins into one folder.

    Args:
        plugins_dir: Where installed plugins live, a folder each.
        runtimes: By name; which one carries a package follows from tier and entry point.
        lifecycle: Takes over the installed plugin.
        audit: Records every install, refused ones too.
    """

    def __init__(
        self,
        plugins_dir: Path,
        runtimes: Mapping[str, PluginRuntime],
        lifecycle: Lifecycle,
        audit: AuditSink,
    ) -> None:
        self._dir = plugins_dir
        self._runtimes = runtimes
        self._lifecycle = lifecycle
        self._audit = audit

    async def describe(self, source: Path, tier: Tier) -> Manifest:
        """Tell what a package says of itself, without installing it.

        Raises:
            PackageError: It cannot be staged, or its manifest is wrong.
        """
        async with AsyncExitStack() as undo:
            return (await self._validated(source, tier, undo)).manifest

    async def install(self, request: InstallRequest, ctx: CallContext) -> StoredPlugin:
        """Install a package; it is not yet enabled.

        Raises:
            PackageError: The package is wrong.
            ConflictError: A plugin with this id is installed already.
            PermissionDenied: The tier is trusted and consent was not given.
        """
        entry = AuditEntry(ctx=ctx, action="plugin.approve", target=str(request.source))
        try:
            return await self._install(request, entry)
        except PlexiHubError as error:
            entry.outcome, entry.reason = outcome_of(error), error.message
            raise
        finally:
            self._audit.append(entry)

    async def _install(self, request: InstallRequest, entry: AuditEntry) -> StoredPlugin:
        async with AsyncExitStack() as undo:
            bundle = await self._validated(request.source, request.tier, undo)
            entry.target = bundle.manifest.id
            asked = bundle.manifest.permissions
            grant = asked if request.grant is None else request.grant
            approved = approve(bundle, grant=grant, consent=request.consent)
            entry.details = _facts(approved)
            stored = await self._landed(approved, undo)
            await self._lifecycle.add(stored)
            undo.pop_all()
        return stored

    async def remove(self, plugin: PluginId, ctx: CallContext) -> None:
        """Remove a plugin and its files; what it keeps in the database stays.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It comes with the hub.
            Veto: A `plugin.disabling` handler refused.
        """
        await self._lifecycle.remove(plugin, ctx)
        await asyncio.to_thread(discard, self._dir / plugin)

    async def _validated(self, source: Path, tier: Tier, undo: AsyncExitStack) -> ValidatedBundle:
        staged = await asyncio.to_thread(stage, source, self._dir)
        undo.push_async_callback(asyncio.to_thread, discard, staged.folder)
        runtime = self._runtime_for(staged, tier)
        try:
            manifest = await runtime.describe(staged.described_at)
        except PluginError as error:
            raise _not_loaded(error, staged, source) from error
        _require_entrypoint(staged, manifest)
        return ValidatedBundle(staged, manifest, runtime.name, tier)

    def _runtime_for(self, staged: StagedBundle, tier: Tier) -> PluginRuntime:
        names = [staged.bare] if staged.bare else [path.name for path in staged.folder.iterdir()]
        if tier == "trusted":
            return self._named("trusted", names, _PYTHON, "A trusted plugin is written in Python")
        if any(_PYTHON.search(name) for name in names):
            raise PackageError(
                "This hub runs sandboxed plugins in TypeScript or JavaScript; this one is Python.",
                where=", ".join(sorted(names)),
                next="Read it, and install it as trusted if you trust it.",
            )
        return self._named("deno", names, _JAVASCRIPT, "A sandboxed plugin is TypeScript")

    def _named(
        self, runtime: str, names: list[str], wanted: re.Pattern[str], says: str
    ) -> PluginRuntime:
        if not any(wanted.search(name) for name in names):
            raise PackageError(
                f"{says}, and no such file is in it.", where=", ".join(sorted(names))
            )
        return self._runtimes[runtime]

    async def _landed(self, approved: ApprovedBundle, undo: AsyncExitStack) -> StoredPlugin:
        staged, manifest = approved.bundle.staged, approved.bundle.manifest
        home = self._dir / manifest.id
        if self._lifecycle.knows(manifest.id):
            raise ConflictError(
                f"The plugin {manifest.id} is installed already.",
                where=manifest.id,
                next=f"Remove it first: plexihub plugin remove {manifest.id}",
            )
        # Files without a plugin are what an install or removal that was killed left.
        await asyncio.to_thread(discard, home)
        staged.folder.chmod(0o755)
        await asyncio.to_thread(staged.folder.rename, home)
        undo.push_async_callback(asyncio.to_thread, discard, home)
        return StoredPlugin(
            id=manifest.id,
            manifest=manifest,
            tier=approved.bundle.tier,
            runtime=approved.bundle.runtime,
            root=home,
            granted=approved.granted,
            digest=staged.digest,
            installed_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        )


def _not_loaded(error: PluginError, staged: StagedBundle, source: Path) -> PackageError:
    # The author knows the file by its own name, not by that of its copy here.
    copies = re.escape(str(staged.folder)) + "/"
    place = re.search(rf"{copies}(\S+:\d+:\d+)", error.where)
    message = re.sub(copies, "", error.message)
    return PackageError(
        f"{source.name} cannot be loaded: {message}",
        where=place.group(1) if place else "",
        next=error.next or "Mend its code, and install it again.",
    )


def _facts(approved: ApprovedBundle) -> dict[str, Any]:
    bundle = approved.bundle
    return {
        "version": bundle.manifest.version,
        "tier": bundle.tier,
        "digest": bundle.staged.digest,
        "asked": list(bundle.manifest.permissions),
        "granted": list(approved.granted),
        "consent": approved.consent,
    }


def _require_entrypoint(staged: StagedBundle, manifest: Manifest) -> None:
    if not (staged.folder / manifest.entrypoint).is_file():
        raise PackageError(
            f"The entry point {manifest.entrypoint!r} is not in the package.", where="entrypoint"
        )
