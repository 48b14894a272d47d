"""What a trusted plugin is handed: a context with the live services.

    class MyPlugin:
        def __init__(self, context: PluginContext) -> None:
            self.events = context.get_service("events")

The loader takes the one class of the module whose constructor takes a context (named `Plugin`, or
ending in `Plugin`). `close(self)`, plain or `async`, is called on disable; what was registered
through the services is taken back by the hub itself.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

__all__ = ("PluginContext",)


class PluginContext(Protocol):
    """The plugin's way to the hub."""

    plugin_id: str
    data_dir: Path
    log: logging.Logger

    def get_service(self, name: str) -> Any:
        """Answer the live service: the same object the core uses.

        Raises:
            NotFoundError: No service has this name; the message lists those there are.
        """
