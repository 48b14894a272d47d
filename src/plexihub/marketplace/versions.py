"""Another version in an installed plugin's place: whether it may, and where its files are.

Each version has a folder of its own, and the plugin's row says which of them it is. So the change
is one row: a hub that is killed in the middle starts with the version before, whole. The version
before is kept for a rollback; older ones are deleted.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from plexihub.kernel.approvals import takes_approval
from plexihub.kernel.plugins.dependencies import version_of
from plexihub.kernel.ports import StoredPlugin
from plexihub.marketplace.approval import ValidatedBundle
from plexihub.marketplace.staging import discard
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.errors import ConflictError
from plexihub_sdk.ids import PluginId


def check_upgrade(there: StoredPlugin, bundle: ValidatedBundle, *, is_forced: bool) -> None:
    """See that a package may take the place of what is installed.

    Args:
        there: What is installed.
        bundle: What is to be.
        is_forced: Whether a version that is not newer may, too.

    Raises:
        ConflictError: It may not.
    """
    name, old, new = there.id, there.manifest.version, bundle.manifest.version
    if there.builtin:
        raise ConflictError(f"{name} comes with the hub, and is upgraded with it.", where=name)
    if there.tier != bundle.tier:
        raise ConflictError(
            f"{name} is installed already, as {there.tier}.",
            where=name,
            next=f"Remove it first to change that: plexihub plugin remove {name}",
        )
    if there.digest == bundle.staged.digest:
        raise ConflictError(f"{name} {old} is installed already, file by file.", where=name)
    if not is_forced and version_of(new) <= version_of(old):
        raise ConflictError(
            f"{name} {old} is installed already, and {new} is not newer.",
            where=name,
            next="Give it a higher version, or install it with --allow-downgrade.",
        )


def successor_home(there: StoredPlugin, digest: str) -> Path:
    """Choose the folder of another version, beside those that are kept."""
    kept = kept_of(there)
    base = f"{there.id}.{digest.removeprefix('sha256:')[:12]}"
    names = [base, *(f"{base}-{number}" for number in range(1, len(kept) + 1))]
    return next(path for name in names if (path := there.root.parent / name) not in kept)


def without_previous(plugin: StoredPlugin) -> StoredPlugin:
    """Make what is kept of the version before."""
    return replace(plugin, previous=None)


def back_to(before: StoredPlugin, there: StoredPlugin) -> StoredPlugin:
    """Make what is kept once the version before is back.

    A revoked system grant stays revoked, and what takes approval is to be approved anew.
    """
    granted = [
        name
        for name in before.granted
        if (name not in SYSTEM_GRANTS or name in there.granted) and not takes_approval(name)
    ]
    return replace(before, granted=tuple(granted), previous=without_previous(there))


def discard_others(folder: Path, plugin: StoredPlugin) -> None:
    """Delete the folders of versions that are not kept any more; blocks."""
    for path in homes_of(folder, plugin.id):
        if path not in kept_of(plugin):
            discard(path)


def discard_all(folder: Path, plugin: PluginId) -> None:
    """Delete the folders of every version; blocks."""
    for path in homes_of(folder, plugin):
        discard(path)


def kept_of(plugin: StoredPlugin) -> list[Path]:
    """List the folders of the version that there is, and of the one before it."""
    return [plugin.root, *([plugin.previous.root] if plugin.previous else [])]


def homes_of(folder: Path, plugin: PluginId) -> list[Path]:
    """List the folders of every version of a plugin that are there; blocks."""
    # An id has no dot, so these are no other plugin's.
    return [path for path in (folder / plugin, *folder.glob(f"{plugin}.*")) if path.is_dir()]
