"""What a trusted plugin is handed: a context with the live services.

    class MyPlugin:
        def __init__(self, context: PluginContext) -> None:
            self.events = context.get_service("events")

The loader takes the one class of the module whose constructor takes a context (named `Plugin`, or
ending in `Plugin`). `close(self)`, plain or `async`, is called on disable; what was registered
through the services is taken back by the hub itself.

A reload makes a new object of the new code. What stands in `context.state` is there again, and what
`save_state(self)` of the old object answers is handed to `restore_state(self, state)` of the new
one; both are optional, and plain or `async`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

__all__ = ("PluginContext",)


class PluginContext(Protocol):
    """The plugin's way to the hub.

    Args:
        plugin_id: Its own id.
        data_dir: A folder of its own to write in.
        log: Where it may write lines for the operator.
        state: Any objects; they live as long as the plugin is enabled, beyond a reload of its code.
    """

    plugin_id: str
    data_dir: Path
    log: logging.Logger
    state: dict[str, Any]

    def get_service(self, name: str) -> Any:
        """Answer the live service: the same object the core uses.

        Raises:
            NotFoundError: No service has this name; the message lists those there are.
        """

    def provide(self, name: str, service: Any) -> None:
        """Offer an object to other trusted plugins, until this one is disabled.

        They get it by `get_service(name)`, or by `get_service("<this plugin's id>/<name>")`.

        Args:
            name: Letters, digits, `-` and `_`.
            service: The very object that they get.

        Raises:
            InputError: The name has other characters.
            ConflictError: The name is the hub's own or another plugin's.
        """

    def when_available(self, name: str, callback: Callable[[Any], Any]) -> None:
        """Call `callback(service)` now, where it is there, and each time it is provided anew.

        An object of a plugin that was reloaded or enabled again is another one: this hands it over.

        Args:
            name: Of another plugin's service.
            callback: A plain function.
        """
