"""What stands in the audit of a hub under test, as plain values."""

from __future__ import annotations

from typing import Any

import msgspec

from plexihub.app import Hub
from plexihub.kernel.audit import AuditQuery

MOST_RECORDS = 1000


async def records(hub: Hub, action: str, *, plugin: str = "") -> list[dict[str, Any]]:
    """Answer records, the oldest first.

    Args:
        hub: Whose.
        action: Beginning of the action; empty for every one.
        plugin: What a plugin did, and what was done to it; empty for everybody.
    """
    query = AuditQuery(limit=MOST_RECORDS, action=action, plugin=plugin)
    found = await hub.kernel.audit.read(query)
    return [msgspec.to_builtins(one) for one in reversed(found)]
