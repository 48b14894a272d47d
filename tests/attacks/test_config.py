"""Attacks through settings, by an administrator whose session was stolen."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub_sdk.errors import ConfigError
from tests.attacks.conftest import Target
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio
KEEPER = """
class KeeperPlugin:
    def __init__(self, context):
        context.get_service("config").register_section(
            {"properties": {"api_key": {"type": "string", "writeOnly": True, "minLength": 8}}}
        )
"""


async def test_no_session_chooses_the_program_that_the_hub_runs(target: Target) -> None:
    """`plugins.deno` is set on the machine alone: not over the network, not by the operator."""
    for client in (await target.person("ada", "admin"), target.operator()):
        for value in ("/bin/sh", "/nowhere"):
            answer = await client.put("/api/v1/config/plugins.deno", json={"value": value})
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "config_invalid")
    with pytest.raises(ConfigError, match="cannot be changed here"):
        target.hub.kernel.config.set("plugins.deno", "/bin/sh")
    assert target.hub.kernel.config.get("plugins.deno") == ""
    tried = [one for one in await target.records("config.change") if one.target == "plugins.deno"]
    assert {one.outcome for one in tried} == {"failed"}


@pytest.mark.parametrize("value", ["", "evil host", "0.0.0.0\n", "[::1]/", "a" * 300])
async def test_address_that_keeps_the_hub_from_starting_is_refused(
    target: Target, value: str
) -> None:
    """What is no address is refused before it is kept."""
    ada = await target.person("ada", "admin")
    answer = await ada.put("/api/v1/config/server.host", json={"value": value})
    assert (answer.status_code, answer.json()["error"]["where"]) == (400, "server.host")
    assert target.hub.kernel.config.source("server.host") == "default"


async def test_secret_leaves_by_no_door(target: Target, tmp_path: Path) -> None:
    """Neither an administrator's REST, nor a refusal, nor the audit shows a plugin's API key."""
    await target.install(write(tmp_path, "keeper.py", KEEPER), "trusted")
    ada = await target.person("ada", "admin")
    bob = await target.person("bob")
    path = "/api/v1/config/keeper.api_key"
    answers = [
        await ada.put(path, json={"value": "hunter2-hunter2"}),
        await ada.put(path, json={"value": "hunter2"}),
        await ada.put(path, json={"value": ["hunter2-hunter2"]}),
        await ada.get(path),
        await ada.get("/api/v1/config"),
        await ada.get("/api/v1/audit"),
        await ada.delete(path),
    ]
    assert [one.status_code for one in answers] == [200, 400, 400, 200, 200, 200, 204]
    assert not any("hunter2" in one.text for one in answers)
    refused = [await bob.get("/api/v1/config"), await bob.put(path, json={"value": "x" * 9})]
    assert [one.status_code for one in refused] == [403, 403]


async def test_open_page_of_a_member_hears_no_key(target: Target) -> None:
    """Only administrators' pages are told that a setting changed."""
    await target.person("ada", "admin")
    await target.person("bob")
    live, people = target.hub.live, await target.hub.users.list()
    pages = [live.subscribe(one.id, epoch=live.epoch, after=live.seq) for one in people]
    await target.hub.kernel.config.change("hub.name", "Elsewhere", target.operator_ctx)
    await target.hub.kernel.events.settle()
    for one in pages:
        one.end("closing")
    heard = [[text async for text in one] for one in pages]
    for one in pages:
        one.close()
    assert ["config.changed" in text for text in heard[0]] == [True]
    assert heard[1] == []
