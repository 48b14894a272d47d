"""What a plugin written as for the trusted tier is handed in the sandbox.

    class MyPlugin:
        def __init__(self, context):
            context.get_service("events").on("message.creating", self.check)

The same class runs in both tiers, as long as it uses no more than is here.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable
from typing import Any

from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.events import SANDBOX_EVENTS, is_emitted, is_own
from plexihub_sdk.guest.api import Plugin
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import SANDBOX_HOOKS

_INSTEAD = {
    "api": "a sandboxed plugin has no routes of its own by this service",
    "database": "use plugin.api.query",
    "network": "use plugin.api.fetch",
    "ui": "use plugin.api.render_widget",
}
#: Of the first design's hooks also the catalogue's name, with the catalogue's payload.
_BY_CATALOGUE = {
    **{hook.name: spelled for spelled, hook in SANDBOX_HOOKS.items()},
    **{event.name: spelled for spelled, event in SANDBOX_EVENTS.items()},
}

Callback = Callable[[Any], Any]


class SandboxContext:
    """The context of a plugin's constructor.

    Args:
        plugin: What hooks are handed as well.
    """

    def __init__(self, plugin: Plugin) -> None:
        self.plugin_id = plugin.id
        self.plugin = plugin
        self.log = logging.getLogger(plugin.id)
        self.state: dict[str, Any] = {}
        self.events = Events(plugin)

    @property
    def data_dir(self) -> Any:
        """Refuse: there are no files.

        Raises:
            NotFoundError: Always.
        """
        raise NotFoundError(
            "A sandboxed plugin has no folder to write in.",
            where="data_dir",
            next="Keep what is to last through plugin.api.",
        )

    def get_service(self, name: str) -> Any:
        """Answer the service `events`, which is the one that there is in the sandbox.

        Raises:
            NotFoundError: It is another one; the message says what to use instead.
        """
        if name in {"events", "hooks"}:
            return self.events
        raise NotFoundError(
            f"A sandboxed plugin has no service {name!r}, only 'events'.",
            where="get_service",
            next=f"{_INSTEAD.get(name, 'See what plugin.api has')}; live services are for"
            " trusted plugins.",
        )


class Events:
    """The service `events`, as far as the sandbox hears and tells.

    Args:
        plugin: Tells events.
    """

    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin
        self.handlers: dict[str, list[Callback]] = {}

    def on(self, name: str, callback: Callback, *, priority: int = 0) -> Callable[[], None]:
        """Call `callback(payload)` on a hook or an event; register while the plugin is loaded.

        Args:
            name: As the catalogue or the sandbox spells it; of events that plugins emit
                `plugin.<id>.<name>`, and of the plugin's own the plain name as well.
            callback: Plain, or a coroutine function.
            priority: Not used: a plugin has one place among the others in the sandbox.

        Returns:
            An undo that takes the callback away.

        Raises:
            InputError: Sandboxed plugins do not hear this.
        """
        del priority
        wire = name if name in {*HEARD, *SANDBOX_HOOKS, *SANDBOX_EVENTS} else None
        wire = wire or _BY_CATALOGUE.get(name) or _of_plugins(name)
        if wire is None:
            raise InputError(f"A sandboxed plugin cannot hear {name!r}.{_hint(name)}", where="on")
        self.handlers.setdefault(wire, []).append(callback)
        return lambda: self.handlers[wire].remove(callback)

    def emit(self, name: str, data: Any = None) -> Any:
        """Tell an event of the plugin's own; heard by others as `plugin.<id>.<name>`."""
        return self._plugin.api.call("events.emit", {"name": name, "data": data})


def _of_plugins(name: str) -> str | None:
    return name if is_emitted(name) or is_own(name) else None


def _hint(name: str) -> str:
    close = difflib.get_close_matches(str(name)[:100], [*HEARD, *_BY_CATALOGUE], n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
