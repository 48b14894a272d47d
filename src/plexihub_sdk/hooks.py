"""The catalogue of hooks: `noun.verbing` may be changed or vetoed before the core acts.

One entry a hook: payload, deadline, and what a failing or late handler means. The sandbox spelling
(`onDashboardLoad`) is how the same hook is named in a sandboxed plugin.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexihub_sdk.catalogue import chat, files, hub, net, pages, people, plugin
from plexihub_sdk.catalogue.kind import DEFAULT_DEADLINE, HookType
from plexihub_sdk.errors import Veto

__all__ = ("DEFAULT_DEADLINE", "HOOKS", "SANDBOX_HOOKS", "HookType", "Veto", "hook_named")

HOOKS: Mapping[str, HookType] = {
    hook.name: hook
    for part in (people, chat, files, pages, hub, net, plugin)
    for hook in part.HOOKS
}

SANDBOX_HOOKS: Mapping[str, HookType] = {
    hook.sandbox_name: hook for hook in HOOKS.values() if hook.sandbox_name is not None
}


def hook_named(name: str) -> HookType | None:
    """Find a hook by either spelling; None when there is none."""
    return HOOKS.get(name) or SANDBOX_HOOKS.get(name)
