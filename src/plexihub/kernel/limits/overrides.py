"""What an administrator allows single plugins, as texts of one setting: `hello.memory_mb=80`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from plexihub.kernel.config import Setting
from plexihub.kernel.limits.table import LIMITS
from plexihub_sdk.errors import InputError
from plexihub_sdk.ids import PluginId, plugin_id

KEY = "plugins.limits"
Overrides = Mapping[PluginId, Mapping[str, int | float]]
_ENTRY = re.compile(r"(?P<plugin>[\w-]{1,100})\.(?P<limit>\w{1,40})=(?P<value>[0-9.]{1,20})\Z")


def read_overrides(entries: Iterable[str]) -> Overrides:
    """Read the setting's texts.

    Raises:
        InputError: One is none, names no limit, or has a value out of bounds.
    """
    found: dict[PluginId, dict[str, int | float]] = {}
    for entry in entries:
        match = _ENTRY.match(entry)
        if match is None:
            raise InputError(
                f"{entry!r} is no limit of a plugin.",
                where=KEY,
                next="Write it like hello-world.memory_mb=80.",
            )
        limit = LIMITS.get(match["limit"])
        if limit is None:
            raise InputError(
                f"There is no limit {match['limit']!r}.",
                where=KEY,
                next=f"Limits: {', '.join(LIMITS)}.",
            )
        try:
            plugin, value = plugin_id(match["plugin"]), float(match["value"])
        except ValueError as error:
            raise InputError(f"{entry!r}: {error}.", where=KEY) from None
        found.setdefault(plugin, {})[limit.name] = limit.accept(value)
    return found


def write_overrides(overrides: Overrides) -> list[str]:
    """Write them as the setting's texts."""
    return [
        f"{plugin}.{name}={value:g}" if isinstance(value, float) else f"{plugin}.{name}={value}"
        for plugin, values in sorted(overrides.items())
        for name, value in sorted(values.items())
    ]


def _problem(entries: list[str]) -> str:
    try:
        read_overrides(entries)
    except InputError as error:
        return f"{error.message} {error.next}".strip()
    return ""


SETTING = Setting(
    KEY,
    list,
    [],
    "Limits of single sandboxed plugins, each like hello-world.memory_mb=80; they go before the"
    " limits of all.",
    check=_problem,
    title="Limits of single plugins",
)
