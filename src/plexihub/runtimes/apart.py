"""Run one of the hub's own modules in a process of its own, for work that must not hold the hub up.

It reads what strangers wrote: its time, memory and answer are bounded, it writes no file, and
however it ends, the hub goes on.
"""

from __future__ import annotations

import asyncio
import os
import resource
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from plexihub.runtimes._spawn import Child, limit, spawn
from plexihub_sdk.errors import PluginError, PluginTimeoutError

_MOST_ANSWER = 8 * 1024 * 1024
_MOST_MEMORY = 2 * 1024 * 1024 * 1024
_MOST_FILES = 64
_PART = 256 * 1024
_END_SECONDS = 5.0


async def run_apart(module: str, arguments: Sequence[str], seconds: float) -> bytes:
    """Run a module to its end, and answer what it wrote.

    Args:
        module: Of the hub's own, such as `plexihub.marketplace.scan`.
        arguments: Of its command line.
        seconds: After which it is killed.

    Raises:
        PluginTimeoutError: It was killed, since it was not done.
        PluginError: It failed, or wrote too much.
    """
    # Not on the loop: starting a process takes milliseconds, and its end is waited for.
    child = await asyncio.to_thread(_start, module, arguments)
    try:
        answer = await asyncio.to_thread(_read, child, seconds)
    finally:
        child.kill()
        status = await asyncio.shield(asyncio.to_thread(_end, child))
    if answer is None:
        raise PluginTimeoutError(f"{module} was not done within {seconds:g} seconds.")
    if status != 0 or len(answer) > _MOST_ANSWER:
        raise PluginError(f"{module} failed (status {status}).")
    return answer


def _start(module: str, arguments: Sequence[str]) -> Child:
    command = [sys.executable, "-I", "-B", "-X", "utf8", "-m", module, *arguments]
    child = spawn(command, env={}, cwd=Path("/"))
    limit(
        child,
        {
            resource.RLIMIT_AS: _MOST_MEMORY,
            resource.RLIMIT_NOFILE: _MOST_FILES,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
        },
    )
    return child


def _read(child: Child, seconds: float) -> bytes | None:
    """Read until it closes its end; None where the time is over."""
    end, parts, size = time.monotonic() + seconds, list[bytes](), 0
    while size <= _MOST_ANSWER:
        left = end - time.monotonic()
        if left <= 0 or not select.select([child.pipe], [], [], left)[0]:
            return None
        part = child.pipe.recv(_PART)
        if not part:
            _wait(child)
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _wait(child: Child) -> None:
    """Let it end by itself, so that its status says how it went."""
    select.select([child.ended], [], [], _END_SECONDS)


def _end(child: Child) -> int:
    child.pipe.close()
    os.set_blocking(child.stderr, False)
    return child.reap()
