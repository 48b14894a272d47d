"""`plexihub plugin`: list, show, install, enable, disable, remove."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from plexihub.cli.common import Api, Common, connected, segment
from plexihub.cli.output import harmless, say, show_facts, show_json, show_table
from plexihub.marketplace.approval import WARNING
from plexihub_sdk.errors import InputError
from plexihub_sdk.permissions import PERMISSIONS

app = App(name="plugin", help="Install and run plugins.")
_NO_OPTIONS = Common()


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List the installed plugins."""
    async with connected(common) as api:
        plugins = await api.items("/plugins")
    if common.json:
        return show_json(plugins)
    rows = [
        (
            one["id"],
            one["version"],
            one["tier"],
            one["state"],
            one["health"]["status"],
            one["reason"],
        )
        for one in plugins
    ]
    return show_table(
        ("plugin", "version", "tier", "state", "health", ""),
        rows,
        empty="No plugins are installed.",
    )


@app.command
async def show(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Show one plugin: state, health, permissions, hooks.

    Parameters
    ----------
    plugin
        Its id, such as hello-world.
    """
    async with connected(common) as api:
        _print(await api.call("GET", f"/plugins/{segment(plugin)}"), common)


@app.command
async def install(  # noqa: PLR0913 - each is an option of the command
    source: Path,
    /,
    *,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    yes: Annotated[bool, Parameter(negative="", alias="-y")] = False,
    consent: str | None = None,
    enable: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Install a plugin from a folder or a file.

    Parameters
    ----------
    source
        A folder with a plugin.json, or one .ts, .js or .py file.
    trusted
        Run it inside the hub with full access; needs your typed consent.
    yes
        Grant every permission it asks for without a question.
    consent
        The sentence that the trusted tier asks you to type.
    enable
        Enable it at once.
    """
    tier = "trusted" if trusted else "sandboxed"
    request = {"source": os.path.abspath(source), "tier": tier}  # noqa: ASYNC240,PTH100 - looks at nothing
    async with connected(common) as api:
        plugin = await api.call("POST", "/plugins/describe", json=request)
        grant = _agree(plugin, yes=yes or trusted)
        if trusted and consent is None:
            consent = _ask_consent(plugin)
        asked = {**request, "grant": grant, "consent": consent}
        installed = await api.call("POST", "/plugins", json=asked)
        if enable:
            installed = await api.call("POST", f"/plugins/{installed['id']}/enable")
        if common.json:
            return show_json(installed)
        say(f"Installed {installed['id']} {harmless(installed['version'])} ({installed['tier']}).")
        if not enable:
            return say(f"[dim]→[/dim] Enable it: plexihub plugin enable {installed['id']}")
        say(f"{installed['id']} is {harmless(_state(installed, api))}.")
        return api.note_offline()


@app.command
async def enable(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Enable a plugin.

    Parameters
    ----------
    plugin
        Its id.
    """
    await _change(plugin, "enable", common)


@app.command
async def disable(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Disable a plugin; works while no hub runs, too.

    Parameters
    ----------
    plugin
        Its id.
    """
    await _change(plugin, "disable", common)


@app.command
async def remove(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Remove a plugin; what it stored in the database stays.

    Parameters
    ----------
    plugin
        Its id.
    """
    async with connected(common) as api:
        await api.call("DELETE", f"/plugins/{segment(plugin)}")
        if common.json:
            return show_json({"removed": plugin})
        say(f"Removed {harmless(plugin)}.")
        return api.note_offline()


async def _change(plugin: str, verb: Literal["enable", "disable"], common: Common) -> None:
    async with connected(common) as api:
        changed = await api.call("POST", f"/plugins/{segment(plugin)}/{verb}")
        if common.json:
            return show_json(changed)
        say(f"{changed['id']} is {harmless(_state(changed, api))}.")
        return api.note_offline()


def _state(plugin: dict[str, Any], api: Api) -> str:
    reason = f": {plugin['reason']}" if plugin["reason"] and api.live else ""
    return f"{plugin['state']}{reason}"


def _print(plugin: dict[str, Any], common: Common) -> None:
    if common.json:
        return show_json(plugin)
    health = plugin["health"]
    facts = {
        "plugin": f"{plugin['id']}  {plugin['name']}",
        "version": plugin["version"],
        "author": plugin["author"] or "-",
        "tier": f"{plugin['tier']} ({plugin['runtime']})",
        "state": plugin["state"],
        "reason": plugin["reason"] or "-",
        "health": f"{health['status']}, {health['calls']} calls, {health['failures']} failures, "
        f"{health['restarts']} restarts, {health['deaths']} deaths",
        "last error": health["last_error"] or "-",
        "process": health["pid"] or "-",
        "memory": f"{health['memory_mb']:.1f} MB" if health["memory_mb"] else "-",
        "asks for": ", ".join(plugin["permissions"]["asked"]) or "nothing",
        "may": ", ".join(plugin["permissions"]["granted"]) or "nothing",
        "hooks": ", ".join(plugin["hooks"]) or "-",
        "digest": plugin["digest"] or "-",
    }
    return show_facts(facts)


def _agree(plugin: dict[str, Any], *, yes: bool) -> list[str]:
    asked: list[str] = plugin["permissions"]["asked"]
    if not asked or yes:
        return asked
    _require_terminal(f"{plugin['id']} asks for {', '.join(asked)}.", "Grant them with --yes.")
    say(f"[bold]{harmless(plugin['name'])}[/bold] {harmless(plugin['version'])} asks for:")
    for name in asked:
        say(f"  {name}  [dim]{PERMISSIONS[name].says} ({PERMISSIONS[name].risk} risk)[/dim]")
    answer = input("Grant all of these? [y/N] ").strip().lower()
    if answer not in {"y", "yes"}:
        raise InputError("Nothing was installed.", next="Run it again when you have decided.")
    return asked


def _ask_consent(plugin: dict[str, Any]) -> str:
    wanted = f"I trust {plugin['id']}"
    _require_terminal(
        f"{plugin['id']} is to run as trusted, which needs your typed consent.",
        f'Give it with --consent "{wanted}" once you know what it means.',
    )
    say(WARNING)
    return input(f"Type exactly «{wanted}» to go on: ").strip()


def _require_terminal(problem: str, what_next: str) -> None:
    if not sys.stdin.isatty():
        raise InputError(problem, next=what_next)
