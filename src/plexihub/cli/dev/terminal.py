"""What the author reads in the terminal while a plugin is being written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from plexihub.cli.dev.frame import Frame
from plexihub.cli.output import harmless, say

_LEVELS = {"error": "red", "warning": "yellow", "debug": "dim"}


def show_saved(plugin: Mapping[str, Any], took_ms: float, changed: Iterable[str]) -> None:
    """Say that what was saved runs."""
    names = ", ".join(sorted(changed))
    after = f" after {harmless(names)}" if names else ""
    say(f"[green]●[/green] {plugin['id']} {harmless(plugin['version'])} runs{after} "
        f"[dim]{took_ms:.0f} ms[/dim]")  # fmt: skip


def show_problem(error: Mapping[str, Any], frame: Frame | None, *, goes_on: bool) -> None:
    """Say what is wrong, with the lines of the author's file."""
    message = str(error.get("message") or "Something went wrong.")
    where = frame.where if frame else str(error.get("where") or "")
    place = f" [dim]({harmless(where)})[/dim]" if where and where not in message else ""
    say(f"[bold red]●[/bold red] {harmless(message)}{place}")
    for line in frame.lines if frame else ():
        style = "bold" if line.startswith(">") else "dim"
        say(f"    [{style}]{harmless(line)}[/{style}]")
    if error.get("next"):
        say(f"  [dim]→[/dim] {harmless(error['next'])}")
    if goes_on:
        say("  [dim]What was saved before goes on until this is mended.[/dim]")


def show_line(line: Mapping[str, Any]) -> None:
    """Print one line of the plugin's log."""
    style = _LEVELS.get(str(line["level"]), "")
    text = harmless(line["text"])
    when = str(line["at"])[11:19]
    say(f"[dim]{when}[/dim] {f'[{style}]{text}[/{style}]' if style else text}")


def show_granted(plugin: Mapping[str, Any], *, is_own: bool) -> None:
    """Say what the plugin was given, and that a real hub would ask somebody."""
    granted = ", ".join(plugin["permissions"]["granted"]) or "nothing"
    if plugin["tier"] == "trusted":
        say("  [dim]Trusted: it may do whatever the hub may. Another hub asks for consent.[/dim]")
    else:
        more = " Another hub asks an administrator." if is_own else ""
        say(f"  [dim]Granted all that plugin.json asks for: {granted}.{more}[/dim]")
    for name in plugin["permissions"]["pending"]:
        say(f"  [yellow]{harmless(name)} waits for an administrator's approval.[/yellow]")


def show_used(used: Mapping[str, Any]) -> None:
    """Print the permissions that were used beside those that plugin.json asks for."""
    say("[bold]Permissions used, of those that plugin.json asks for[/bold]")
    if not used["items"]:
        return say("  [dim]It asks for nothing, and used nothing.[/dim]")
    for one in used["items"]:
        say(f"  {_mark(one)} {one['name']:<18} {_use(one)}")
    return None


def _mark(one: Mapping[str, Any]) -> str:
    if not one["asked"]:
        return "[red]✗[/red]"
    return "[green]✓[/green]" if one["allowed"] or one["implied"] else "[yellow]·[/yellow]"


def _use(one: Mapping[str, Any]) -> str:
    times = f"used {one['allowed']} times" if one["allowed"] else "not used so far"
    if one["implied"] and not one["allowed"]:
        times = "needed by what plugin.json offers"
    seen = [value for field in one["values"].values() for value in field]
    beyond = [value for field in one["beyond"].values() for value in field]
    told = [times, ", ".join(map(harmless, seen))]
    told.append(f"beyond its scope: {', '.join(map(harmless, beyond))}" if beyond else "")
    if not one["asked"]:
        told = [f"refused {one['refused']} times: not in plugin.json"]
    return f"[dim]{'; '.join(filter(None, told))}[/dim]"


def show_limits(usage: Mapping[str, Any], limits: Mapping[str, Any], last_ms: float | None) -> None:
    """Print what the plugin used, of what it may use."""
    points = usage["points"]
    now = points[-1] if points else {}
    by_name = {one["name"]: one for one in limits["items"]}
    rows = (
        ("time of a call", last_ms and last_ms / 1000, "call_seconds", "s"),
        ("memory", now.get("memory_mb"), "memory_mb", "MB"),
        ("processor", now.get("cpu_percent"), "cpu_percent", "% of a core"),
        ("network", now.get("requests"), "requests_per_minute", "requests a minute"),
    )
    say("[bold]Limits[/bold]")
    for title, value, name, unit in rows:
        if (limit := by_name.get(name)) is not None:
            used = "-" if value is None else f"{value:.3g}"
            reached = f", reached {limit['reached']} times" if limit["reached"] else ""
            say(f"  {title:<16} [dim]{used} of {limit['value']:g} {unit}{reached}[/dim]")
