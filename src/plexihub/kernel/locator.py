"""The central service locator: `get("events")` answers the one live object that the core uses."""

from __future__ import annotations

import difflib
from typing import Any

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import ConflictError, NotFoundError
from plexihub_sdk.ids import PluginId


class ServiceLocator:
    """Live services by name; a plugin's own are taken back when it is disabled."""

    def __init__(self, ownership: Ownership) -> None:
        self._services: dict[str, Any] = {}
        #: Whose each name is; a plugin's stays here after it is gone, for who asks for it.
        self._owners: dict[str, PluginId | None] = {}
        self._ownership = ownership

    def register(self, name: str, service: Any) -> Undo:
        """Offer a service.

        Returns:
            An undo that takes it away.

        Raises:
            ConflictError: The name is taken; nobody replaces a service behind another's back.
        """
        if name in self._services:
            raise ConflictError(
                f"There is a service named {name!r} already; it is {self._whose(name)}.",
                where=name,
                next="Choose another name.",
            )
        self._services[name] = service
        self._owners[name] = owner.get()
        return self._ownership.note(lambda: self._forget(name, service))

    def _whose(self, name: str) -> str:
        plugin = self._owners.get(name)
        return f"that of the plugin {plugin}" if plugin else "the hub's own"

    def _forget(self, name: str, service: Any) -> None:
        if self._services.get(name) is service:
            del self._services[name]

    def get(self, name: str) -> Any:
        """Answer the live service.

        Raises:
            NotFoundError: No service has this name; the message lists those there are.
        """
        try:
            return self._services[name]
        except KeyError:
            if plugin := self._owners.get(name):
                raise NotFoundError(
                    f"The service {name!r} is not there: {plugin}, which provides it, is off.",
                    where="get_service",
                    next=f"Enable it: plexihub plugin enable {plugin}",
                ) from None
            raise NotFoundError(
                f"No service is named {name!r}.{_hint(name, self.names())}",
                where="get_service",
                next=f"Services: {', '.join(self.names()) or 'none'}.",
            ) from None

    def has(self, name: str) -> bool:
        """Tell whether there is a service of this name now."""
        return name in self._services

    def owner_of(self, name: str) -> PluginId | None:
        """Tell which plugin offers a service; None where it is the hub's own."""
        return self._owners.get(name)

    def names(self) -> list[str]:
        """List the names in alphabetical order."""
        return sorted(self._services)


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" There are: {', '.join(known) or 'none'}."
