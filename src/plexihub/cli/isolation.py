"""What whoever installs a sandboxed plugin is told of the sandbox that it will run in."""

from __future__ import annotations

from typing import Any

from plexihub.cli.output import harmless, note


def isolation_words(plugin: dict[str, Any]) -> str:
    """Say how well this machine holds a sandboxed plugin; empty for a trusted one."""
    found = plugin.get("isolation")
    return f"isolation level {found['level']}. {found['says']}" if found else ""


def show_isolation(plugin: dict[str, Any]) -> None:
    """Tell, before anything is decided, what a sandboxed plugin could do on this machine."""
    found = plugin.get("isolation")
    if not found or not found["losses"]:
        return
    note(f"This machine holds sandboxed plugins at the isolation level {found['level']}:")
    for loss in found["losses"]:
        note(f"  [yellow]-[/yellow] {harmless(loss['says'])}")
    note("[dim]→[/dim] What can be done: plexihub doctor")
