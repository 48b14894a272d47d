"""A setting that is changed acts: at once, or at the next start where it says so."""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from pathlib import Path

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.support.hub import free_port

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=OPERATOR, deadline=math.inf)
PASSWORD = "correct horse battery"  # noqa: S105 - of a person who lives as long as a test


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


@pytest.mark.checklist("P-26")
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


@pytest.mark.checklist("P-27")
async def test_port_acts_at_once(tmp_path: Path) -> None:
    """The answer still comes by the old port; then the new one serves, and the old one is shut."""
    environ = {"PLEXIHUB_SERVER_PORT": str(free_port())}
    hub = Hub(HubOptions(data=tmp_path / "data", environ=environ, listen=True))
    port = free_port()
    async with hub, httpx.AsyncClient(trust_env=False) as client:
        old = hub.address
        ada = await _administrator(hub, client)
        answer = await client.put(
            f"{old}/api/v1/config/server.port", json={"value": port}, headers=ada
        )
        assert (answer.status_code, answer.json()["value"]) == (200, port)
        assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200
        assert hub.address == f"http://127.0.0.1:{port}"
        await _until_closed(old)


async def test_port_that_is_taken_changes_nothing(tmp_path: Path) -> None:
    """The reason names the port; the hub goes on where it was."""
    environ = {"PLEXIHUB_SERVER_PORT": str(free_port())}
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        async with (
            Hub(HubOptions(data=tmp_path / "data", environ=environ, listen=True)) as hub,
            httpx.AsyncClient(base_url=hub.address, trust_env=False) as client,
        ):
            ada = await _administrator(hub, client)
            answers = [
                await client.put("/api/v1/config/server.port", json={"value": taken}, headers=ada),
                await client.put(
                    "/api/v1/config/server.host", json={"value": "8.8.8.8"}, headers=ada
                ),
            ]
            assert [one.status_code for one in answers] == [400, 400]
            said = [one.json()["error"]["message"] for one in answers]
            assert f"Port {taken} on 127.0.0.1 is taken" in said[0]
            assert "8.8.8.8" in said[1]
            source = hub.kernel.config.source
            assert [source(f"server.{one}") for one in ("port", "host")] == [
                "environment",
                "default",
            ]
            assert (await client.get("/healthz")).status_code == 200


async def _administrator(hub: Hub, client: httpx.AsyncClient) -> dict[str, str]:
    """Sign an administrator in, and answer the header that proves it."""
    ctx = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])
    await hub.users.create(ctx, username="ada", password=PASSWORD, role="admin")
    answer = await client.post(
        f"{hub.address}/api/v1/session", json={"username": "ada", "password": PASSWORD}
    )
    return {"x-csrf-token": answer.json()["csrf"]}


async def _until_closed(address: str) -> None:
    async with asyncio.timeout(20), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                await client.get(f"{address}/healthz")
            except httpx.TransportError:
                return
            await asyncio.sleep(0.05)
