"""What plugins do through the event loop: uvloop opens sockets and programs without telling Python.

The methods are replaced on the one loop object for as long as a hub runs on it; a call that is no
plugin's costs one look-up more, beside the opening of a socket.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from plexihub.runtimes.access.hook import responsible
from plexihub.runtimes.access.uses import Use, address
from plexihub.runtimes.access.watch import Watch

_Method = Callable[..., Awaitable[Any]]
_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, int] = WeakKeyDictionary()


def _server(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Use:
    return Use("network", "listen", _where(args, kwargs))


def _connection(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Use:
    return Use("network", "connect", _where(args, kwargs))


def _where(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    given = (*args[1:], *kwargs.values())
    host = kwargs.get("host", args[1] if len(args) > 1 else None)
    port = kwargs.get("port", args[2] if len(args) > 2 else None)  # noqa: PLR2004 - its place
    if port is not None:
        return address((host or "*", port))
    sock = kwargs.get("sock")
    if sock is not None:
        return address(sock.getsockname())
    return address(next((one for one in given if isinstance(one, str | tuple)), "?"))


def _program(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Use:
    del kwargs
    return Use("commands", "run", str(args[1]) if len(args) > 1 else "a program")


def _shell(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Use:
    del args, kwargs
    return Use("commands", "run", "/bin/sh")


_METHODS: dict[str, Callable[[tuple[Any, ...], dict[str, Any]], Use]] = {
    "create_server": _server,
    "create_unix_server": _server,
    "create_datagram_endpoint": _connection,
    "create_connection": _connection,
    "create_unix_connection": _connection,
    "subprocess_exec": _program,
    "subprocess_shell": _shell,
}


def observe(loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    """See what plugins do through this loop from now on.

    Returns:
        An undo; the last hub on the loop gives it its own methods back.
    """
    if not _hubs.get(loop):
        # asyncio's own loop goes through `socket`, where the audit hook sees it already.
        tells = isinstance(loop, asyncio.BaseEventLoop)
        for name, read in _METHODS.items():
            setattr(loop, name, _observed(getattr(loop, name), read, tells=tells))
    _hubs[loop] = _hubs.get(loop, 0) + 1

    def undo() -> None:
        _hubs[loop] -= 1
        if not _hubs[loop]:
            for name in _METHODS:
                delattr(loop, name)

    return undo


def _observed(method: _Method, read: Callable[..., Use], *, tells: bool) -> _Method:
    async def call(*args: Any, **kwargs: Any) -> Any:
        watches = responsible(sys._getframe(1))  # noqa: SLF001 - whose code it is
        if watches and not tells:
            for watch in watches:
                watch.judge(read(args, kwargs))
        made = await method(*args, **kwargs)
        for watch in watches:
            _keep(watch, made)
        return made

    return call


def _keep(watch: Watch, made: Any) -> None:
    first = made[0] if isinstance(made, tuple) else made
    if isinstance(first, asyncio.SubprocessTransport):
        watch.held.program(first)
    else:
        watch.held.looped(first)
