"""`plugin` for code that is handed none: helpers, timers, the top level of a sandboxed module.

    from plexihub_sdk.sandbox import plugin

    def current_person():
        return plugin.user_id

Outside of the sandbox there is none: a trusted plugin has its context instead.
"""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import NotFoundError

__all__ = ("plugin",)


class _Current:
    """Stands for the plugin whose code runs in this process."""

    __slots__ = ("_plugin",)

    def __init__(self) -> None:
        self._plugin: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._plugin is None:
            raise NotFoundError(
                "There is no `plugin` here: this code does not run in the sandbox.",
                where="plexihub_sdk.sandbox",
                next="A trusted plugin uses the context that its constructor is handed.",
            )
        return getattr(self._plugin, name)


plugin: Any = _Current()


def become(current: Any) -> None:
    """Let `plugin` be this one; called once, by the guest."""
    plugin._plugin = current  # noqa: SLF001 - this module's own
