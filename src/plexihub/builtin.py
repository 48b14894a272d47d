"""The plugins that come with the hub: found as files, and brought in like anyone's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from plexihub.kernel.lifecycle import Lifecycle
from plexihub.kernel.plugins import PluginRegistry
from plexihub.kernel.ports import PluginStore, StoredPlugin
from plexihub.marketplace.staging import digest
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.manifest import parse_manifest


async def bring_in(
    names: Iterable[str], registry: PluginRegistry, lifecycle: Lifecycle, store: PluginStore
) -> None:
    """Make the built-in plugins known; new ones are enabled at the next start of plugins.

    Raises:
        ManifestError: A built-in plugin's manifest is wrong.
    """
    wanted = {name: await asyncio.to_thread(_read, name) for name in names}
    for known in registry:
        if known.stored.builtin and known.id not in wanted:
            registry.remove(known.id)
    for name, fresh in wanted.items():
        record = registry.find(name)
        if record is None:
            await lifecycle.add(fresh)
            fresh.enabled = True
            await store.save(fresh)
        else:
            record.stored.manifest, record.stored.root = fresh.manifest, fresh.root
            record.stored.digest = fresh.digest


def _read(name: str) -> StoredPlugin:
    root = Path(str(files("plexihub_plugins"))) / name
    manifest = parse_manifest(json.loads((root / "plugin.json").read_text(encoding="utf-8")))
    return StoredPlugin(
        id=manifest.id,
        manifest=manifest,
        tier="trusted",
        runtime="trusted",
        root=root,
        digest=digest(root),
        builtin=True,
        granted=tuple(SYSTEM_GRANTS),
        installed_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    )
