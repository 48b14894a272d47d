"""What a trusted plugin can do, on a terminal: the text to agree to, and the access of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table

from plexihub.cli.output import harmless, say, show_table

_STYLES = {"critical": "bold red", "high": "yellow", "medium": "cyan"}
_INDENT = 2
_PLACES = 4


def show_consent(plugin: dict[str, Any]) -> None:
    """Print everything that is agreed to with the typed phrase."""
    asked = plugin["consent"]
    console = Console(highlight=False)
    console.print(f"[bold]{harmless(asked['warning'])}[/bold]")
    console.print("A poor or hostile one can")
    for effect in asked["effects"]:
        console.print(f"  [red]-[/red] {harmless(effect)}")
    if asked["hazard"]:
        console.print(f"\n[bold red]Scripts:[/bold red] {harmless(asked['hazard'])}")
    _print_changes(console, plugin.get("changes"))
    _print_uses(console, asked)
    console.print("\n[bold]With your consent it is granted[/bold]")
    for one in asked["grants"]:
        console.print(f"  {one['name']:<9} {harmless(one['says'])}")
    console.print(f"\n[dim]{asked['digest']}[/dim]", soft_wrap=True)


def _print_changes(console: Console, changes: dict[str, Any] | None) -> None:
    if changes is None:
        return
    console.print(f"\n[bold]Against version {harmless(changes['from'])}, which is installed[/bold]")
    for sign, style, titles in (("+", "red", changes["more"]), ("-", "green", changes["less"])):
        for title in titles:
            console.print(f"  [{style}]{sign}[/{style}] {harmless(title)}")
    if not changes["more"] and not changes["less"]:
        same = "It is the same code." if changes["same_code"] else "It uses the same parts."
        console.print(f"  {same}")


def _print_uses(console: Console, asked: dict[str, Any]) -> None:
    console.print("\n[bold]What it uses[/bold]")
    if asked["anything"]:
        console.print(f"[bold red]{harmless(asked['anything'])}[/bold red]")
        _print_places(console, asked["unclear"])
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for row in asked["uses"]:
        style = _STYLES[row["rating"]]
        where = _places(row["evidence"], row["more"])
        table.add_row(
            f"[{style}]{row['rating'].title()}[/{style}]",
            f"[bold]{harmless(row['title'])}[/bold]  {harmless(row['impact'])}"
            + (f"\n[dim]{where}[/dim]" if where else ""),
        )
    if table.row_count:
        console.print(Padding(table, (0, 0, 0, _INDENT)))
    else:
        console.print("  Nothing of the hub was found in its source.")
    if asked["libraries"]:
        console.print(f"Libraries that were not read: {harmless(', '.join(asked['libraries']))}")
    console.print(f"[dim]{harmless(asked['note'])}[/dim]")


def _places(evidence: Sequence[dict[str, Any]], more: int) -> str:
    shown = [harmless(f"{one['place']} {one['what']}") for one in evidence[:_PLACES]]
    rest = more + max(0, len(evidence) - _PLACES)
    return ", ".join([*shown, f"and {rest} more"] if rest else shown)


def _print_places(console: Console, places: dict[str, Any]) -> None:
    for one in places["evidence"]:
        console.print(f"  [dim]{harmless(one['place'])}[/dim]  {harmless(one['what'])}")
    if places["more"]:
        console.print(f"  [dim]and {places['more']} more[/dim]")


def ask_consent(asked: dict[str, Any]) -> str:
    """Ask for the phrase on the terminal."""
    say()
    return input(f"Type exactly «{asked['phrase']}» to go on: ").strip()


def show_access(found: dict[str, Any]) -> None:
    """Print what a trusted plugin can do, may do and did."""
    console = Console(highlight=False)
    _print_uses(console, found["consent"])
    console.print("\n[bold]System grants[/bold]")
    for one in found["grants"]:
        state = "[green]granted[/green]" if one["granted"] else "[red]taken back[/red]"
        console.print(f"  {one['name']:<9} {state}  [dim]{harmless(one['says'])}[/dim]")
    for title, names in (("Runs now", found["running"]), ("Left when it stopped", found["left"])):
        if names:
            console.print(f"\n[bold]{title}[/bold]\n  {harmless(', '.join(names))}")
    console.print("\n[bold]What it did since the hub started[/bold]")
    rows = [
        (one["times"], one["verb"], one["target"], "" if one["allowed"] else "refused")
        for one in found["did"]
    ]
    show_table(("times", "", "", ""), rows, empty="  Nothing outside of the hub's services.")
