"""A setting that is changed acts: at once, or at the next start where it says so."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from tests.support.hub import free_port

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=OPERATOR)


@pytest.mark.checklist("P-28")
async def test_log_level_acts_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What is told at the new level is in the log, and was not before."""
    log = logging.getLogger("plexihub.plugin.somebody")
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        log.debug("too quiet")
        await hub.kernel.config.change("log.level", "debug", CTX)
        await hub.kernel.events.settle()
        log.debug("loud enough")
    assert [one for one in caplog.messages if "quiet" in one or "loud" in one] == ["loud enough"]


async def test_name_acts_at_once(tmp_path: Path) -> None:
    """The hub calls itself by its new name, after a restart, too."""
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        await hub.kernel.config.change("hub.name", "Our place", CTX)
        assert await _name(hub) == "Our place"
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        assert await _name(hub) == "Our place"


async def _name(hub: Hub) -> object:
    transport = httpx.ASGITransport(hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
        return (await client.get("/api/v1/session")).json()["hub"]["name"]


@pytest.mark.checklist("P-26", "P-27")
async def test_port_acts_at_the_next_start(tmp_path: Path) -> None:
    """The stored port is kept, and the server answers there after a restart."""
    options = HubOptions(data=tmp_path / "data", start_plugins=False)
    port = free_port()
    async with Hub(options) as hub:
        await hub.kernel.config.change("server.port", port, CTX)
    async with (
        Hub(HubOptions(data=tmp_path / "data", listen=True)),
        httpx.AsyncClient() as client,
    ):
        answer = await client.get(f"http://127.0.0.1:{port}/healthz")
        assert answer.json() == {"status": "ok"}
