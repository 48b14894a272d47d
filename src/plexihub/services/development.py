"""What a hub does only for a plugin's author, on the author's own machine.

It signs the author in by a link that works once, within minutes, from this machine alone; and it
tells the open pages how the last save of each plugin went. No other hub has any of this: the object
is not made there.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plexihub_sdk.errors import BadCredentialsError
from plexihub_sdk.ids import PluginId, UserId

LINK_SECONDS = 300.0
MOST_LINKS = 20
MOST_PLUGINS = 100
TOPIC = "development.changed"


@dataclass(frozen=True, slots=True)
class _Link:
    user: UserId
    until: float


class Development:
    """Signs the author in, and knows how the last saves went.

    Args:
        tell: Tells administrators' pages that a topic changed.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._links: dict[str, _Link] = {}
        self._saves: dict[PluginId, dict[str, Any]] = {}

    def link(self, user: UserId) -> str:
        """Make the secret of a sign-in link; what is kept of it opens nothing."""
        now = time.monotonic()
        self._links = {key: one for key, one in self._links.items() if one.until > now}
        while len(self._links) >= MOST_LINKS:
            del self._links[next(iter(self._links))]
        secret = secrets.token_urlsafe(32)
        self._links[_hashed(secret)] = _Link(user, now + LINK_SECONDS)
        return secret

    def take(self, secret: str, address: str) -> UserId:
        """Use up a sign-in link, and tell whom it signs in.

        Args:
            secret: Of the link.
            address: Where the call comes from.

        Raises:
            BadCredentialsError: It is used up or too old, or comes from another machine.
        """
        # Whoever knows the secret has it once, from wherever: so it is used up in any case.
        found = self._links.pop(_hashed(secret), None)
        if found is None or found.until <= time.monotonic() or not _is_here(address):
            raise BadCredentialsError(
                "This sign-in link was used already, or is too old.",
                next="Press l in the terminal of `plexihub plugin dev` for another one.",
            )
        return found.user

    def report(self, plugin: PluginId, save: dict[str, Any]) -> None:
        """Note how a save went, and let the open pages know."""
        self._saves.pop(plugin, None)
        while len(self._saves) >= MOST_PLUGINS:
            del self._saves[next(iter(self._saves))]
        self._saves[plugin] = {"id": plugin, **save}
        self._tell(TOPIC)

    def saves(self) -> list[dict[str, Any]]:
        """Answer the last save of each plugin."""
        return list(self._saves.values())


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
