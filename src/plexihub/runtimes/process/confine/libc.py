"""The system calls that Python has no function for, as functions that raise.

Numbers of calls that are younger than 2018 are the same on every architecture.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache

from plexihub.runtimes.process.confine.syscalls import number

_OPEN_TREE = 428
_MOVE_MOUNT = 429
_CLOSE_RANGE = 436
_MOUNT_SETATTR = 442
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446

AT_FDCWD = -100
AT_EMPTY_PATH = 0x1000
AT_RECURSIVE = 0x8000
_OPEN_TREE_CLONE = 1
_OPEN_TREE_CLOEXEC = os.O_CLOEXEC
_MOVE_MOUNT_F_EMPTY_PATH = 4


class MountAttr(ctypes.Structure):
    """`struct mount_attr`."""

    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def syscall(call: int, *arguments: object) -> int:
    """Make a system call by its number.

    Args:
        call: The number on this architecture.
        arguments: Integers, bytes (as addresses) or ctypes values.

    Raises:
        OSError: The kernel refused.
    """
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    answer = _libc().syscall(ctypes.c_long(call), *given)
    return _checked(answer)


def _checked(answer: int) -> int:
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return int(answer)


def unshare(flags: int) -> None:
    """Leave the namespaces that `flags` (`CLONE_NEW…`) names.

    Raises:
        OSError: The kernel refused.
    """
    _checked(_libc().unshare(flags))


def set_host_name(name: str) -> None:
    """Name this host, and the domain that it is in, in the name space of this process.

    Raises:
        OSError: The kernel refused.
    """
    for call in (_libc().sethostname, _libc().setdomainname):
        _checked(call(name.encode(), ctypes.c_size_t(len(name))))


def join(namespace: int, flags: int) -> None:
    """Enter a namespace again, by a descriptor of it.

    Raises:
        OSError: The kernel refused.
    """
    _checked(_libc().setns(namespace, flags))


def prctl(option: int, *arguments: int) -> int:
    """Set or ask a property of this process.

    Raises:
        OSError: The kernel refused.
    """
    padded = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    return _checked(_libc().prctl(ctypes.c_int(option), *padded))


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount a file system, or change a mount.

    Raises:
        OSError: The kernel refused.
    """
    texts = [each.encode() for each in (source, target, kind)]
    _checked(_libc().mount(*texts, ctypes.c_ulong(flags), data.encode()))


def unmount(target: str, flags: int) -> None:
    """Take a mount away.

    Raises:
        OSError: The kernel refused.
    """
    _checked(_libc().umount2(target.encode(), flags))


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root of this mount namespace and put the old one at `old`.

    Raises:
        OSError: The kernel refused.
    """
    syscall(number("pivot_root"), new.encode(), old.encode())


def clone_tree(path: str) -> int:
    """Answer a descriptor of a copy of the mount at `path`, which is mounted nowhere yet.

    Raises:
        OSError: There is nothing, or the kernel refused.
    """
    flags = _OPEN_TREE_CLONE | _OPEN_TREE_CLOEXEC | AT_RECURSIVE
    return syscall(_OPEN_TREE, AT_FDCWD, path.encode(), flags)


def set_mount(tree: int, attributes: int, *, path: str = "", userns: int = 0) -> None:
    """Add attributes (`MOUNT_ATTR_…`) to a mount and all below it.

    Raises:
        OSError: The kernel refused.
    """
    wanted = MountAttr(attr_set=attributes, userns_fd=userns)
    flags = (AT_EMPTY_PATH if not path else 0) | AT_RECURSIVE
    size = ctypes.sizeof(wanted)
    syscall(_MOUNT_SETATTR, tree, path.encode(), flags, ctypes.byref(wanted), size)


def attach(tree: int, target: str) -> None:
    """Mount what `clone_tree` answered.

    Raises:
        OSError: The kernel refused.
    """
    syscall(_MOVE_MOUNT, tree, b"", AT_FDCWD, target.encode(), _MOVE_MOUNT_F_EMPTY_PATH)


def close_range(first: int, last: int) -> None:
    """Close every descriptor from `first` to `last`.

    Raises:
        OSError: The kernel refused.
    """
    syscall(_CLOSE_RANGE, first, last, 0)


def landlock_version() -> int:
    """Answer the version of Landlock's interface.

    Raises:
        OSError: There is no Landlock, or it is switched off.
    """
    return syscall(_LANDLOCK_CREATE_RULESET, 0, 0, 1)


def landlock_ruleset(attributes: ctypes.Structure, size: int) -> int:
    """Answer a descriptor of a new set of rules.

    Raises:
        OSError: The kernel refused.
    """
    return syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), size, 0)


def landlock_rule(ruleset: int, rule: ctypes.Structure) -> None:
    """Allow something beneath a folder or file.

    Raises:
        OSError: The kernel refused.
    """
    syscall(_LANDLOCK_ADD_RULE, ruleset, 1, ctypes.byref(rule), 0)


def landlock_restrict(ruleset: int) -> None:
    """Put the rules in force for this process.

    Raises:
        OSError: The kernel refused.
    """
    syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)


def load_filter(program: bytes) -> None:
    """Put a filter of system calls in force for this process.

    Args:
        program: Instructions of eight bytes each, as `bpf.assemble` answers them.

    Raises:
        OSError: The kernel refused it.
    """

    class _Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))

    wanted = _Program(len(program) // 8, program)
    syscall(number("seccomp"), 1, 0, ctypes.byref(wanted))


def execute(program: int, argv: list[str], env: dict[str, str]) -> None:
    """Become the program behind a descriptor; does not return.

    Raises:
        OSError: It cannot be run.
    """
    arguments = (ctypes.c_char_p * (len(argv) + 1))(*[each.encode() for each in argv], None)
    pairs = [f"{name}={value}".encode() for name, value in env.items()]
    environment = (ctypes.c_char_p * (len(pairs) + 1))(*pairs, None)
    syscall(number("execveat"), program, b"", arguments, environment, AT_EMPTY_PATH)
