"""Puts the layers of a plan on the process that calls, in their order.

A layer that cannot be put on raises: nothing goes on with less than the plan says.
"""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from plexihub.runtimes.process.confine import (
    filters,
    landlock,
    libc,
    namespaces,
    privileges,
    root,
)
from plexihub.runtimes.process.confine.plan import Order, Plan

_THREADS = "NPROC"
_LAST_DESCRIPTOR = 0xFFFFFFFF


class LayerError(Exception):
    """A layer could not be put on.

    Args:
        layer: Its name.
        reason: What the kernel said.
    """

    def __init__(self, layer: str, reason: str) -> None:
        super().__init__(f"{layer}: {reason}")
        self.layer = layer
        self.reason = reason


@contextmanager
def layer(name: str) -> Iterator[None]:
    """Name the layer that fails inside of the block.

    Raises:
        LayerError: It does.
    """
    try:
        yield
    except OSError as error:
        raise LayerError(name, str(error.strerror or error)) from error
    except ValueError as error:  # how Python says that a limit cannot be had
        raise LayerError(name, str(error)) from error


def close_descriptors(order: Order, first: int) -> None:
    """Close everything from descriptor `first` on."""
    if "descriptors" in order.plan:
        with layer("descriptors"):
            libc.close_range(first, _LAST_DESCRIPTOR)


def leave_namespaces(plan: Plan) -> None:
    """Leave the namespaces, all at once."""
    try:
        namespaces.leave(plan)
    except OSError as error:
        reason = str(error.strerror)
        if error.errno == errno.ENOSPC:
            reason = "user namespaces are switched off or used up (user.max_user_namespaces)"
        raise LayerError("user" if "user" in plan else "namespaces", reason) from error


def enter_root(order: Order, trees: Sequence[int]) -> None:
    """Leave the host's files behind."""
    if "root" in order.plan:
        with layer("root"):
            root.enter(order, trees)
    if "uts" in order.plan:
        with layer("uts"):
            namespaces.forget_name()


def change_user(order: Order, user: int) -> None:
    """Be somebody else.

    Args:
        order: With the plan.
        user: Who to be from now on, as this process sees it.
    """
    if "uid" in order.plan:
        with layer("uid"):
            privileges.become(user)


def give_up(order: Order) -> None:
    """Give up every right, and every way to get one again."""
    plan = order.plan
    if "environment" in plan:
        os.environ.clear()
    if "capabilities" in plan:
        with layer("capabilities"):
            privileges.drop_capabilities()
    if "no_new_privileges" in plan:
        with layer("no_new_privileges"):
            privileges.refuse_new_privileges()
    if "not_dumpable" in plan:
        with layer("not_dumpable"):
            privileges.hide_memory()
    if "parent_death" in plan:
        with layer("parent_death"):
            privileges.die_with_parent()


def bound(order: Order) -> None:
    """Bound what it may use."""
    if "rlimits" in order.plan:
        with layer("rlimits"):
            for name, value in order.limits.items():
                if name == _THREADS and "user" not in order.plan:
                    continue  # all of the hub's user would be counted: the hub is the one to suffer
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def restrict_files(order: Order) -> None:
    """Put Landlock on."""
    if "landlock" in order.plan:
        with layer("landlock"):
            landlock.restrict(order.binds, order.scratch)


def restrict_calls(order: Order) -> None:
    """Put the filter of system calls on: the last, since most layers need calls that it refuses."""
    if "seccomp" in order.plan:
        with layer("seccomp"):
            libc.load_filter(filters.program(order.kind, os.getpid()))
