"""Lets a change of `server.port` and `server.host` act, or be refused before it is kept."""

from __future__ import annotations

import asyncio

from plexihub.kernel.config import ConfigManager
from plexihub.services.http.server import Listener, check_port
from plexihub_sdk.errors import ConfigError, StartupError


def act_on_address(config: ConfigManager, listener: Listener) -> None:
    """Move with the port at once; keep a new host for the next start, if it is this machine's.

    Args:
        config: The settings.
        listener: Where the hub listens.
    """

    async def move(port: int) -> None:
        try:
            await listener.move(port)
        except StartupError as error:
            raise _refused(error, "server.port", "Choose another port.") from None

    async def check(host: str) -> None:
        try:
            await asyncio.to_thread(check_port, host, 0)
        except StartupError as error:
            raise _refused(error, "server.host", "Choose an address of this machine.") from None

    config.act_with("server.port", move)
    config.act_with("server.host", check)


def _refused(error: StartupError, key: str, do: str) -> ConfigError:
    return ConfigError(f"{error.message} Nothing was changed.", where=key, next=do)
