"""A sandboxed plugin's own settings: `plugin.api.settings`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from plexihub.kernel.config import ConfigManager
from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub_sdk.ids import PluginId


class GetSettings(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing: a plugin has one section, and reads no other."""


def settings_methods(config: ConfigManager) -> Iterator[Method]:
    """Make the methods for settings.

    Args:
        config: Where they are.
    """

    async def get(ctx: CallContext, _params: GetSettings) -> dict[str, Any]:
        section = config.section(PluginId(ctx.actor.id))
        values: dict[str, Any] = {}
        secrets: list[str] = []
        for setting in section.settings if section is not None else ():
            name, value = setting.key.partition(".")[2], config.get(setting.key)
            if not setting.secret:
                values[name] = value
            elif value:
                secrets.append(name)
        return {"values": values, "secrets": secrets}

    yield Method("settings.get", None, GetSettings, get, "Read the plugin's own settings.")
