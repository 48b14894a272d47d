"""Changing settings: hooks, store, event and audit, and everything that refuses."""

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from plexihub.kernel import plain
from plexihub.kernel.config import ConfigManager, Layers, Setting
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.errors import ConfigError, Veto
from tests.fakes.stores import MemoryAudit, MemoryConfigStore

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=OPERATOR, deadline=math.inf)
SETTINGS = (
    Setting("security.waf.enabled", bool, True, "Filter requests."),
    Setting("server.port", int, 8000, "Port.", check=lambda n: "" if n > 0 else "is no port."),
    Setting("jwt.secret", str, "old-secret", "Signs sessions.", secret=True),
)


@dataclass(slots=True, kw_only=True)
class Desk:
    """Settings and what they work with."""

    config: ConfigManager
    store: MemoryConfigStore
    hooks: HookTable
    audit: MemoryAudit
    events: list[Any]


@pytest.fixture
async def desk(
    ownership: Ownership, hooks: HookTable, bus: EventBus, audit: MemoryAudit
) -> AsyncIterator[Desk]:
    """Give started settings."""
    store = MemoryConfigStore({"server.port": 9000, "security.waf.enabled": "soup"})
    config = ConfigManager(
        ownership, audit, layers=Layers(), intercept=hooks.call, publish=bus.publish
    )
    config.declare(SETTINGS)
    await config.start(store)
    events: list[Any] = []
    bus.subscribe("config.changed", events.append)
    yield Desk(config=config, store=store, hooks=hooks, audit=audit, events=events)
    await config.close()


async def test_stored_value_counts_most(desk: Desk) -> None:
    """What was stored stands above every layer; what no longer fits is left alone."""
    assert desk.config.get("server.port") == 9000
    assert desk.config.source("server.port") == "stored"
    assert desk.config.get("security.waf.enabled") is True


async def test_change_stores_tells_and_records(desk: Desk, bus: EventBus) -> None:
    """A change is stored, published after that, and audited with old and new."""
    await desk.config.change("server.port", 1234, CTX)
    await bus.settle()
    change = {"old": 9000, "new": 1234}
    assert desk.store.rows["server.port"] == 1234
    assert desk.events == [{"key": "server.port", **change}]
    assert desk.audit.entries[-1].details == change


@pytest.mark.parametrize(
    ("key", "value"),
    [("server.port", "80"), ("server.port", True), ("server.port", -1), ("server.prot", 1)],
)
async def test_refused_value_changes_nothing(
    desk: Desk, bus: EventBus, key: str, value: Any
) -> None:
    """A value of another type, a refused one or an unknown key changes nothing, on the record."""
    before = dict(desk.store.rows)
    with pytest.raises(ConfigError):
        await desk.config.change(key, value, CTX)
    await bus.settle()
    assert (desk.config.get("server.port"), desk.store.rows, desk.events) == (9000, before, [])
    assert desk.audit.outcomes("config.change") == [(key, "failed")]


async def test_veto_changes_nothing(desk: Desk) -> None:
    """A plugin may refuse a change, with its reason on the record."""

    def refuse(_payload: dict[str, Any]) -> None:
        raise Veto("frozen")

    desk.hooks.add("config.changing", refuse)
    with pytest.raises(Veto):
        await desk.config.change("server.port", 1, CTX)
    assert desk.config.get("server.port") == 9000
    assert desk.audit.outcomes("config.change") == [("server.port", "vetoed")]


async def test_hook_may_change_the_value(desk: Desk) -> None:
    """What a handler makes of the value is checked and stored."""
    desk.hooks.add("config.changing", lambda payload: payload.update(new=payload["new"] + 1))
    assert await desk.config.change("server.port", 1, CTX) == 2


async def test_reset_answers_lower_layer(desk: Desk) -> None:
    """Forgetting the stored value brings back what is below."""
    assert await desk.config.revert("server.port", CTX) == 8000
    assert desk.config.source("server.port") == "default"
    assert "server.port" not in desk.store.rows


async def test_secret_is_never_shown(desk: Desk, bus: EventBus) -> None:
    """A secret stands in no event, no hook, no list and no record; code that asks reads it."""
    shown: list[Any] = []
    desk.hooks.add("config.changing", lambda payload: shown.append(dict(payload)))
    await desk.config.change("jwt.secret", "hunter2", CTX)
    await bus.settle()
    shown += [desk.events, desk.config.describe(), desk.audit.entries]
    assert "hunter2" not in repr(shown)
    assert "old-secret" not in repr(shown)
    assert desk.config.get("jwt.secret") == "hunter2"


async def test_plain_code_sets_without_await(desk: Desk) -> None:
    """Plain code reads its own change on the next line."""

    def code() -> bool:
        desk.config.set("security.waf.enabled", False)
        return bool(desk.config.get("security.waf.enabled"))

    assert await plain.run(code) is False


async def test_async_code_may_await_or_not(desk: Desk, bus: EventBus) -> None:
    """In asynchronous code the change happens, awaited or not."""
    await desk.config.set("server.port", 1)
    assert desk.config.get("server.port") == 1
    desk.config.set("server.port", 2)
    await asyncio.sleep(0.01)
    await bus.settle()
    assert [event["new"] for event in desk.events] == [1, 2]


async def test_wrong_value_raises_at_once(desk: Desk) -> None:
    """`set` refuses a wrong value where it is called."""
    with pytest.raises(ConfigError):
        desk.config.set("server.port", "soup")


async def test_description_names_everything(desk: Desk) -> None:
    """The list has one row a setting, with the fields of the REST answer."""
    rows = {row["key"]: row for row in desk.config.describe()}
    assert rows["server.port"] == {
        "key": "server.port",
        "value": 9000,
        "default": 8000,
        "source": "stored",
        "type": "int",
        "secret": False,
        "doc": "Port.",
        "owner": "core",
        "title": "",
        "minimum": None,
        "maximum": None,
        "choices": [],
        "format": "",
        "acts": "at once",
        "local": False,
        "operator": False,
    }
