"""How a guest comes into being: fork, namespaces, fork, layers; then its own code.

Launcher and child talk over a gate, a socket pair that is closed before the guest's first byte. The
guest is the first process of its process namespace. Where the launcher may not make one, its child
does so in a user namespace, and the guest is the child's child; it becomes the launcher's own when
the one between is gone.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NoReturn

from plexihub.runtimes.process.confine import layers, namespaces, privileges, root
from plexihub.runtimes.process.confine.filters import EXEC_DESCRIPTOR
from plexihub.runtimes.process.confine.libc import execute
from plexihub.runtimes.process.confine.plan import Order
from plexihub.runtimes.process.seed import unpack

_GATE = 3
_GATE_SECONDS = 5.0
_MOST_BINDS = 200
_MESSAGE = 4096
_FAILED = 70

Work = Callable[[Order, bytes], None]
"""What a guest does once it is confined; its pipe is descriptor 0. The bytes are its package."""


class BirthError(Exception):
    """A guest could not be started; the text says which layer or step failed."""


def give_birth(
    order: Order, descriptors: Sequence[int], package: bytes, user: int, work: Work | None
) -> int:
    """Start a guest and answer its number.

    Args:
        order: What and how.
        descriptors: What becomes its standard input, output and error.
        package: What `work` is handed; for a program, the files of its scratch file system.
        user: Its user number on the host where it gets one of its own.
        work: What it does; None to become the program of the order.

    Raises:
        BirthError: It did not start; nothing is left of it.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with _beginning(order) as again:
        child = os.fork()
        if child == 0:
            ours.close()
            _be_born(_Seed(order, package, work, again), descriptors, theirs)
    theirs.close()
    with ours:
        ours.settimeout(_GATE_SECONDS)
        return _Midwife(order, user, child, ours, again=again).attend()


@dataclass(frozen=True, slots=True)
class _Seed:
    """What a child takes along: the order, what to do in the end, and whether to fork again."""

    order: Order
    package: bytes
    work: Work | None
    again: bool


@contextmanager
def _beginning(order: Order) -> Iterator[bool]:
    """Answer whether the next child has to fork again to begin a process namespace."""
    if "pid" not in order.plan:
        yield False
        return
    with namespaces.first_process() as is_first:
        yield not is_first


