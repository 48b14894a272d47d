"""What a trusted plugin raises and leaves ends at its own feet, though it could do anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.attacks.conftest import Target
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio

RAISES = """
import asyncio

KINDS = {"exit": SystemExit, "interrupt": KeyboardInterrupt, "base": BaseException,
         "cancelled": asyncio.CancelledError}

class RaisesPlugin:
    def __init__(self, context):
        context.get_service("hooks").add("user.creating", self.raises)
        context.get_service("events").on("user.created", self.raises)
        api = context.get_service("api")
        api.register_route("GET", "/api/v1/raises/{kind}", self.answer, auth="anonymous")
        api.register_route("GET", "/api/v1/raises/later/{kind}", self.later, auth="anonymous")
        self.kind = "exit"

    def raises(self, payload):
        if isinstance(payload, dict) and "display_name" in payload:
            payload["display_name"] = "Mallory"
        raise KINDS[self.kind]

    def answer(self, request):
        self.kind = request.params["kind"]
        raise KINDS[self.kind]

    async def later(self, request):
        self.answer(request)

    def close(self):
        raise KINDS[self.kind]
"""


@pytest.mark.parametrize("kind", ["exit", "interrupt", "base"])
async def test_error_that_ends_programs_does_not_end_the_hub(
    target: Target, tmp_path: Path, kind: str
) -> None:
    """`SystemExit` and its like, from a route, a hook, a listener or `close`, are failures."""
    plugin = await target.install(write(tmp_path, "raises.py", RAISES), "trusted")
    client = target.client()
    for path in (f"/api/v1/raises/{kind}", f"/api/v1/raises/later/{kind}"):
        answer = await asyncio.create_task(client.get(path))
        assert (answer.status_code, answer.json()["error"]["code"]) == (502, "plugin_raised")
    await asyncio.create_task(target.person("grace"))
    await target.hub.kernel.events.settle()
    grace = await target.hub.users.find("grace")
    assert grace is not None
    assert grace.display_name == "grace"
    operator = target.operator()
    answer = await asyncio.create_task(operator.post(f"/api/v1/plugins/{plugin}/disable"))
    assert answer.json()["state"] == "disabled"


ENDLESS = """
class EndlessPlugin:
    def __init__(self, context):
        hooks = context.get_service("hooks")
        hooks.add("user.creating", self.cycle, priority=2)
        hooks.add("user.creating", self.deep, priority=1)
        hooks.add("user.creating", self.good)

    def cycle(self, payload):
        payload["display_name"] = "Mallory"
        payload["self"] = payload

    def deep(self, payload):
        payload["role"] = "admin"
        for _ in range(100_000):
            payload["deep"] = {"deep": payload.get("deep")}

    def good(self, payload):
        payload["tags"] = ["welcome"]
"""


async def test_payload_without_an_end_is_taken_back(target: Target, tmp_path: Path) -> None:
    """What a handler left is taken back where it has no end, and the next handler runs."""
    await target.install(write(tmp_path, "endless.py", ENDLESS), "trusted")
    await target.person("grace")
    grace = await target.hub.users.find("grace")
    assert grace is not None
    assert (grace.display_name, grace.role, grace.tags) == ("grace", "member", ["welcome"])
