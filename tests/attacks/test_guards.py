"""A guard that is away lets nobody pass: what it decided about is refused until it runs again."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from plexihub.app import Hub, HubOptions
from tests.attacks.conftest import PASSWORD, Target

pytestmark = pytest.mark.anyio
GUARD = """
class DoormanPlugin:
    def __init__(self, context):
        context.get_service("events").on("user.challenging", self.ask)

    def ask(self, data):
        data["challenges"].append({"kind": "word", "prompt": "The word?"})
"""


async def enter(hub: Hub) -> tuple[int, str]:
    """Sign grace in; answers the status and what was said."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Target(hub, []).client())
        answer = await client.post(
            "/api/v1/session", json={"username": "grace", "password": PASSWORD}
        )
    return answer.status_code, answer.json().get("error", {}).get("message", "")


async def test_guard_that_does_not_start_is_no_way_in(tmp_path: Path) -> None:
    """After a start at which its code fails the password alone opens nothing."""
    options = HubOptions(data=tmp_path / "hub", settings_file=tmp_path / "none.toml")
    source = tmp_path / "doorman.py"
    source.write_text(GUARD)
    async with Hub(options) as hub:
        target = Target(hub, [])
        await hub.users.create(target.operator_ctx, username="grace", password=PASSWORD)
        assert (await enter(hub))[0] == 200
        plugin = await target.install(source, "trusted")
        await hub.kernel.events.settle()
        assert (await enter(hub))[0] == 401
        root = hub.kernel.registry.get(plugin).stored.root
    code = next(root.rglob("*.py")) if root.is_dir() else root
    code.chmod(0o600)
    code.write_text("import a_library_that_is_missing\n")
    async with Hub(options) as hub:
        assert hub.kernel.registry.get(plugin).state == "failed"
        status, said = await enter(hub)
        assert status == 422
        assert "doorman decides about this and does not run" in said
        await hub.kernel.lifecycle.disable(plugin, Target(hub, []).operator_ctx)
        assert (await enter(hub))[0] == 200


async def test_disabled_guard_guards_nothing(target: Target, tmp_path: Path) -> None:
    """Whoever disables it decides so; enabling it brings the step back."""
    source = tmp_path / "doorman.py"
    source.write_text(GUARD)
    await target.hub.users.create(target.operator_ctx, username="grace", password=PASSWORD)
    plugin = await target.install(source, "trusted")
    lifecycle, seen = target.hub.kernel.lifecycle, [(await enter(target.hub))[0]]
    await lifecycle.disable(plugin, target.operator_ctx)
    seen.append((await enter(target.hub))[0])
    await lifecycle.enable(plugin, target.operator_ctx)
    seen.append((await enter(target.hub))[0])
    assert seen == [401, 200, 401]
