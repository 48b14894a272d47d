"""A plugin's section of settings: what a schema becomes, and every schema that is none."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from plexihub.kernel.config import ConfigManager, Layers, Setting
from plexihub.kernel.context import OPERATOR, Actor, CallContext, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.errors import ConfigError, ConflictError
from plexihub_sdk.ids import PluginId
from tests.fakes.stores import MemoryAudit, MemoryConfigStore

pytestmark = pytest.mark.anyio
CTX = CallContext(actor=OPERATOR, deadline=math.inf)
MINE = PluginId("my-plugin")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Greetings",
    "description": "How people are met.",
    "properties": {
        "greeting": {"type": "string", "default": "Hello", "minLength": 2, "pattern": "^[A-Z]"},
        "times": {"type": "integer", "default": 1, "minimum": 1, "maximum": 5},
        "mood": {"type": "string", "enum": ["calm", "loud"], "default": "calm"},
        "share": {"type": "number", "default": 0.5, "exclusiveMaximum": 1},
        "is_on": {"type": "boolean", "default": True},
        "guests": {"type": "array", "items": {"type": "string", "maxLength": 5}, "default": []},
        "api_key": {"type": "string", "writeOnly": True, "minLength": 8, "title": "API key"},
        "mail": {"type": "string", "format": "email"},
    },
}


@pytest.fixture
async def config(
    ownership: Ownership, hooks: HookTable, bus: EventBus, audit: MemoryAudit
) -> AsyncIterator[ConfigManager]:
    """Give started settings, of which one is the core's own."""
    layers = Layers(
        file={"my-plugin.times": 3}, environment={"PLEXIHUB_MY_PLUGIN_GUESTS": "ada, bob"}
    )
    config = ConfigManager(
        ownership, audit, layers=layers, intercept=hooks.call, publish=bus.publish
    )
    config.declare([Setting("server.port", int, 8000, "Port.")])
    await config.start(MemoryConfigStore())
    yield config
    await config.close()


def _only(**field: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"x": field}}


async def test_each_property_becomes_a_setting(config: ConfigManager) -> None:
    """Keys lie below the plugin's id; every layer counts; what has no default is not set."""
    config.register_section(SCHEMA, plugin=MINE)
    rows = {row["key"]: row for row in config.describe() if row["owner"] == MINE}
    assert {key: (row["value"], row["source"]) for key, row in rows.items()} == {
        "my-plugin.greeting": ("Hello", "default"),
        "my-plugin.times": (3, "file"),
        "my-plugin.mood": ("calm", "default"),
        "my-plugin.share": (0.5, "default"),
        "my-plugin.is_on": (True, "default"),
        "my-plugin.guests": (["ada", "bob"], "environment"),
        "my-plugin.api_key": (None, "default"),
        "my-plugin.mail": (None, "default"),
    }
    shown = rows["my-plugin.times"], rows["my-plugin.mood"], rows["my-plugin.api_key"]
    assert [one["title"] for one in shown] == ["Times", "Mood", "API key"]
    assert (shown[0]["minimum"], shown[0]["maximum"]) == (1, 5)
    assert shown[1]["choices"] == ["calm", "loud"]
    assert config.sections() == [
        {"id": MINE, "title": "Greetings", "doc": "How people are met.", "keys": [*rows_of(SCHEMA)]}
    ]


def rows_of(schema: dict[str, Any]) -> list[str]:
    """Name the keys of a schema."""
    return [f"my-plugin.{name}" for name in schema["properties"]]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("greeting", "x", "shorter than 2"),
        ("greeting", "hello", "does not match"),
        ("greeting", 7, "of type str"),
        ("greeting", "\ud800A", "half of a character"),
        ("greeting", "A" * 30_000, "20000 characters"),
        ("times", 9, "from 1 to 5"),
        ("times", True, "of type int"),
        ("mood", "wild", "one of calm, loud"),
        ("share", 1.0, "maximum of 1"),
        ("share", float("nan"), "must be a number"),
        ("guests", ["ada", "methuselah"], "longer than 5"),
        ("guests", ["ada", 7], "list of texts"),
        ("mail", "nobody", "email"),
    ],
)
async def test_refused_value_changes_nothing(
    config: ConfigManager, name: str, value: Any, says: str
) -> None:
    """A value that the schema refuses is told in words, and nothing is changed."""
    config.register_section(SCHEMA, plugin=MINE)
    before = config.get(f"my-plugin.{name}")
    with pytest.raises(ConfigError, match=says) as caught:
        await config.change(f"my-plugin.{name}", value, CTX)
    assert caught.value.where == f"my-plugin.{name}"
    assert config.get(f"my-plugin.{name}") == before


