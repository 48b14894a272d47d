"""What an audit event of the interpreter means: which grant it needs, and what it is done to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Grant = Literal["files", "network", "commands"]
LONGEST = 200
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that plugin code is about to do.

    Args:
        grant: The system grant it needs.
        verb: `read`, `write`, `delete`, `connect`, `listen`, `run` and the like.
        target: File, address or program; never the arguments of a program, which may be secret.
        paths: The files it touches, resolved; empty where it touches none.
    """

    grant: Grant
    verb: str
    target: str
    paths: tuple[str, ...] = ()


_Reader = Callable[[tuple[Any, ...]], Use | None]


def _path(value: Any) -> str:
    try:
        text = os.fsdecode(value)
    except (TypeError, ValueError):
        return str(value)
    try:
        return os.path.realpath(text)
    except (OSError, ValueError):
        return text


def _file(verb: str, count: int = 1) -> _Reader:
    def read(args: tuple[Any, ...]) -> Use | None:
        named = [one for one in args[:count] if not isinstance(one, int)]
        if not named:
            return None  # an open descriptor: whoever opened it was asked
        paths = tuple(_path(one) for one in named)
        return Use("files", verb, " → ".join(paths)[:LONGEST], paths)

    return read


def _open(args: tuple[Any, ...]) -> Use | None:
    path, mode, flags = args
    if isinstance(path, int) or path is None:
        return None
    writes = bool(flags & _WRITING) or (isinstance(mode, str) and not {*mode}.isdisjoint("wax+"))
    found = _path(path)
    return Use("files", "write" if writes else "read", found[:LONGEST], (found,))


def _database(args: tuple[Any, ...]) -> Use | None:
    name = os.fsdecode(args[0]) if isinstance(args[0], str | bytes | os.PathLike) else str(args[0])
    if name in {"", ":memory:"}:
        return None
    found = _path(name)
    return Use("files", "write", found[:LONGEST], (found,))


def address(value: Any) -> str:
    """Write a socket's address as people know it."""
    if isinstance(value, tuple) and len(value) >= 2:  # noqa: PLR2004 - host and port
        host = f"[{value[0]}]" if ":" in str(value[0]) else value[0]
        return f"{host}:{value[1]}"[:LONGEST]
    return (os.fsdecode(value) if isinstance(value, bytes) else str(value))[:LONGEST]


def _socket(verb: str) -> _Reader:
    return lambda args: Use("network", verb, address(args[1]))


def _lookup(args: tuple[Any, ...]) -> Use | None:
    host = args[0]
    if host is None:
        return None
    return Use("network", "look up", (os.fsdecode(host) if isinstance(host, bytes) else str(host)))


def _program(index: int = 0) -> _Reader:
    def read(args: tuple[Any, ...]) -> Use:
        value = args[index] if len(args) > index else None
        if not value and len(args) > index + 1:
            value = args[index + 1]
        if isinstance(value, list | tuple):
            value = value[0] if value else ""
        name = os.fsdecode(value) if isinstance(value, str | bytes | os.PathLike) else str(value)
        return Use("commands", "run", name.split(" ")[0][:LONGEST] or "a program")

    return read


def _constant(verb: str, target: str) -> _Reader:
    return lambda _args: Use("commands", verb, target)


#: By the interpreter's own event names (docs.python.org, "Audit events table").
READERS: dict[str, _Reader] = {
    "open": _open,
    "sqlite3.connect": _database,
    "os.listdir": _file("list"),
    "os.scandir": _file("list"),
    "os.remove": _file("delete"),
    "os.rmdir": _file("delete"),
    "os.rename": _file("rename", 2),
    "os.mkdir": _file("write"),
    "os.link": _file("link", 2),
    "os.symlink": _file("link", 2),
    "os.truncate": _file("write"),
    "os.chmod": _file("change"),
    "os.chown": _file("change"),
    "os.utime": _file("change"),
    "os.setxattr": _file("change"),
    "os.chdir": _file("enter"),
    "socket.connect": _socket("connect"),
    "socket.bind": _socket("listen"),
    "socket.sendto": _socket("send"),
    "socket.sendmsg": _socket("send"),
    "socket.getaddrinfo": _lookup,
    "socket.gethostbyname": _lookup,
    "socket.gethostbyaddr": _lookup,
    "subprocess.Popen": _program(),
    "os.system": _constant("run", "/bin/sh"),
    "os.exec": _program(),
    "os.posix_spawn": _program(),
    "os.spawn": _program(1),
    "os.fork": _constant("run", "a copy of the hub"),
    "os.forkpty": _constant("run", "a copy of the hub"),
    "pty.spawn": _program(),
    "os.kill": lambda args: Use("commands", "signal", f"process {args[0]}"),
    "ctypes.dlopen": lambda args: Use("commands", "load", str(args[0] or "libc")[:LONGEST]),
}
