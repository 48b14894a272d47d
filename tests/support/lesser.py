"""Machines that hold less than this one, made of it: what a launcher is started by.

Run as a program it refuses system calls to everything after it, as the filter of a container or a
kernel of another age does:  lesser.py ERROR CALL,CALL… PROGRAM ARGUMENT…
Nothing of this is reachable from the hub: its own launcher has no wrapper.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
NAMESPACES = frozenset({"user", "pid", "network", "ipc", "uts", "cgroup", "root", "uid"})


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine.

    Args:
        wrapper: Command that the launcher is started by.
        level: The isolation level that is to be found.
        lost: The layers that do not hold there.
        gone: The walls that nothing holds there.
        without: Layers to leave out, where no wrapper can take them away.
    """

    wrapper: tuple[str, ...]
    level: str
    lost: frozenset[str]
    gone: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


def _refusing(error: str, *calls: str) -> tuple[str, ...]:
    # The path is this file's: a bare interpreter runs it, without the hub's packages.
    return (sys.executable, "-I", "-S", "-B", __file__, error, ",".join(calls))


def _ordinary_user() -> tuple[str, ...]:
    """Be somebody who is not root and has no right."""
    if os.geteuid() != 0:
        return ()
    user = f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"
    return ("setpriv", *user, "--inh-caps=-all", "--bounding-set=-all", "--")


_CONTAINER = "unshare", "mount", "setns", "pivot_root", "open_tree", "mount_setattr", "move_mount"
_LANDLOCK = "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"
_LOST_USER = frozenset({"uid"})
_OWN = frozenset({"identity"})

OLD_CONTAINER = _refusing("ENOSYS", *_CONTAINER, *_LANDLOCK)

MACHINES: Mapping[str, Machine] = {
    "root": Machine((), "full", frozenset()),
    "an ordinary user": Machine(_ordinary_user(), "strong", _LOST_USER, _OWN),
    "a kernel without Landlock": Machine(
        _refusing("ENOSYS", *_LANDLOCK), "partial", frozenset({"landlock"})
    ),
    "a container of an ordinary user": Machine(
        (*_refusing("EPERM", *_CONTAINER), *_ordinary_user()),
        "partial",
        NAMESPACES,
        frozenset({"identity", "names"}),
    ),
    "a kernel without system call filters": Machine(
        _refusing("EINVAL", "seccomp"), "weak", frozenset({"seccomp"}), frozenset({"calls"})
    ),
    "an old kernel in a container": Machine(
        (*OLD_CONTAINER, *_ordinary_user()),
        "weak",
        NAMESPACES | {"landlock"},
        frozenset({"files", "identity", "names"}),
    ),
}


def why_not(machine: Machine, *needed: Path) -> str:
    """Say why a machine cannot be made here; empty where it can.

    Args:
        machine: The machine.
        needed: What its user must be able to read.
    """
    if "setpriv" in machine.wrapper:
        if shutil.which("setpriv") is None:
            return "setpriv is not installed"
        folders = {parent for path in needed for parent in path.resolve().parents}
        if not all(folder.stat().st_mode & stat.S_IXOTH for folder in folders):
            return "this clone can be read by root only"
    if machine.level == "full" and os.geteuid() != 0:
        return "only root can give a guest a user of its own"
    return ""


def main() -> None:
    """Refuse calls, then become the program."""
    sys.path.insert(0, str(ROOT / "src"))
    from plexihub.runtimes.process.confine import bpf, libc, privileges  # noqa: PLC0415
    from plexihub.runtimes.process.confine.syscalls import architecture  # noqa: PLC0415

    known = architecture()
    answer = bpf.refuse(getattr(errno, sys.argv[1]))
    rules = {known.numbers[name]: answer for name in sys.argv[2].split(",")}
    privileges.refuse_new_privileges()
    libc.load_filter(bpf.assemble(known.audit, rules, bpf.ALLOW))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - what was asked for


if __name__ == "__main__":
    main()
