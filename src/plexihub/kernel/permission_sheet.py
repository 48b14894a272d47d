"""How each permission of an installed plugin stands, for who decides about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub.kernel.permissions import Grant, Use, difference
from plexihub.kernel.permissions.asking import by_risk, shown_permission
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import StoredPlugin
from plexihub_sdk.scopes import WHOLE, is_within, words


def permission_sheet(record: PluginRecord, uses: Mapping[str, Use]) -> list[dict[str, Any]]:
    """List what a plugin asks for, the riskiest first: what each means, and how it stands.

    Args:
        record: The plugin.
        uses: What it did with its permissions.
    """
    names = sorted(record.stored.manifest.permissions, key=by_risk)
    return [_row(record, name, uses.get(name, Use())) for name in names]


def permission_changes(stored: StoredPlugin) -> list[dict[str, Any]]:
    """Tell how what a plugin asks for differs from what the version before was granted."""
    before = stored.previous
    if before is None or stored.tier != "sandboxed":
        return []
    had = Grant.of(
        before.manifest.permissions, before.granted, before.manifest.scopes, before.scopes
    )
    wanted = Grant.of(stored.manifest.permissions, (), stored.manifest.scopes)
    return [one.describe() for one in difference(had, wanted) if one.kind != "same"]


def is_wider(stored: StoredPlugin, permission: str) -> bool:
    """Whether a plugin asks for more of a permission than it was granted."""
    if permission not in stored.granted:
        return False
    asked = stored.manifest.scopes.get(permission, WHOLE)
    return not is_within(permission, asked, stored.scopes.get(permission, WHOLE))


def _row(record: PluginRecord, name: str, use: Use) -> dict[str, Any]:
    stored = record.stored
    is_granted, request = name in stored.granted, stored.requests.get(name)
    decision = stored.decisions.get(name)
    return {
        **shown_permission(name, stored.manifest),
        "state": "granted" if is_granted else "pending" if request else "refused",
        "digest": stored.digest,
        "wider": is_wider(stored, name),
        "asked_words": words(name, stored.manifest.scopes.get(name, WHOLE)),
        "granted_words": words(name, record.grant.scope(name)) if is_granted else "",
        "requested_by": request.by if request else None,
        "requested_by_name": request.name if request else None,
        "requested_at": request.at if request else None,
        "reason": request.reason if request else "",
        "refused_times": sum(use.refused.values()),
        "used_times": use.allowed,
        "last_refused": use.last_refused or None,
        "last_used": use.last_used or None,
        "decided_by": decision.by if decision else None,
        "decided_by_name": decision.name if decision else None,
        "decided_at": decision.at if decision else None,
        "decided": None if decision is None else "granted" if decision.granted else "refused",
    }