async def test_secret_is_read_raw_and_never_told(
    config: ConfigManager, bus: EventBus, audit: MemoryAudit
) -> None:
    """Code reads an API key as it is; lists, events, audit and refusals hide it."""
    events: list[Any] = []
    bus.subscribe("config.changed", events.append)
    config.register_section(SCHEMA, plugin=MINE)
    await config.change("my-plugin.api_key", "sk-123456789", CTX)
    with pytest.raises(ConfigError) as caught:
        await config.change("my-plugin.api_key", "sk-1", CTX)
    await bus.settle()
    told = repr([config.describe(), events, audit.entries, caught.value.message])
    assert config.get("my-plugin.api_key") == "sk-123456789"
    assert "sk-1" not in told
    assert events == [{"key": "my-plugin.api_key", "old": None, "new": "********"}]


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ([], "settings"),
        ({"type": "object"}, "settings.properties"),
        ({"type": "array", "properties": {"x": {"type": "string"}}}, "settings.type"),
        ({"properties": {"x": {"type": "string"}}, "allOf": []}, "settings.allOf"),
        ({"properties": {"x y": {"type": "string"}}}, "settings.properties.x y"),
        ({"properties": {"x": {"type": "string"}}, "required": ["x"]}, "settings.required"),
        (_only(), "settings.properties.x.type"),
        (_only(type="strin"), "settings.properties.x.type"),
        (_only(type=["string", "null"]), "settings.properties.x.type"),
        (_only(type="object", properties={}), "settings.properties.x.type"),
        (_only(type="string", minimun=3), "settings.properties.x.minimun"),
        (_only(type="string", minLength="3"), "settings.properties.x.minLength"),
        (_only(type="string", pattern="("), "settings.properties.x.pattern"),
        (_only(type="string", pattern=r"(a)\1"), "settings.properties.x.pattern"),
        (_only(type="string", pattern="(a{1000}){1000}"), "settings.properties.x.pattern"),
        (_only(type="string", format="soup"), "settings.properties.x.format"),
        (_only(type="string", default=7), "settings.properties.x.default"),
        (_only(type="integer", minimum=3, default=1), "settings.properties.x.default"),
        (_only(type="integer", enum=[1, "two"]), "settings.properties.x.enum"),
        (_only(type="string", enum=[]), "settings.properties.x.enum"),
        (_only(type="array"), "settings.properties.x.items"),
        (_only(type="array", items={"type": "integer"}), "settings.properties.x.items.type"),
        (_only(**{"type": "string", "$ref": "http://127.0.0.1:9/x"}), "settings.properties.x.$ref"),
        (_only(type="string", description="x" * 70_000), "settings"),
        (_only(type="number", default=float("inf")), "settings"),
    ],
)
async def test_schema_that_is_none_is_refused_whole(
    config: ConfigManager, ownership: Ownership, schema: Any, place: str
) -> None:
    """The message names plugin and place; nothing is half registered, and a right one follows."""
    with pytest.raises(ConfigError) as caught:
        config.register_section(schema, plugin=MINE)
    assert caught.value.where == f"my-plugin: {place}"
    assert (MINE in caught.value.message, f"`{place}`" in caught.value.message) == (True, True)
    assert (config.sections(), ownership.count(MINE), len(config.describe())) == ([], 0, 1)
    config.register_section(SCHEMA, plugin=MINE)


async def test_pattern_cannot_stop_the_hub(config: ConfigManager) -> None:
    """A pattern that takes other engines years takes no time."""
    config.register_section(_only(type="string", pattern="^(a+)+$"), plugin=MINE)
    start = time.perf_counter()
    with pytest.raises(ConfigError):
        await config.change("my-plugin.x", "a" * 10_000 + "!", CTX)
    assert time.perf_counter() - start < 2


