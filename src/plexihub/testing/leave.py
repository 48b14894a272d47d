"""Leaves what a hub under test saw where `plexihub plugin test` collects it."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from plexihub.testing.hub import MemoryHub
from plexihub.testing.place import REPORT
from plexihub.testing.used import plain_uses


async def leave(hub: MemoryHub) -> None:
    """Write what ran of each plugin, and which permissions it used.

    Raises:
        OSError: The folder cannot be written.
    """
    folder = os.environ.get(REPORT)
    if not folder:
        return
    for plugin in hub.plugins:
        root = hub.kernel.registry.get(plugin.id).stored.root
        facts: dict[str, Any] = {
            "folder": str(plugin.folder),
            "root": str(root),
            "ran": hub.ran.get(plugin.id, []),
            "permissions": await plugin.permissions(),
            "uses": plain_uses(hub.kernel.broker.uses.of(plugin.id)),
        }
        target = Path(folder) / f"{secrets.token_hex(8)}.json"
        target.write_text(json.dumps(facts), encoding="utf-8")
