"""Connects to the address that was checked: one look-up, nothing between it and the connection."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore

from plexihub.services.egress.ranges import BY_NAME, kind_of
from plexihub.services.egress.target import Address
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.permissions import NETWORK_FETCH

MOST_ADDRESSES = 8
CONNECT_SECONDS = 10.0
Resolve = Callable[[str, int], Awaitable[list[str]]]
#: Tells whether an administrator opened a host of a private network; takes host and port.
IsOpened = Callable[[str, int], bool]


async def resolve(host: str, port: int) -> list[str]:
    """Look a name up with the system's resolver.

    Raises:
        OSError: It has no address, or nobody answered.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Connector(httpcore.AsyncNetworkBackend):
    """Looks a host up once, refuses what is not of the internet, and connects to what is left.

    Args:
        is_opened: Tells the hosts of private networks that an administrator opened.
        resolve: Answers a name's addresses.
    """

    def __init__(self, is_opened: IsOpened, resolve: Resolve = resolve) -> None:
        self._is_opened = is_opened
        self.resolve = resolve
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the library calls it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a host.

        Raises:
            PermissionDenied: Its addresses are none that a plugin may reach.
            httpcore.ConnectError: It has no address, or none of them answers.
        """
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self.addresses(host, port):
            try:
                return await self._backend.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Answer the addresses of a host that may be connected to.

        Raises:
            PermissionDenied: There are others only.
            httpcore.ConnectError: There are none.
        """
        found = await self._look_up(host, port)
        kinds = {address: kind_of(address) for address in found}
        is_opened = self._is_opened(host, port)
        fit = [one for one, kind in kinds.items() if not kind or (is_opened and _opens(host, kind))]
        if found and not fit:
            kind = next(iter(kinds.values()))
            raise PermissionDenied(
                NETWORK_FETCH,
                f"{host} is no host of the internet: its address is {kind}.",
                where=f"{host}:{port}",
                next="An administrator can open it: setting plugins.network.private.",
            )
        return fit[:MOST_ADDRESSES]

    async def _look_up(self, host: str, port: int) -> list[Address]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            pass
        try:
            texts = await self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be looked up: {error}") from None
        # An address with a zone (fe80::1%eth0) is link-local, whatever its zone.
        return list(dict.fromkeys(ipaddress.ip_address(text.partition("%")[0]) for text in texts))

    async def sleep(self, seconds: float) -> None:
        """Wait, as the library does between its own tries."""
        await asyncio.sleep(seconds)


def _opens(host: str, kind: str) -> bool:
    """Whether opening a host opens this kind of address; a name could point anywhere tomorrow."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return kind in BY_NAME
    return True
