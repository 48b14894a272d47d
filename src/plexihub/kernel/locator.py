"""The central service locator: `get("events")` answers the one live object that the core uses."""

from __future__ import annotations

import difflib
from typing import Any

from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import ConflictError, NotFoundError


class ServiceLocator:
    """Live services by name; a plugin's own are taken back when it is disabled."""

    def __init__(self, ownership: Ownership) -> None:
        self._services: dict[str, Any] = {}
        self._ownership = ownership

    def register(self, name: str, service: Any) -> Undo:
        """Offer a service.

        Returns:
            An undo that takes it away.

        Raises:
            ConflictError: The name is taken; nobody replaces a service behind another's back.
        """
        if name in self._services:
            raise ConflictError(f"There is a service named {name!r} already.", where=name)
        self._services[name] = service
        return self._ownership.note(lambda: self._forget(name, service))

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
            raise NotFoundError(
                f"No service is named {name!r}.{_hint(name, self.names())}",
                where="get_service",
                next=f"Services: {', '.join(self.names()) or 'none'}.",
            ) from None

    def names(self) -> list[str]:
        """List the names in alphabetical order."""
        return sorted(self._services)


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" There are: {', '.join(known) or 'none'}."
