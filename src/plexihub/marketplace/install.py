"""From files to an installed plugin: stage, describe, approve, land by one rename, record.

A step takes only what the step before returns, and each leaves its undo on one stack: an install
that fails anywhere leaves the hub exactly as it was. Another version of an installed plugin takes
the same way, into a folder beside the one there is (`versions`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plexihub.kernel.approvals import requests_for, takes_approval
from plexihub.kernel.consent import Consent, Preview
from plexihub.kernel.context import CallContext
from plexihub.kernel.lifecycle import Lifecycle
from plexihub.kernel.outcome import outcome_of
from plexihub.kernel.permissions import StandingPolicy
from plexihub.kernel.ports import (
    AuditEntry,
    AuditSink,
    InstallRequest,
    PluginRuntime,
    StoredPlugin,
    Tier,
)
from plexihub.marketplace.approval import ApprovedBundle, ValidatedBundle, approve
from plexihub.marketplace.check import check_manifest
from plexihub.marketplace.inventory import Inventory, Verdict
from plexihub.marketplace.landing import Landings
from plexihub.marketplace.settle import changes_since, settle
from plexihub.marketplace.staging import StagedBundle, digest, discard, not_written, stage
from plexihub.marketplace.trust import verify
from plexihub.marketplace.validation import Validation, remarks_of
from plexihub.marketplace.versions import (
    back_to,
    check_upgrade,
    discard_all,
    discard_others,
    homes_of,
    successor_home,
    without_previous,
)
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.errors import (
    ConflictError,
    ManifestError,
    PackageError,
    PlexiHubError,
    PluginError,
)
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest, parse_manifest, read_json
from plexihub_sdk.scopes import Scope, to_plain

_log = logging.getLogger(__name__)
_PYTHON = re.compile(r"\.py\Z")
_JAVASCRIPT = re.compile(r"\.(?:[cm]?[jt]s|[jt]sx)\Z")


class Installer:
    """Installs plugins into one folder.

    Args:
        plugins_dir: Where installed plugins live, a folder each.
        runtimes: By name; which one carries a package follows from tier and entry point.
        lifecycle: Takes over the installed plugin.
        audit: Records every install, refused ones too.
        validation: Judges a package before any of it runs.
        standing: Answers the rules of the policy file.
    """

    def __init__(  # noqa: PLR0913 - each is a part that it works with
        self,
        plugins_dir: Path,
        runtimes: Mapping[str, PluginRuntime],
        lifecycle: Lifecycle,
        audit: AuditSink,
        validation: Validation,
        *,
        standing: Callable[[], StandingPolicy] = StandingPolicy,
    ) -> None:
        self._standing = standing
        self._dir = plugins_dir
        books = plugins_dir.parent / "packages"
        self._landings = Landings(books, plugins_dir)
        self._inventory = Inventory(books)
        self._runtimes = runtimes
        self._lifecycle = lifecycle
        self._audit = audit
        self._validation = validation

    async def settle(self, installed: Iterable[StoredPlugin]) -> None:
        """Delete what an install or a removal left that was killed in the middle.

        Args:
            installed: Every plugin that there is.
        """
        versions = [one for each in installed for one in (each, each.previous) if one is not None]
        kept = [one.root for one in versions]
        await asyncio.to_thread(self._inventory.sweep, [one.digest for one in versions])
        if gone := await asyncio.to_thread(self._landings.sweep, kept):
            _log.warning("Deleted what an interrupted install or removal left: %s", ", ".join(gone))

    async def verify(self, plugin: PluginId) -> Verdict:
        """Tell whether a plugin's files are those that were installed.

        Raises:
            NotFoundError: There is no such plugin.
        """
        return await asyncio.to_thread(self._inventory.verify, self._lifecycle.get(plugin))

    async def describe(self, source: Path, tier: Tier) -> Manifest:
        """Tell what a package says of itself, without installing it.

        Raises:
            PackageError: It cannot be staged, or its manifest is wrong.
        """
        return (await self.preview(source, tier)).manifest

    async def preview(self, source: Path, tier: Tier, sha256: str | None = None) -> Preview:
        """Tell what a package says of itself and what its source uses, without installing it.

        Raises:
            PackageError: It cannot be staged, its manifest is wrong, or its checksum is another.
        """
        async with AsyncExitStack() as undo:
            bundle = await self._validated(
                InstallRequest(source=source, tier=tier, sha256=sha256), undo
            )
            return Preview(
                bundle.manifest,
                bundle.consent,
                remarks_of(bundle.report),
                bundle.staged.digest,
            )

    async def consent_of(self, plugin: StoredPlugin) -> Consent | None:
        """Tell what is agreed to who trusts an installed plugin, as its files are now."""
        runtime = self._runtimes.get(plugin.runtime)
        if plugin.tier != "trusted" or runtime is None:
            return None
        found = await runtime.survey(plugin.root)
        package = await asyncio.to_thread(digest, plugin.root)
        return None if found is None else Consent(plugin.manifest, package, found)

    async def install(self, request: InstallRequest, ctx: CallContext) -> StoredPlugin:
        """Install a package; a new plugin is not yet enabled, an upgraded one is as before.

        Raises:
            PackageError: The package is wrong.
            ConflictError: This version or a newer one is installed already, in another tier, or
                with the hub.
            DependencyError: It and others would need each other, or others need the version before.
            ConsentNeeded: The tier is trusted and consent was not given, or to another text.
            Veto: A `plugin.installing` or `plugin.upgrading` handler refused.
            PluginError: The new version does not start; the one before goes on.
        """
        entry = AuditEntry(ctx=ctx, action="plugin.approve", target=str(request.source))
        try:
            return await self._install(request, entry, ctx)
        except PlexiHubError as error:
            entry.outcome, entry.reason = outcome_of(error), error.message
            raise
        finally:
            self._audit.append(entry)

    async def _install(
        self, request: InstallRequest, entry: AuditEntry, ctx: CallContext
    ) -> StoredPlugin:
        async with AsyncExitStack() as undo:
            bundle = await self._validated(request, undo)
            entry.target = bundle.manifest.id
            there = self._lifecycle.find(bundle.manifest.id)
            if there is not None:
                check_upgrade(there, bundle, is_forced=request.allow_downgrade)
            grant = _grant(bundle, request, there)
            approved = approve(
                bundle, grant=grant, consent=request.consent, digest=request.consent_digest
            )
            settled = settle(bundle, grant, request, there, (self._standing(), ctx))
            if bundle.tier == "sandboxed":
                approved = settled.onto(approved)
            elif there is not None:
                approved = _as_before(approved, there)
                if request.grant is None:
                    approved = replace(approved, scopes=_kept_scopes(approved, there))
            entry.details = {**_facts(approved, there), "changes": changes_since(there, bundle)}
            stored = await self._landed(approved, undo, there)
            if bundle.tier == "sandboxed":
                stored.requests = settled.requests(stored.digest, ctx)
                stored.decisions = settled.decisions
                for decided in settled.entries(stored.id, ctx):
                    self._audit.append(decided)
            if there is None:
                await self._lifecycle.add(stored)
            else:
                stored.previous = without_previous(there)
                await self._lifecycle.upgrade(stored, ctx)
            undo.pop_all()
        await asyncio.to_thread(self._tidy, stored, there)
        return stored

    def _tidy(self, stored: StoredPlugin, there: StoredPlugin | None) -> None:
        """Delete the versions that are not kept any more, and the notes; blocks."""
        homes = homes_of(self._dir, stored.id)
        discard_others(self._dir, stored)
        self._landings.settle(homes)
        dropped = there.previous if there is not None else None
        if dropped is not None and dropped.digest != stored.digest:
            self._inventory.forget(dropped.digest)

    async def rollback(self, plugin: PluginId, ctx: CallContext) -> StoredPlugin:
        """Put the version before in a plugin's place; the one that was there is kept in turn.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: No version before it is kept, or its files changed since somebody agreed.
            DependencyError: Others do not work with that version.
            Veto: A `plugin.upgrading` handler refused.
            PluginError: It does not start; the version that was there goes on.
        """
        there = self._lifecycle.get(plugin)
        if there.previous is None:
            raise ConflictError(
                f"No version of {plugin} before {there.manifest.version} is kept.",
                where=plugin,
                next="One is kept when the plugin is upgraded.",
            )
        agreed = await self.consent_of(there.previous)
        if agreed is not None and agreed.digest != there.previous.consent:
            raise ConflictError(
                f"The files of {plugin} {agreed.manifest.version} changed since somebody agreed"
                " to them.",
                where=plugin,
                next="Install that version again from where it came, with --allow-downgrade.",
            )
        before = back_to(there.previous, there)
        asked = there.previous.manifest.permissions
        waits = [name for name in (*there.granted, *there.requests) if name in asked]
        lost = [name for name in waits if takes_approval(name)]
        before.requests = requests_for(lost, before.digest, ctx)
        before.decisions = dict(there.decisions)
        return (await self._lifecycle.upgrade(before, ctx)).stored

    async def remove(self, plugin: PluginId, ctx: CallContext) -> None:
        """Remove a plugin and its files; what it keeps in the database stays.

        Raises:
            NotFoundError: There is no such plugin.
            ConflictError: It comes with the hub.
            DependencyError: Running plugins need it.
            Veto: A `plugin.removing` or `plugin.disabling` handler refused.
        """
        there = self._lifecycle.get(plugin)
        homes = await asyncio.to_thread(homes_of, self._dir, plugin)
        await asyncio.to_thread(self._landings.note, homes)
        try:
            await self._lifecycle.remove(plugin, ctx)
        except PlexiHubError:
            await asyncio.to_thread(self._landings.settle, homes)
            raise
        await asyncio.to_thread(discard_all, self._dir, plugin)
        await asyncio.to_thread(self._landings.settle, homes)
        for version in filter(None, (there, there.previous)):
            await asyncio.to_thread(self._inventory.forget, version.digest)

    async def _validated(self, request: InstallRequest, undo: AsyncExitStack) -> ValidatedBundle:
        source, tier = request.source, request.tier
        verified = await asyncio.to_thread(verify, source, request.sha256)
        staged = await asyncio.to_thread(stage, verified, self._dir)
        undo.push_async_callback(asyncio.to_thread, discard, staged.folder)
        runtime = await asyncio.to_thread(self._runtime_for, staged, tier)
        report = await self._validation.judge(staged, tier)
        try:
            manifest = await runtime.describe(staged.described_at)
        except PluginError as error:
            raise _not_loaded(error, staged, source) from error
        if staged.bare and not (staged.folder / manifest.entrypoint).is_file():
            # The design's registration names a path of its own; one file can be loaded one way.
            manifest = replace(manifest, entrypoint=staged.bare)
        check_manifest(manifest, staged.folder)
        consent = None
        if tier == "trusted" and (found := await runtime.survey(staged.described_at)) is not None:
            consent = Consent(manifest, staged.digest, found)
        return ValidatedBundle(staged, manifest, runtime.name, tier, consent, report)

    def _runtime_for(self, staged: StagedBundle, tier: Tier) -> PluginRuntime:
        if staged.bare:
            names = [staged.bare]
        else:
            names = [_entry_of(staged.folder), *(path.name for path in staged.folder.iterdir())]
        if tier == "trusted":
            return self._named("trusted", names, _PYTHON, "A trusted plugin is written in Python")
        # The entry point decides where there is one; else what it turns out to be is told.
        is_python = _PYTHON.search(names[0]) or not any(map(_JAVASCRIPT.search, names))
        kind, wanted = ("python", _PYTHON) if is_python else ("deno", _JAVASCRIPT)
        says = "A sandboxed plugin is written in Python, TypeScript or JavaScript"
        return self._named(kind, names, wanted, says)

    def _named(
        self, runtime: str, names: list[str], wanted: re.Pattern[str], says: str
    ) -> PluginRuntime:
        if not any(wanted.search(name) for name in names):
            raise PackageError(
                f"{says}, and no such file is in it.", where=", ".join(sorted({*names} - {""}))
            )
        return self._runtimes[runtime]

    async def _landed(
        self, approved: ApprovedBundle, undo: AsyncExitStack, there: StoredPlugin | None
    ) -> StoredPlugin:
        staged, manifest = approved.bundle.staged, approved.bundle.manifest
        home = self._dir / manifest.id if there is None else successor_home(there, staged.digest)
        try:
            await asyncio.to_thread(self._land, staged, home, undo)
        except OSError as error:
            raise not_written(home.name, error) from error
        return StoredPlugin(
            id=manifest.id,
            manifest=manifest,
            tier=approved.bundle.tier,
            runtime=approved.bundle.runtime,
            root=home,
            granted=approved.granted,
            scopes=approved.scopes,
            digest=staged.digest,
            consent=approved.consent,
            installed_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        )

    def _land(self, staged: StagedBundle, home: Path, undo: AsyncExitStack) -> None:
        """Give a package its place, by one rename; blocks."""
        # Its name begins with the plugin's id, in which there is no dot.
        homes = [home, *homes_of(self._dir, PluginId(home.name.partition(".")[0]))]
        self._landings.note(homes)
        undo.push_async_callback(asyncio.to_thread, self._landings.settle, homes)
        # Files without a plugin are what an install or removal that was killed left.
        discard(home)
        staged.folder.chmod(0o755)
        undo.push_async_callback(asyncio.to_thread, discard, home)
        staged.folder.rename(home)
        self._inventory.keep(staged.digest, home)
        undo.push_async_callback(asyncio.to_thread, self._inventory.forget, staged.digest)


def _not_loaded(error: PluginError, staged: StagedBundle, source: Path) -> PackageError:
    # The author knows the file by its own name, not by that of its copy here.
    copies = rf"(?:file://)?{re.escape(str(staged.folder))}/"
    message = re.sub(copies, "", error.message)
    return PackageError(
        f"{source.name} cannot be loaded: {message}",
        where="" if error.where in message else error.where,
        next=error.next or "Mend its code, and install it again.",
    )


def _grant(
    bundle: ValidatedBundle, request: InstallRequest, there: StoredPlugin | None
) -> Sequence[str]:
    asked = bundle.manifest.permissions
    if request.grant is not None and not request.later:
        return request.grant
    # What a new version asks for beyond the one before is never given by saying nothing.
    if there is None:
        return () if request.later else asked
    # What takes approval was approved for other files, so it is asked for anew.
    return [name for name in asked if name in there.granted or name in there.requests]


def _as_before(approved: ApprovedBundle, there: StoredPlugin) -> ApprovedBundle:
    """Leave taken back what an administrator took from the version before."""
    kept = tuple(
        name
        for name in approved.granted
        if name not in SYSTEM_GRANTS or name in there.granted or there.tier != "trusted"
    )
    return replace(approved, granted=kept)


def _kept_scopes(approved: ApprovedBundle, there: StoredPlugin) -> dict[str, Scope]:
    """Leave what was granted as wide as it was shown then; a wider wish takes a new decision."""
    return {name: there.scopes[name] for name in approved.granted if name in there.scopes}


def _facts(approved: ApprovedBundle, there: StoredPlugin | None) -> dict[str, Any]:
    bundle = approved.bundle
    return {
        **({"from_version": there.manifest.version} if there else {}),
        "version": bundle.manifest.version,
        "tier": bundle.tier,
        "digest": bundle.staged.digest,
        "asked": to_plain(bundle.manifest.permissions, bundle.manifest.scopes),
        "granted": to_plain(approved.granted, approved.scopes),
        "pending": list(approved.pending),
        "consent": approved.consent,
        "findings": [f"{one['rule']} {one['place']}" for one in remarks_of(bundle.report)],
    }


def _entry_of(folder: Path) -> str:
    """Answer the entry point that plugin.json names; empty where it names none, or is wrong."""
    try:
        said = read_json((folder / "plugin.json").read_bytes())
        return parse_manifest(said).entrypoint
    except (OSError, ManifestError):
        return ""  # told in words by the runtime
