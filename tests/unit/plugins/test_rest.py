"""The documents' trusted examples seen through the whole hub's own REST door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.demo.seed import seed
from plexihub_sdk import Veto, new_id
from tests.unit.plugins.conftest import PASSWORD

pytestmark = pytest.mark.anyio
NEWCOMER = {"username": "mia", "display_name": "Mia", "password": PASSWORD, "role": "member"}


@pytest.fixture
async def hub(anyio_backend: object, tmp_path: Path) -> AsyncIterator[Hub]:
    """Run a whole hub with its demo content, reached without a socket."""
    options = HubOptions(data=tmp_path / "data", settings_file=tmp_path / "none.toml")
    async with Hub(options) as hub:
        await seed(hub, PASSWORD)
        yield hub


@asynccontextmanager
async def signed_in(hub: Hub, username: str) -> AsyncIterator[httpx.AsyncClient]:
    """Sign somebody in."""
    transport = httpx.ASGITransport(app=hub.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test/api/v1") as client:
        credentials = {"username": username, "password": PASSWORD}
        answer = await client.post("/session", json=credentials)
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        yield client


@pytest.mark.checklist("P-21")
async def test_created_person_has_tag_in_answer(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    """An administrator creates somebody by REST: line printed, tag in the answer and kept."""
    capsys.readouterr()
    async with signed_in(hub, "ada") as ada:
        created = await ada.post("/users", json=NEWCOMER)
        assert (created.status_code, created.json()["tags"]) == (201, ["my_plugin_tag"])
        assert (await ada.get("/users/mia")).json()["tags"] == ["my_plugin_tag"]
    assert capsys.readouterr().out == "A new user is being created: mia\n"


@pytest.mark.checklist("P-45", "P-55")
async def test_promoted_person_passes_admin_endpoint(hub: Hub) -> None:
    """Refused before, let in from the next request on, in the same session."""
    async with signed_in(hub, "ada") as ada, signed_in(hub, "grace") as grace:
        assert (await grace.get("/plugins")).status_code == 403
        assert (await grace.post("/promote/grace")).status_code == 403
        assert (await ada.post("/promote/nobody")).status_code == 404
        assert (await grace.get("/plugins")).status_code == 403
        assert (await ada.post("/promote/grace")).status_code == 200
        assert (await grace.get("/plugins")).status_code == 200


async def test_veto_of_message_is_a_422_with_its_reason(hub: Hub) -> None:
    """A plugin's refusal reaches the person as the contract says."""

    def refuse(_draft: object) -> None:
        raise Veto("Quiet hours.")

    hub.kernel.hooks.add("message.creating", refuse)
    async with signed_in(hub, "grace") as grace:
        channel = (await grace.get("/chat/channels")).json()["items"][0]["id"]
        body = {"text": "Hello", "client_id": new_id()}
        answer = await grace.post(f"/chat/channels/{channel}/messages", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "vetoed")
    assert answer.json()["error"]["message"] == "Quiet hours."


async def test_second_run_keeps_everything(tmp_path: Path) -> None:
    """Stopped and started again, the hub has its people, words and running plugins."""
    options = HubOptions(data=tmp_path / "data", settings_file=tmp_path / "none.toml")
    seen = []
    for run in range(2):
        async with Hub(options) as hub:
            assert await hub.is_empty() == (run == 0)
            if run == 0:
                await seed(hub, PASSWORD)
            async with signed_in(hub, "grace") as grace:
                states = {one.id: one.state for one in hub.kernel.registry}
                seen.append(((await grace.get("/chat/channels")).json(), states))
    assert seen[0] == seen[1]
