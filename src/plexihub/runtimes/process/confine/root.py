"""An empty root: nothing of the host's files but what was named, read-only.

Copies of the mounts are taken first (they must not depend on what lies where the new root goes),
given their attributes while they are mounted nowhere, and then put into a file system in memory.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from plexihub.runtimes.process.confine import libc
from plexihub.runtimes.process.confine.plan import Bind, Order

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8
_MS_REC_PRIVATE = 0x4000 | (1 << 18)
_MNT_DETACH = 2
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _IDMAP = 1, 2, 4, 8, 0x00100000
#: Folders that every system has; one is where the new root is put together, unseen by the others.
_PLACES = ("/tmp", "/run", "/var", "/usr")  # noqa: S108 - a mount point, no file is written there
_ROOT_SIZE = "size=256k,nr_inodes=512,mode=0755"


def take(binds: Sequence[Bind], userns: int | None = None) -> list[int]:
    """Answer a descriptor of a read-only copy of each mount.

    Args:
        binds: What to copy.
        userns: Descriptor of a user namespace: files of the hub's user then look like the guest's
            own. Takes the rights of root; left out where a file system cannot do it.

    Raises:
        OSError: One is not there, or the kernel refused.
    """
    trees: list[int] = []
    try:
        for bind in binds:
            try:
                trees.append(libc.clone_tree(bind.path))
            except OSError as error:
                raise OSError(error.errno, f"{bind.path}: {error.strerror}") from None
            libc.set_mount(trees[-1], _attributes(bind))
            if userns is not None and not bind.device:
                _give_away(trees[-1], userns)
    except BaseException:
        for tree in trees:
            os.close(tree)
        raise
    return trees


def _attributes(bind: Bind) -> int:
    attributes = _RDONLY | _NOSUID
    if not bind.device:
        attributes |= _NODEV
    if not bind.runs:
        attributes |= _NOEXEC
    return attributes


def _give_away(tree: int, userns: int) -> None:
    try:
        libc.set_mount(tree, _IDMAP, userns=userns)
    except OSError as error:
        # The file system cannot: what others may read is read, the rest is refused when opened.
        if error.errno not in (errno.EINVAL, errno.EPERM, errno.EOPNOTSUPP):
            raise


def enter(order: Order, trees: Sequence[int]) -> None:
    """Make the guest's root, enter it and leave the host's; closes the descriptors.

    Raises:
        OSError: The kernel refused.
    """
    libc.mount("none", "/", "", _MS_REC_PRIVATE)
    place = next(each for each in _PLACES if Path(each).is_dir())
    closed = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    libc.mount("guest", place, "tmpfs", closed, _ROOT_SIZE)
    os.chdir(place)
    for bind, tree in zip(order.binds, trees, strict=True):
        target = "." + bind.path
        _make_target(target, tree)
        libc.attach(tree, target)
        os.close(tree)
    for path, to in order.links:
        link = Path("." + path)
        link.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        link.symlink_to(to)
    if scratch := order.scratch:
        os.makedirs("." + scratch, mode=0o755, exist_ok=True)  # noqa: PTH103 - relative on purpose
        size = f"size={order.scratch_mb}m,nr_inodes=4096,mode=0700"
        libc.mount("scratch", "." + scratch, "tmpfs", closed, size)
    # The same place for new and old: the old root ends up on top and is taken away at once.
    libc.pivot_root(".", ".")
    libc.unmount(".", _MNT_DETACH)
    os.chdir("/")
    _freeze()


def _make_target(target: str, tree: int) -> None:
    path = Path(target)
    if stat.S_ISDIR(os.fstat(tree).st_mode):
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
    else:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.touch(exist_ok=False)


def _freeze() -> None:
    # Without the mounts below it, of which one is to be written to.
    flags = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC | 1 | 32 | 4096  # RDONLY, REMOUNT, BIND
    libc.mount("none", "/", "", flags)
