"""Landlock: a second list of what may be opened, kept by another part of the kernel.

Older kernels know less of it; what one does not know is not asked for.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Sequence

from plexihub.runtimes.process.confine import libc
from plexihub.runtimes.process.confine.plan import Bind

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE = 1 << 14
#: Version of the interface to how many rights on files it knows.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_WITH_TCP, _WITH_SCOPES = 4, 6
_TCP = 0b11  # bind, connect
_SCOPES = 0b11  # abstract sockets, signals
_REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_FILE, _REFER = 16, 32, 128, 256, 1 << 13
#: Of the private file system: files and folders; no device, no socket, nothing to run.
_SCRATCH = (_WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_DIR | _REMOVE_FILE) | (
    _MAKE_DIR | _MAKE_FILE | _REFER | _TRUNCATE
)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("tcp", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


def restrict(binds: Sequence[Bind], scratch: str) -> int:
    """Refuse every file but these, every TCP connection, and signals and sockets of others.

    Answers the version of the interface that the kernel has.

    Args:
        binds: What may be read, and run where it is code.
        scratch: What may be written; empty for nothing.

    Raises:
        OSError: There is no Landlock, or the kernel refused.
    """
    version = libc.landlock_version()
    handled = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    ruleset = _Ruleset(handled, _TCP, _SCOPES)
    size = 24 if version >= _WITH_SCOPES else 16 if version >= _WITH_TCP else 8
    rules = libc.landlock_ruleset(ruleset, size)
    try:
        for bind in binds:
            _allow(rules, bind.path, (_READ_FILE | _READ_DIR | (_EXECUTE * bind.runs)) & handled)
        if scratch:
            _allow(rules, scratch, _SCRATCH & handled)
        libc.landlock_restrict(rules)
    finally:
        os.close(rules)
    return version


def _allow(rules: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= _EXECUTE | _READ_FILE | _WRITE_FILE
        libc.landlock_rule(rules, _Beneath(rights, parent))
    finally:
        os.close(parent)


def left_open(version: int) -> str:
    """Say what a version of Landlock does not cover; empty where it covers all."""
    missing = [
        what
        for what, since in (
            ("truncating files", 3),
            ("TCP", _WITH_TCP),
            ("controls of devices", 5),
            ("signals and abstract sockets", _WITH_SCOPES),
        )
        if version < since
    ]
    return f"version {version} of it does not cover {', '.join(missing)}" if missing else ""
