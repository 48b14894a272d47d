"""Fail a test that leaves something running: a task, a thread, a child process, a descriptor.

What fixtures of a wider scope own was there before the test and stays allowed. Descriptors have a
tolerance, since libraries open some of their own at first use.
"""

import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.launcher import shared_launcher

GRACE = 2.0  # seconds that what was told to stop may take to be gone
#: Of the first event loop, and one for each runtime that a web server ever had.
DESCRIPTOR_TOLERANCE = 6


@dataclass(frozen=True, slots=True)
class Traces:
    """What a test process holds at one moment."""

    threads: frozenset[threading.Thread]
    children: frozenset[int]
    descriptors: dict[int, str]

    def left_since(self, before: "Traces") -> list[str]:
        """Describe what is here now and was not here before."""
        left = [f"thread {thread.name}" for thread in self.threads - before.threads]
        left += [f"child process {pid}: {_command(pid)}" for pid in self.children - before.children]
        fresh = [
            item for item in self.descriptors.items() if item not in before.descriptors.items()
        ]
        if len(self.descriptors) > len(before.descriptors) + DESCRIPTOR_TOLERANCE:
            left += [f"descriptor {number}: {target}" for number, target in fresh]
        return left


def look() -> Traces:
    """Read what this process holds now."""
    threads = {
        thread
        for thread in threading.enumerate()
        # A loop's own executor ends with the loop, which a wider fixture may keep open.
        if not thread.daemon and not thread.name.startswith(("asyncio_", "uvloop_"))
    }
    children = frozenset(_children()) - {shared_launcher().pid}
    return Traces(frozenset(threads), children, _descriptors())


def _children() -> Iterator[int]:
    for task in Path("/proc/self/task").iterdir():
        try:
            text = (task / "children").read_text()
        except OSError:  # the thread ended while we looked
            continue
        yield from map(int, text.split())


def _descriptors() -> dict[int, str]:
    found = {}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 -- Path would open one more
        try:
            found[int(name)] = os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115
        except OSError:  # the descriptor of the listing itself
            continue
    return found


def _command(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return "(gone)"
    return text.replace("\0", " ").strip() or "(ended, but nobody has waited for it)"


def find_leftovers(before: Traces, grace: float = GRACE) -> list[str]:
    """Describe what stays behind after the time that stopping may take."""
    end = time.monotonic() + grace
    while left := look().left_since(before):
        if time.monotonic() > end:
            return left
        gc.collect()
        time.sleep(0.02)
    return []


@pytest.fixture(autouse=True)
def leave_no_trace() -> Iterator[None]:
    """Fail the test when threads, children or descriptors stay behind it."""
    before = look()
    yield
    if left := find_leftovers(before):
        pytest.fail("The test left behind:\n  " + "\n  ".join(left), pytrace=False)


@pytest.fixture(autouse=True)
def leave_no_task(request: pytest.FixtureRequest, leave_no_trace: None) -> None:
    """Let an asynchronous test be checked for tasks from inside its event loop."""
    if "anyio_backend" in request.fixturenames:
        request.getfixturevalue("watch_tasks")


@pytest.fixture
async def watch_tasks(anyio_backend: object) -> AsyncIterator[None]:
    """Fail the test when tasks stay behind it."""
    before = asyncio.all_tasks()
    yield
    fresh = {task for task in asyncio.all_tasks() - before if not _is_ours(task)}
    left = (await asyncio.wait(fresh, timeout=GRACE))[1] if fresh else set()
    for task in left:
        task.cancel()
    if left:
        lines = "\n  ".join(map(repr, left))
        pytest.fail(f"The test left tasks behind:\n  {lines}", pytrace=False)


def _is_ours(task: asyncio.Task[object]) -> bool:
    """Know the task that carries this very check."""
    return "_call_in_runner_task" in repr(task.get_coro())
