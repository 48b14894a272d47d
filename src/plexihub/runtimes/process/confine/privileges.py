"""Privileges: what the guest may not do even where a file or a process would let it."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

from plexihub.runtimes.process.confine import libc
from plexihub.runtimes.process.confine.syscalls import number

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_SECUREBITS, _PR_SET_NO_NEW_PRIVS = 28, 38
_PR_CAP_AMBIENT, _CLEAR_ALL = 47, 4
_SIGKILL = 9
#: NOROOT, NO_SETUID_FIXUP, KEEP_CAPS off, NO_CAP_AMBIENT_RAISE: each with its lock.
_SECURE = 0b11101111
_LAST_CAPABILITY = 63
#: How much guests stand back: where the hub wants all, they get a third of what it gets.
_NICE = 5
_VERSION_3 = 0x20080522


def become(inside: int) -> None:
    """Be this user and group, without any other group.

    Raises:
        OSError: The kernel refused.
    """
    with suppress(PermissionError):  # forbidden in a namespace that an ordinary user made
        os.setgroups([])
    os.setresgid(inside, inside, inside)
    os.setresuid(inside, inside, inside)


def drop_capabilities() -> None:
    """Give up every capability, and every way to get one again.

    Raises:
        OSError: The kernel refused.
    """
    with suppress(PermissionError):  # of a process that has none: it could not raise one either
        libc.prctl(_PR_SET_SECUREBITS, _SECURE)
        for capability in range(_LAST_CAPABILITY + 1):
            try:
                libc.prctl(_PR_CAPBSET_DROP, capability)
            except OSError as error:
                if isinstance(error, PermissionError):
                    raise
                break  # the kernel has no more
    with suppress(OSError):  # kernels before 4.3 have none
        libc.prctl(_PR_CAP_AMBIENT, _CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    libc.syscall(number("capset"), ctypes.byref(header), ctypes.byref(nothing))


def refuse_new_privileges() -> None:
    """Let no program that is run give this process a privilege.

    Raises:
        OSError: The kernel refused.
    """
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1)


def hide_memory() -> None:
    """Leave no core file and let no process of the same user look in.

    Raises:
        OSError: The kernel refused.
    """
    libc.prctl(_PR_SET_DUMPABLE, 0)


def die_with_parent() -> None:
    """End when the process that started this one ends; the caller looks whether it has already.

    Raises:
        OSError: The kernel refused.
    """
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def stand_back() -> None:
    """Let the hub go first where both want the processor; a wish, and no wall."""
    with suppress(OSError):
        os.nice(_NICE)
    # Where each session has a share of its own, it is the session that has to.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE), encoding="ascii")
