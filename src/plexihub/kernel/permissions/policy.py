"""The policy: pure, total, and no by default.

Yes takes three: the manifest asked, an administrator granted, and the person for whom the plugin
acts has the right. Only the broker asks.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from plexihub.kernel.permissions.model import Decision, Grant
from plexihub_sdk.permissions import PERMISSIONS


def decide(grant: Grant, permission: str, rights: AbstractSet[str]) -> Decision:
    """Decide whether a plugin may use a permission for somebody with these rights."""
    if permission not in PERMISSIONS:
        return Decision(False, "unknown", f"There is no permission {permission!r}.")
    if permission not in grant.asked:
        return Decision(False, "not_asked", f"The manifest does not ask for {permission!r}.")
    if permission not in grant.granted:
        return Decision(False, "not_granted", f"No administrator has granted {permission!r}.")
    if permission not in rights:
        reason = f"The person it acts for has no right to {permission!r}."
        return Decision(False, "not_yours", reason)
    return Decision(True, "allowed", f"{permission!r} was asked for, granted and is theirs.")
