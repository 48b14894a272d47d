"""The first plugin of the guide, made of the guide's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk import new_id
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.unit.plugins.conftest import BUILTIN, ROOT, World

pytestmark = pytest.mark.anyio
SANDBOXED = ROOT / "docs" / "plugin-guide" / "sandboxed.md"
BLOCK = re.compile(r"```(json|python|ts)\n(.*?)```", re.DOTALL)


async def test_first_plugin_of_the_guide_counts_thanks(world: World, tmp_path: Path) -> None:
    """Its two files, as they are printed, count the message that thanks and no other."""
    guide = (ROOT / "docs" / "plugin-guide" / "README.md").read_text(encoding="utf-8")
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


@pytest.mark.parametrize("language", ["python", "ts"])
async def test_sandboxed_plugin_of_the_guide_cheers(
    world: World, tmp_path: Path, language: str
) -> None:
    """Its one file, as it is printed in either language, does the same three things."""
    written = dict(BLOCK.findall(SANDBOXED.read_text(encoding="utf-8")))
    file = tmp_path / ("cheers.py" if language == "python" else "cheers.ts")
    file.write_text(written[language], encoding="utf-8")
    await world.add(BUILTIN / "chat")
    await world.add(BUILTIN / "dashboards")
    stored = await world.installer.install(InstallRequest(source=file), world.core)
    await world.kernel.lifecycle.enable(stored.id, world.core)
    heard: list[object] = []
    world.kernel.events.subscribe("plugin.cheers.cheered", heard.append)
    ada = await world.join("ada", role="admin")
    told = {"userId": ada.id, "sessionId": new_id(), "user": {}, "address": "", "user_agent": ""}
    world.kernel.events.publish(
        "user.login", {**told, "at": ""}, CallContext(rights=ROLE_RIGHTS["admin"])
    )
    await world.kernel.events.settle()
    assert heard == [{"times": 1}]
    board = await world.call("POST", "/api/v1/dashboards", "ada", body={"title": "Mine"})
    shown = await world.call("GET", f"/api/v1/dashboards/{board['id']}", "ada")
    assert {"text": "1 cheers so far"} in [one["props"] for one in shown["widgets"]]
    channel = await world.call("POST", "/api/v1/chat/channels", "ada", body={"name": "general"})
    path = f"/api/v1/chat/channels/{channel['id']}/messages"
    body = {"text": "Cheers, Grace", "client_id": new_id()}
    assert (await world.call("POST", path, "ada", body=body))["text"] == "Cheers, Grace!"
