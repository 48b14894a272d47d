"""The launcher: a small process that starts guests for the hub, and tells when they end.

It holds no secret, no database and no listening socket, and runs no plugin code. The hub asks over
one socket pair, a message at a time; descriptors come and go with the messages. When the hub's end
closes, it ends, and every guest with it.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from plexihub.runtimes.process.birth import BirthError, Work, give_birth
from plexihub.runtimes.process.confine import filters
from plexihub.runtimes.process.confine.libc import prctl
from plexihub.runtimes.process.confine.plan import Order
from plexihub.runtimes.process.probe import probe
from plexihub.runtimes.process.wire import MOST_BYTES, MOST_DESCRIPTORS, STATUS

MOST_PACKAGE = 64 * 1024 * 1024
_CONTROL = 0
_PR_SET_CHILD_SUBREAPER = 36
#: Users of guests: far above those that a system gives to people and containers.
_FIRST_USER = 0x7A000000
_USERS = 0x10000


class Launcher:
    """Serves one hub.

    Args:
        control: Where it asks.
        works: For each kind of guest, what it does once it is confined; None: run its program.
    """

    def __init__(self, control: socket.socket, works: Mapping[str, Work | None]) -> None:
        self._control = control
        self._works = works
        self._guests: dict[int, tuple[int, int]] = {}  # number -> status descriptor, user
        self._selector = selectors.DefaultSelector()
        self._next_user = 0

    def serve(self) -> None:
        """Serve until the hub is gone."""
        self._selector.register(self._control, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._control:
                    self._selector.unregister(key.fileobj)
                    os.close(key.fd)
                    self._reap()
                elif not self._answer():
                    return

    def _reap(self) -> None:
        """Take the status of whatever ended and tell the hub."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = ended
                if pid in self._guests:
                    told, _ = self._guests.pop(pid)
                    with suppress(OSError):  # the hub does not listen any more
                        os.write(told, STATUS.pack(os.waitstatus_to_exitcode(status)))
                    os.close(told)

    def _answer(self) -> bool:
        message, descriptors, flags, _ = socket.recv_fds(
            self._control, MOST_BYTES, MOST_DESCRIPTORS
        )
        if not message:
            return False
        given: list[int] = []
        try:
            answer = self._do(_read_question(message, flags), descriptors, given)
        except (BirthError, ValueError, KeyError, OSError) as error:
            answer = {"error": str(error)}
        finally:
            for each in descriptors:
                with suppress(OSError):
                    os.close(each)
        answer["id"] = _number_of(message)
        socket.send_fds(self._control, [json.dumps(answer).encode()], given)
        for each in given:
            os.close(each)
        return True

    def _do(
        self, asked: dict[str, Any], descriptors: list[int], given: list[int]
    ) -> dict[str, Any]:
        if asked["do"] == "probe":
            return {"layers": [list(astuple(each)) for each in probe(self._free_user())]}
        pipe, stderr, status, *package = descriptors
        order = Order.decode(asked["order"])
        work = self._works[order.kind]
        user = self._free_user()
        # A program has the pipe as its output, too; what Python prints past its own is a complaint.
        output = pipe if work is None else stderr
        content = _read(package[0]) if package else b""
        pid = give_birth(order, (pipe, output, stderr), content, user, work)
        pidfd = os.pidfd_open(pid)
        given.append(pidfd)
        self._guests[pid] = (os.dup(status), user)
        self._selector.register(os.dup(pidfd), selectors.EVENT_READ)
        return {"pid": pid}

    def _free_user(self) -> int:
        taken = {user for _, user in self._guests.values()}
        while True:
            self._next_user = (self._next_user + 1) % _USERS
            if (user := _FIRST_USER + self._next_user) not in taken:
                return user


def _read_question(message: bytes, flags: int) -> dict[str, Any]:
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        raise BirthError("the hub asked for too much at once")
    asked: dict[str, Any] = json.loads(message)
    return asked


def _number_of(message: bytes) -> int:
    with suppress(ValueError, KeyError):
        return int(json.loads(message)["id"])
    return 0


def _read(package: int) -> bytes:
    size = os.fstat(package).st_size
    if size > MOST_PACKAGE:
        raise BirthError(f"the package is larger than {MOST_PACKAGE} bytes")
    return os.pread(package, size, 0)


def find_works() -> dict[str, Work | None]:
    """Answer the kinds of guests that the hub starts, with what they need loaded already."""
    works: dict[str, Work | None] = {"deno": None}
    if find_spec("plexihub_sdk.guest") is not None:
        guest = import_module("plexihub_sdk.guest.main")
        guest.warm_up()
        works["python"] = lambda _order, package: guest.run(0, package)
    return works


def main(works: Mapping[str, Work | None] | None = None) -> None:
    """Be the launcher; the control socket is standard input.

    Args:
        works: Kinds of guests; those of the hub by default.
    """
    # A guest is the child of a child that ends at once: this makes it the launcher's own.
    prctl(_PR_SET_CHILD_SUBREAPER, 1)
    works = find_works() if works is None else works
    with suppress(OSError):  # another machine's calls are not known: its probe says so
        for kind in works:
            filters.program(kind, 1)  # made once, for the first process of its name space
    gc.collect()
    gc.freeze()  # what is here now is shared with every guest, as long as nobody writes to it
    Launcher(socket.socket(fileno=_CONTROL), works).serve()