class _Midwife:
    """The launcher's side of one birth."""

    def __init__(
        self, order: Order, user: int, child: int, gate: socket.socket, *, again: bool
    ) -> None:
        self._order = order
        self._user = user
        self._first = self._guest = child
        self._gate = gate
        self._again = again

    def attend(self) -> int:
        """Answer the guest's number once its own code is about to run."""
        try:
            self._hear("apart")
            self._let_in()
            if self._again:
                self._guest = int(self._hear("pid"))
                os.waitpid(self._first, 0)
                self._gate.send(b"go")
            self._hear("ready")
            self._hear_nothing()
        except BaseException as error:
            self._clear()
            if isinstance(error, OSError | ValueError):
                raise BirthError(f"{type(error).__name__}: {error}") from error
            raise
        return self._guest

    def _hear(self, what: str) -> str:
        said = self._gate.recv(_MESSAGE)
        if not said:
            raise BirthError(f"it ended before it was {what}")
        message = json.loads(said)
        if "failed" in message:
            raise BirthError(message["failed"])
        return str(message[what])

    def _hear_nothing(self) -> None:
        # Its end is closed by now, or says why the program could not be run.
        if said := self._gate.recv(_MESSAGE):
            raise BirthError(json.loads(said).get("failed", "it spoke out of turn"))

    def _let_in(self) -> None:
        plan = self._order.plan
        is_root = os.geteuid() == 0
        if "uid" in plan and not is_root:
            raise BirthError("uid: only root can give a guest a user of its own")
        user = self._user
        if "user" in plan:
            own, group = (user, user) if "uid" in plan else (os.geteuid(), os.getegid())
            # The hub's own number inside: so the hub's files can be made to look like the guest's.
            user = os.geteuid()
            namespaces.map_user(self._first, inside=user, outside_user=own, outside_group=group)
        trees = self._copies() if is_root and "root" in plan else []
        try:
            socket.send_fds(self._gate, [json.dumps({"user": user}).encode()], trees)
        finally:
            for tree in trees:
                os.close(tree)

    def _copies(self) -> list[int]:
        """Copy mounts with the host's rights; without these the child does it with its own."""
        plan = self._order.plan
        userns = None
        if "user" in plan and "uid" in plan:
            userns = os.open(f"/proc/{self._first}/ns/user", os.O_RDONLY | os.O_CLOEXEC)
        try:
            return root.take(self._order.binds, userns)
        except PermissionError:
            return []
        finally:
            if userns is not None:
                os.close(userns)

    def _clear(self) -> None:
        for pid in {self._first, self._guest}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _be_born(seed: _Seed, descriptors: Sequence[int], gate: socket.socket) -> NoReturn:
    try:
        gate = _arrange(descriptors, gate)
        try:
            user, trees = _leave(seed, gate)
            if seed.again:
                _fork_again(gate)
            _grow(_confine(seed, trees, user), seed, gate)
        except BaseException as error:  # noqa: BLE001 - told to the launcher; nobody else hears it
            with suppress(OSError):
                _say(gate, failed=f"{error}"[: _MESSAGE // 2] or repr(error))
    finally:
        os._exit(_FAILED)


def _arrange(descriptors: Sequence[int], gate: socket.socket) -> socket.socket:
    """Put the guest's descriptors and the gate where they belong; all are above the first three."""
    for target, source in enumerate((*descriptors, gate.detach())):
        _place(source, target, inheritable=target < _GATE)
    return socket.socket(fileno=_GATE)


def _place(source: int, target: int, *, inheritable: bool) -> int:
    if source == target:
        os.set_inheritable(target, inheritable)
    else:
        os.dup2(source, target, inheritable=inheritable)
    return target


def _say(gate: socket.socket, **what: object) -> None:
    gate.send(json.dumps(what).encode())


def _fork_again(gate: socket.socket) -> None:
    """Go on in a child, once this process has ended and the launcher is its parent."""
    if guest := os.fork():
        _say(gate, pid=guest)
        os._exit(0)
    if not gate.recv(_MESSAGE):
        raise BirthError("the launcher is gone")


def _grow(program: int, seed: _Seed, gate: socket.socket) -> None:
    layers.restrict_calls(seed.order)
    # Said last: where the launcher ended before the parent-death signal was set, this raises.
    _say(gate, ready=True)
    if seed.work is None:
        execute(program, list(seed.order.argv), dict(seed.order.env))
        return
    gate.close()
    seed.work(seed.order, seed.package)
    os._exit(0)


def _leave(seed: _Seed, gate: socket.socket) -> tuple[int, list[int]]:
    """Leave the host's namespaces; answers who to be, and what to see of the host's files."""
    order = seed.order
    os.setsid()
    privileges.stand_back()
    layers.close_descriptors(order, _GATE + 1)
    layers.leave_namespaces(order.plan if seed.again else order.plan - {"pid"})
    _say(gate, apart=True)
    said, trees, _, _ = socket.recv_fds(gate, _MESSAGE, _MOST_BINDS)
    if "root" in order.plan and len(trees) != len(order.binds):
        with layers.layer("root"):
            trees = root.take(order.binds)
    user = int(json.loads(said)["user"])
    if "user" in order.plan:
        # Now, for a user whom the new namespace does not know can make no file in it.
        layers.change_user(order, user)
    return user, trees


def _confine(seed: _Seed, trees: Sequence[int], user: int) -> int:
    """Put the layers on but the last; answers the descriptor of the program, if there is one."""
    order = seed.order
    layers.enter_root(order, trees)
    program = -1
    if order.argv:
        found = os.open(order.argv[0], os.O_PATH | os.O_CLOEXEC)
        program = _place(found, EXEC_DESCRIPTOR, inheritable=False)
    for name in ("SIGPIPE", "SIGXFSZ"):  # Python ignores them, and a program would inherit that
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    if "user" not in order.plan:
        layers.change_user(order, user)
    if seed.work is None and seed.package and order.scratch and "root" in order.plan:
        with suppress(OSError):  # it makes them itself, which takes longer
            unpack(seed.package, order.seeds or order.scratch)
    layers.give_up(order)
    layers.bound(order)
    layers.restrict_files(order)
    return program
