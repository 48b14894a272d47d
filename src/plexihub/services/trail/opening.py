"""Puts the trail in its place in a hub; apart, since the command line needs no hub for the rest."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from plexihub.kernel.audit import AuditService
from plexihub.kernel.kernel import Kernel
from plexihub.services.trail.service import Trail


async def open_trail(kernel: Kernel, path: Path, stack: AsyncExitStack) -> Trail:
    """Put the trail in its place, until the stack ends: the service `audit` reads through it.

    Args:
        kernel: Has the log.
        path: Where the index is.
        stack: What closes it.
    """
    trail = Trail(kernel.audit, path)
    stack.push_async_callback(trail.close)
    await trail.start()
    service: AuditService = kernel.services.get("audit")
    service.find_with(trail.read)
    return trail
