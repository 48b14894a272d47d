"""Attacks on what other plugins and people keep: by names, by size, by speed, by what lies there.

The attacker has every permission to keep things of its own. After each attack the victim's values,
rows and files, a canary beside the folders, and the hub's own tables are as they were.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.errors import (
    PlexiHubError,
)
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.conftest import Target

SECRET = "the victim's own"  # noqa: S105 - looked for in every answer
TABLES = {
    "notes": {"columns": {"text": "text", "rank": {"type": "integer", "optional": True}}},
}
CODE = "export default { hooks: { onDashboardLoad: () => null } };"


def context(plugin: str, person: str | None = "eve") -> CallContext:
    """Make the context of a plugin's request, as its pipe makes it."""
    return CallContext(
        actor=Actor("plugin", plugin, plugin),
        on_behalf_of=None if person is None else UserId(person),
        rights=ROLE_RIGHTS["member"],
    )


@dataclass
class Field:
    """A victim with something of everything, and an attacker with the same rights."""

    target: Target
    before: Any = None

    @property
    def data(self) -> Path:
        """The hub's data folder."""
        return self.target.hub.folder.path

    @property
    def folder(self) -> Path:
        """The attacker's own folder."""
        return self.target.hub.folder.plugin_data / "attacker"

    async def ask(self, method: str, who: str = "attacker", /, **params: Any) -> Any:
        """Ask the gateway as a plugin."""
        return await self.target.hub.kernel.gateway.dispatch(context(who), method, params)

    async def refused(self, wanted: type[PlexiHubError], method: str, /, **params: Any) -> None:
        """Ask as the attacker; the refusal is named and tells nothing of the victim's."""
        with pytest.raises(wanted) as caught:
            await self.ask(method, **params)
        told = f"{caught.value.message} {caught.value.where} {caught.value.next}"
        assert SECRET not in told
        assert str(self.data) not in told
        assert len(told) < 1000

    async def install(self, folder: Path, name: str, **more: Any) -> None:
        """Install a plugin that may keep things."""
        folder.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - of a test
        manifest = {
            "id": name,
            "version": "1.0.0",
            "entrypoint": "main.ts",
            "permissions": ["storage:own", "files:own", "files:read"],
            "tables": TABLES,
            **more,
        }
        (folder / "plugin.json").write_text(json.dumps(manifest))
        (folder / "main.ts").write_text(CODE)
        hub = self.target.hub
        stored = await hub.installer.install(InstallRequest(source=folder), CallContext())
        await hub.kernel.lifecycle.enable(stored.id, CallContext())

    async def seed(self) -> None:
        """Give the victim something of everything."""
        await self.ask("storage.set", "victim", key="a", value=SECRET)
        await self.ask("storage.mine.set", "victim", key="a", value=SECRET)
        await self.ask("tables.insert", "victim", table="notes", values={"text": SECRET})
        await self.ask("files.write", "victim", path="own/secret.txt", content=SECRET)
        (self.data / "plugin-data" / "canary.txt").write_text(SECRET)
        (self.data / "canary.txt").write_text(SECRET)
        self.before = await self.look()

    async def limit(self, **limits: float) -> None:
        """Allow the attacker more or less than the others."""
        book = self.target.hub.kernel.limits
        await book.change(PluginId("attacker"), limits, CallContext())

    async def clear(self) -> None:
        """Take from the attacker what an attack before this one kept, and its limits."""
        keep = self.target.hub.keep
        await keep.values.purge("attacker")
        await self.ask("tables.delete", table="notes", where={})
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)
        await self.target.hub.kernel.limits.forget(PluginId("attacker"), CallContext())

    async def look(self) -> Any:
        """See everything that must not change."""
        hub = self.target.hub
        usage = [await hub.keep.values.usage("victim"), await hub.keep.rows.usage("victim")]
        names = await hub.database.execute("SELECT name FROM sqlite_master ORDER BY name")
        return {
            "value": await self.ask("storage.entry", "victim", key="a"),
            "mine": await self.ask("storage.mine.entry", "victim", key="a"),
            "rows": await self.ask("tables.find", "victim", table="notes"),
            "file": await self.ask("files.read", "victim", path="own/secret.txt"),
            "files": await self.ask("files.list", "victim"),
            "usage": usage,
            "canaries": [
                (self.data / place / "canary.txt").read_text() for place in ("", "plugin-data")
            ],
            "tables": [row["name"] for row in names],
            "people": await hub.database.execute("SELECT * FROM users"),
        }


@pytest.fixture(scope="package")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Field]:
    """Run one hub with the victim and the attacker for all attacks."""
    folder = tmp_path_factory.mktemp("scene")
    async with Hub(HubOptions(data=folder / "hub", settings_file=folder / "no.toml")) as hub:
        field = Field(Target(hub, []))
        for name in ("victim", "attacker", "nobody"):
            more: dict[str, Any] = {"permissions": [], "tables": None} if name == "nobody" else {}
            await field.install(folder / name, name, **more)
        await field.seed()
        yield field


@pytest.fixture
async def field(scene: Field) -> AsyncIterator[Field]:
    """Give the attacker an empty start; afterwards nothing of the victim's has changed."""
    await scene.clear()
    yield scene
    assert await scene.look() == scene.before