async def test_section_that_would_hide_another_is_refused(config: ConfigManager) -> None:
    """Neither the hub's sections nor another's variables can be taken, nor one's own twice."""
    config.register_section(_only(type="string"), plugin=MINE)
    config.declare([Setting("a.b", str, "", "Taken.")])
    with pytest.raises(ConflictError, match="hub's own"):
        config.register_section(_only(type="string"), plugin=PluginId("server"))
    with pytest.raises(ConflictError, match="same variable"):
        config.declare([Setting("a-b", str, "", "Hidden.")])
    with pytest.raises(ConflictError, match="already"):
        config.register_section(SCHEMA, plugin=MINE)


async def test_values_come_back_with_the_plugin(
    config: ConfigManager, ownership: Ownership, caplog: pytest.LogCaptureFixture
) -> None:
    """Disabled, the section is gone; enabled, its values count again, refused ones do later."""
    config.register_section(SCHEMA, plugin=MINE)
    await config.change("my-plugin.greeting", "Servus", CTX)
    ownership.drop(MINE)
    assert (config.sections(), config.get("my-plugin.greeting", "gone")) == ([], "gone")
    config.register_section(
        {"properties": {"greeting": {"type": "string", "maxLength": 3, "default": "Hi"}}},
        plugin=MINE,
    )
    assert (config.get("my-plugin.greeting"), config.source("my-plugin.greeting")) == (
        "Hi",
        "default",
    )
    assert "is not used" in caplog.text
    ownership.drop(MINE)
    config.register_section(SCHEMA, plugin=MINE)
    assert config.get("my-plugin.greeting") == "Servus"


async def test_forgetting_deletes_what_is_stored(
    config: ConfigManager, ownership: Ownership, audit: MemoryAudit
) -> None:
    """A plugin's stored values can be deleted when it is disabled, and never the core's."""
    config.register_section(SCHEMA, plugin=MINE)
    await config.change("my-plugin.greeting", "Servus", CTX)
    await config.change("server.port", 9000, CTX)
    with pytest.raises(ConflictError, match="still uses"):
        await config.forget(MINE, CTX)
    ownership.drop(MINE)
    assert [await config.forget(PluginId(one), CTX) for one in (MINE, "server")] == [1, 0]
    config.register_section(SCHEMA, plugin=MINE)
    assert (config.get("my-plugin.greeting"), config.get("server.port")) == ("Hello", 9000)
    assert audit.entries[-1].action == "config.forget"


async def test_writing_what_is_not_its_own_is_flagged(
    config: ConfigManager, audit: MemoryAudit, caplog: pytest.LogCaptureFixture
) -> None:
    """A plugin's write to a core key is flagged, with old and new; to its own key it is not."""
    config.register_section(SCHEMA, plugin=MINE)
    token = owner.set(MINE)
    try:
        await config.set("server.port", 9001)
        await config.set("my-plugin.times", 2)
    finally:
        owner.reset(token)
    await config.change("server.port", 9002, CTX)
    details = [entry.details for entry in audit.entries]
    flags = [one.get("flagged") for one in details]
    assert flags == ["A plugin changed a setting that is the hub's own.", None, None]
    assert (details[0]["old"], details[0]["new"]) == (8000, 9001)
    assert audit.entries[0].ctx.actor == Actor("plugin", MINE, MINE)
    assert "the plugin my-plugin changed the setting server.port" in caplog.text


async def test_change_that_cannot_act_is_not_kept(config: ConfigManager) -> None:
    """What makes a setting act is asked first; what it refuses is not stored."""
    acted: list[int] = []

    async def act(port: int) -> None:
        if port == 1:
            raise ConfigError("That port is taken.", where="server.port")
        acted.append(port)

    undo = config.act_with("server.port", act)
    with pytest.raises(ConfigError, match="taken"):
        await config.change("server.port", 1, CTX)
    assert config.get("server.port") == 8000
    for port in (9000, 9000):
        await config.change("server.port", port, CTX)
    await config.revert("server.port", CTX)
    undo()
    await config.change("server.port", 1, CTX)
    assert (acted, config.get("server.port")) == ([9000, 8000], 1)
