"""Namespaces: what the guest shares with no other process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plexihub.runtimes.process.confine.libc import join, set_host_name, unshare
from plexihub.runtimes.process.confine.plan import Plan

#: Layer to the flags that `unshare` takes; the mount namespace comes with the root that it holds.
_FLAGS = {
    "user": 0x10000000,
    "pid": 0x20000000,
    "network": 0x40000000,
    "ipc": 0x08000000,
    "uts": 0x04000000,
    "cgroup": 0x02000000,
    "root": 0x00020000,
}
#: What a guest is called in its own name space: the hub's name tells nothing, but is nobody's.
_NO_NAME = "guest"


def leave(plan: Plan) -> None:
    """Leave the namespaces of the host that the plan names; that of processes begins with a fork.

    Raises:
        OSError: The kernel refused, or knows no such namespace.
    """
    flags = 0
    for layer, flag in _FLAGS.items():
        if layer in plan:
            flags |= flag
    if flags:
        unshare(flags)


@contextmanager
def first_process() -> Iterator[bool]:
    """Make the next child the first of a new process namespace, where the kernel lets us.

    That takes root's rights; without them the answer is no, and the child has to fork again in a
    user namespace of its own. At the end of the block children are ordinary again.

    Raises:
        OSError: The kernel does not let us come back; then no other child can be born, either.
    """
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            unshare(_FLAGS["pid"])
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            join(own, _FLAGS["pid"])
    finally:
        os.close(own)


def map_user(pid: int, *, inside: int, outside_user: int, outside_group: int) -> None:
    """Say who a process in a new user namespace is; written by its parent.

    Args:
        pid: The process.
        inside: Its user and group number as it sees them.
        outside_user: Its user number on the host.
        outside_group: Its group number on the host.

    Raises:
        OSError: The kernel refused.
    """
    folder = Path(f"/proc/{pid}")
    if os.geteuid() != 0:
        # Without this nobody but root may map a group; it also keeps groups from being dropped.
        (folder / "setgroups").write_text("deny", encoding="ascii")
    (folder / "uid_map").write_text(f"{inside} {outside_user} 1", encoding="ascii")
    (folder / "gid_map").write_text(f"{inside} {outside_group} 1", encoding="ascii")


def forget_name() -> None:
    """Take the host's name away in a namespace of its own.

    Raises:
        OSError: The kernel refused.
    """
    set_host_name(_NO_NAME)
