"""The first plugin of the guide, made of the guide's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plexihub_sdk import new_id
from tests.unit.plugins.conftest import BUILTIN, ROOT, World

pytestmark = pytest.mark.anyio
BLOCK = re.compile(r"```(json|python)\n(.*?)```", re.DOTALL)


async def test_first_plugin_of_the_guide_counts_thanks(world: World, tmp_path: Path) -> None:
    """Its two files, as they are printed, count the message that thanks and no other."""
    guide = (ROOT / "docs" / "plugin-guide" / "trusted.md").read_text(encoding="utf-8")
    written = dict(BLOCK.findall(guide))
    (tmp_path / "plugin.json").write_text(written["json"], encoding="utf-8")
    (tmp_path / "plugin.py").write_text(written["python"], encoding="utf-8")
    await world.add(BUILTIN / "chat")
    await world.add(tmp_path)
    await world.join("ada", role="admin")
    channel = await world.call("POST", "/api/v1/chat/channels", "ada", body={"name": "general"})
    path = f"/api/v1/chat/channels/{channel['id']}/messages"
    for text in ("Thanks, Grace!", "Lunch?"):
        await world.call("POST", path, "ada", body={"text": text, "client_id": new_id()})
    await world.kernel.events.settle()
    assert await world.call("GET", "/api/v1/kudos", "ada") == {"kudos": 1}
