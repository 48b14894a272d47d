"""The example `weather`: data of another machine on a dashboard, with a key that it never has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.plugins import CTX, Running, hub_here

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-42")]
EXAMPLE = Path(__file__).parents[3] / "examples" / "sandboxed" / "weather"


@pytest.fixture
def host() -> Iterator[str]:
    """Run the example's server on a free port."""
    command = [sys.executable, "-m", "plexihub.demo.weather", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            yield line.split("/")[2]
        finally:
            server.kill()


async def shown(running: Running) -> list[dict[str, Any]]:
    """Load a dashboard, and answer the plugin's cards."""
    payload = {"userId": "u", "dashboardId": "d"}
    loaded = await running.hub.ask("dashboard.loading", payload, role="member")
    widgets: list[dict[str, Any]] = loaded["customWidgets"]
    return widgets


async def test_the_weather_is_shown_once_the_key_is_set(tmp_path: Path, host: str) -> None:
    """Without a key the card says what to do; with it, the weather, asked for once."""
    folder = shutil.copytree(EXAMPLE, tmp_path / "weather")
    for name in ("main.ts", "plugin.json"):
        text = (folder / name).read_text()
        (folder / name).write_text(text.replace("127.0.0.1:8765", host))
    async with hub_here(tmp_path) as running:
        await running.hub.kernel.config.change("plugins.network.private", [host], CTX)
        assert (await running.post("/plugins", source=str(folder))).status_code == 201
        assert (await running.post("/plugins/weather/enable")).status_code == 200
        (card,) = await shown(running)
        assert "was never set" in card["props"]["text"]
        answer = await running.client.put(
            "/api/v1/plugins/weather/secrets/key", json={"value": "sunny-side-up", "hosts": [host]}
        )
        assert answer.status_code == 200, answer.text
        now, week = await shown(running)
        assert now["props"] == {"label": "Bern", "value": "21 °C", "hint": "clear"}
        assert week["props"]["values"] == [17, 19, 21, 20, 16, 15, 18]
        await shown(running)
        sent = [one for one in await running.audited("network.request") if one[2] == "ok"]
        assert sent == [("weather", host, "ok")]
