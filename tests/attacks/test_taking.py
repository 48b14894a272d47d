"""A plugin that wants what is somebody else's: refused by name, and nothing of it stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from plexihub_sdk.errors import PluginError

pytestmark = pytest.mark.anyio
CODE = """
from plexihub_sdk import Model, column

class {model}(Model, table="{table}"):
    id: str = column(primary_key=True)

class {name}Plugin:
    def __init__(self, context):
        api, database = context.get_service("api"), context.get_service("database")
        api.register_route("GET", "/api/v1/{lower}/ok", lambda _request: 1)
        {wants}

    async def watch(self, line):
        pass
"""
OWNER = """database.register_models([Mine])
        api.register_route("GET", "/api/v1/owner/{id}", lambda _request: 1)
        api.register_websocket("/api/v1/owner/watch", self.watch)"""


async def bring(hub: Hub, path: Path, name: str, **more: str) -> None:
    """Install and enable a plugin of one file."""
    lower = name.lower()
    facts = {"model": "Other", "table": f"{lower}_rows", **more}
    file = path / f"{lower}.py"
    file.write_text(CODE.format(name=name, lower=lower, **facts), encoding="utf-8")
    order = InstallRequest(source=file, tier="trusted", consent=f"I trust {lower}")
    await hub.installer.install(order, CallContext())
    await hub.kernel.lifecycle.enable(lower, CallContext())


@pytest.fixture
async def hub(anyio_backend: object, tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub with a plugin that owns a route, a WebSocket and a table."""
    options = HubOptions(
        data=tmp_path / "data", settings_file=tmp_path / "none.toml", builtin=(), listen=False
    )
    async with Hub(options) as hub:
        await bring(hub, tmp_path, "Owner", model="Mine", table="owner_rows", wants=OWNER)
        yield hub


@pytest.mark.parametrize(
    ("wants", "facts", "says"),
    [
        (
            'api.register_route("GET", "/api/v1/owner/{other}", print)',
            {},
            "GET /api/v1/owner/{other} belongs to the plugin owner",
        ),
        (
            'api.register_route("PATCH", "/api/v1/users/{id}", print, auth="anonymous")',
            {},
            "PATCH /api/v1/users/{id} is the hub's own",
        ),
        (
            'api.register_route("GET", "/api/v1/users/me", print)',
            {},
            "GET /api/v1/users/me is the hub's own",
        ),
        (
            'api.register_websocket("/api/v1/owner/watch", self.watch)',
            {},
            "WS /api/v1/owner/watch belongs to the plugin owner",
        ),
        (
            'api.register_websocket("/api/v1/live", self.watch)',
            {},
            "WS /api/v1/live is the hub's own",
        ),
        (
            "database.register_models([Other])",
            {"table": "owner_rows"},
            "The table 'owner_rows' belongs to owner",
        ),
        ("database.register_models([Other])", {"table": "logs"}, "'logs' belongs to the hub"),
        (
            "database.register_models([Mine])",
            {"model": "Mine"},
            "The model 'Mine' is registered already, by owner",
        ),
        (
            "database.register_models([Other], steps={2: lambda tables: 1 / 0, 1: print})",
            {},
            "1 is no version that a step can lead to",
        ),
    ],
)
async def test_what_belongs_to_others_is_not_taken(
    hub: Hub, tmp_path: Path, wants: str, facts: dict[str, str], says: str
) -> None:
    """The plugin does not start and says why; not even its good route, registered first, stays."""
    with pytest.raises(PluginError) as refused:
        await bring(hub, tmp_path, "Thief", wants=wants, **facts)
    assert says in refused.value.message
    record = hub.kernel.registry.get("thief")
    assert (record.state, says in record.reason) == ("failed", True)
    assert hub.routes.of(record.id) == []
    assert hub.kernel.ownership.count(record.id) == 0
    transport = httpx.ASGITransport(hub.operator_asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub/api/v1") as operator:
        assert (await operator.get("/thief/ok")).status_code == 404
        assert (await operator.get("/owner/ok")).json() == 1
    assert await hub.database.get_model("Mine").count() == 0
