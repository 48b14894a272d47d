"""The hub's settings for a sandboxed plugin: `plugin.api.config`.

Secrets are masked and cannot be set. What holds plugins and attackers, `plugins.…` and
`security.…`, cannot be set from inside the sandbox, whoever approved the permission; nor what
belongs to another plugin.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from plexihub.kernel.config import ConfigManager
from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub_sdk.errors import ConfigError, PermissionDenied
from plexihub_sdk.permissions import SYSTEM_CONFIG

_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_HELD = ("plugins", "security")
_SHOWN = ("key", "value", "default", "type", "secret", "title", "doc", "acts")


class Get(msgspec.Struct, forbid_unknown_fields=True):
    """Which setting."""

    key: _Key


class List(msgspec.Struct, forbid_unknown_fields=True):
    """Every setting that it may see."""


class Set(msgspec.Struct, forbid_unknown_fields=True):
    """A setting and its new value."""

    key: _Key
    value: str | bool | int | float | list[str]


def config_methods(config: ConfigManager) -> Iterator[Method]:
    """Make the methods for settings.

    Args:
        config: What they work with.
    """

    def may_see(ctx: CallContext, key: str) -> bool:
        return config.setting(key).owner in {"core", ctx.actor.id}

    async def get(ctx: CallContext, asked: Get) -> Any:
        if not may_see(ctx, asked.key):
            raise ConfigError(f"No setting is named {asked.key!r}.", where=asked.key)
        return config.row(asked.key)["value"]

    async def list_(ctx: CallContext, _asked: List) -> list[dict[str, Any]]:
        rows = [row for row in config.describe() if may_see(ctx, row["key"])]
        return [{name: row[name] for name in _SHOWN} for row in rows]

    async def set_(ctx: CallContext, asked: Set) -> Any:
        await get(ctx, Get(asked.key))
        if config.setting(asked.key).secret or asked.key.partition(".")[0] in _HELD:
            raise PermissionDenied(
                SYSTEM_CONFIG,
                f"`{asked.key}` is not for plugins to set.",
                where=asked.key,
                next="An administrator sets it on the page of the settings.",
            )
        return await config.change(asked.key, asked.value, ctx)

    yield Method("config.get", SYSTEM_CONFIG, Get, get, "Read a setting; a secret is masked.")
    yield Method("config.list", SYSTEM_CONFIG, List, list_, "List the settings.")
    yield Method("config.set", SYSTEM_CONFIG, Set, set_, "Change a setting.")
