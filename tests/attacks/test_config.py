"""Attacks through settings, by an administrator whose session was stolen."""

from __future__ import annotations

import pytest

from plexihub_sdk.errors import ConfigError
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio


async def test_no_session_chooses_the_program_that_the_hub_runs(target: Target) -> None:
    """`plugins.deno` is set on the machine alone: not over the network, not by the operator."""
    for client in (await target.person("ada", "admin"), target.operator()):
        for value in ("/bin/sh", "/nowhere"):
            answer = await client.put("/api/v1/config/plugins.deno", json={"value": value})
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "config_invalid")
    with pytest.raises(ConfigError, match="cannot be changed here"):
        target.hub.kernel.config.set("plugins.deno", "/bin/sh")
    assert target.hub.kernel.config.get("plugins.deno") == ""
    assert {one.outcome for one in await target.records("config.change")} == {"failed"}


@pytest.mark.parametrize("value", ["", "evil host", "0.0.0.0\n", "[::1]/", "a" * 300])
async def test_address_that_keeps_the_hub_from_starting_is_refused(
    target: Target, value: str
) -> None:
    """What is no address is refused before it is kept."""
    ada = await target.person("ada", "admin")
    answer = await ada.put("/api/v1/config/server.host", json={"value": value})
    assert (answer.status_code, answer.json()["error"]["where"]) == (400, "server.host")
    assert target.hub.kernel.config.source("server.host") == "default"
