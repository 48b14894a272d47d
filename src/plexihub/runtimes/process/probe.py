"""Which layers hold on this machine: each is put on a throw-away process, which then looks.

Nothing is concluded from versions or settings. A layer that needs another (an ordinary user gets no
namespace without one of users) is tried with it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plexihub.runtimes.process.birth import BirthError, give_birth
from plexihub.runtimes.process.confine import landlock, libc
from plexihub.runtimes.process.confine.plan import FULL, LAYERS, Order

_PR_GET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_GET_NO_NEW_PRIVS = 2, 3, 39
_NAMESPACES = {"user": "user", "network": "net", "ipc": "ipc", "uts": "uts", "cgroup": "cgroup"}
_NEEDS_USER = frozenset({"pid", "network", "ipc", "uts", "cgroup", "root"})
_NEEDS_NO_PRIVILEGES = frozenset({"capabilities", "landlock", "seccomp"})
#: What can be looked at in one process: from the second on there is no /proc to look into.
_BLIND = frozenset({"root", "landlock", "seccomp"})
_TOGETHER = (
    (FULL - _BLIND, FULL - _BLIND),
    (frozenset({"root", "landlock"}), FULL - {"seccomp"}),
    (frozenset({"seccomp"}), FULL),
)
_TRIED_DESCRIPTORS = 40
_VERDICT = 512
_HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class LayerResult:
    """What became of one layer.

    Args:
        name: Of `plan.LAYERS`.
        holds: Whether a process that put it on found itself held.
        reason: Why it does not hold, or what it leaves open all the same; empty for nothing.
    """

    name: str
    holds: bool
    reason: str = ""


def probe(user: int) -> tuple[LayerResult, ...]:
    """Try every layer; to be called in the launcher.

    Three processes do where everything holds; each layer gets one of its own where anything does
    not, for then it matters which, and why.

    Args:
        user: A user number that no guest has.
    """
    if all(_try(names, plan, user) == _HOLDS for names, plan in _TOGETHER):
        return tuple(LayerResult(name, holds=True, reason=_left_open(name)) for name in LAYERS)
    return tuple(_alone(name, user) for name in LAYERS)


def _alone(name: str, user: int) -> LayerResult:
    said = _try(frozenset({name}), _needed(name), user)
    if said == _HOLDS:
        return LayerResult(name, holds=True, reason=_left_open(name))
    return LayerResult(name, holds=False, reason=said.removeprefix(f"{name}: "))


def _needed(name: str) -> frozenset[str]:
    needed = {name}
    if name in _NEEDS_NO_PRIVILEGES:
        needed.add("no_new_privileges")
    if name == "uid" or (name in _NEEDS_USER and os.geteuid() != 0):
        needed.add("user")
    return frozenset(needed)


def _try(names: frozenset[str], plan: frozenset[str], user: int) -> str:
    """Put a plan on a process that looks whether these layers hold; answers what it found."""
    before = {kind: _namespace(kind) for kind in _NAMESPACES.values()}
    order = Order(kind="python", plan=plan, limits={"NOFILE": _TRIED_DESCRIPTORS})
    heard, said = os.pipe()

    def look(_order: Order, _package: bytes) -> None:
        failed = [name for name in names if not _holds(name, before)]
        verdict = f"put on, and does not hold: {', '.join(failed)}" if failed else _HOLDS
        os.write(1, verdict.encode())

    try:
        pid = give_birth(order, (said, said, said), b"", user, look)
    except BirthError as error:
        os.close(said)
        os.close(heard)
        return str(error)
    os.close(said)
    verdict = os.read(heard, _VERDICT).decode("utf-8", "replace")
    os.close(heard)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return verdict if verdict and status == 0 else f"its trial ended with {status}"


def _holds(name: str, before: dict[str, str]) -> bool:
    if (kind := _NAMESPACES.get(name)) is not None:
        return _namespace(kind) != before[kind]
    return _CHECKS[name]()


def _left_open(name: str) -> str:
    return landlock.left_open(libc.landlock_version()) if name == "landlock" else ""


def _namespace(kind: str) -> str:
    return str(Path(f"/proc/self/ns/{kind}").readlink())


def _refused(path: str, flags: int, *errors: int) -> bool:
    try:
        os.close(os.open(path, flags, 0o600))
    except OSError as error:
        return error.errno in errors
    return False


def _has_no_capability() -> bool:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    sets = dict(line.split() for line in status.splitlines() if line.startswith("Cap"))
    # An ordinary user cannot empty the last one; without new privileges nothing comes of it.
    sets.pop("CapBnd:")
    return all(int(each, 16) == 0 for each in sets.values())


def _has_own_user() -> bool:
    inside, outside, count = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return int(outside) not in {0, os.getppid()} and count == "1" and int(inside) == os.getuid()


def _dies_with_parent() -> bool:
    number = ctypes.c_int()
    libc.prctl(_PR_GET_PDEATHSIG, ctypes.addressof(number))
    return number.value != 0


def _sees_nothing() -> bool:
    hidden = not any(Path(path).exists() for path in ("/proc", "/etc", "/dev", "/usr"))
    # The second error is Landlock's, where that is on as well.
    return hidden and _refused("/x", os.O_CREAT | os.O_WRONLY, errno.EROFS, errno.EACCES)


_CHECKS: dict[str, Callable[[], bool]] = {
    "descriptors": lambda: len(os.listdir("/proc/self/fd")) == 4,  # noqa: PTH208, PLR2004 - and the listing
    "environment": lambda: not os.environ,
    "pid": lambda: os.getpid() == 1,
    "root": _sees_nothing,
    "uid": _has_own_user,
    "capabilities": _has_no_capability,
    "no_new_privileges": lambda: libc.prctl(_PR_GET_NO_NEW_PRIVS) == 1,
    "not_dumpable": lambda: libc.prctl(_PR_GET_DUMPABLE) == 0,
    "parent_death": _dies_with_parent,
    "rlimits": lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[0] == _TRIED_DESCRIPTORS,
    "landlock": lambda: _refused("/", os.O_RDONLY, errno.EACCES),
    "seccomp": lambda: _refused("/", os.O_RDONLY, errno.EPERM),
}
