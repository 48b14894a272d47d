"""What validation found, on a terminal: by file, with the line, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from rich.console import Console

from plexihub.cli.output import harmless, note
from plexihub.marketplace.rules.finding import Finding, Report

_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan", "allowed": "dim"}


def show_report(report: Report, console: Console) -> None:
    """Print every finding, and the sum of them."""
    for file, findings in groupby(report.findings, key=lambda one: one.file):
        console.print(f"[bold]{harmless(file or 'The package')}[/bold]")
        for one in findings:
            _show(one, console)
        console.print()
    console.print(_sum(report))


def _show(one: Finding, console: Console) -> None:
    word = "allowed" if one.allowed else one.severity
    place = ":".join(str(part) for part in (one.line, one.column) if part)
    style = _STYLES[word]
    at = f"[dim]{place:>7}[/dim]"
    console.print(
        f"{at}  [{style}]{word:<7}[/{style}]  {harmless(one.message)}  [dim]{one.rule}[/dim]"
    )
    if one.source:
        console.print(f"{'':>9}[dim]|[/dim] {harmless(one.source)}")
    if one.allowed:
        console.print(f"{'':>9}[dim]allowed there: {harmless(one.allowed)}[/dim]")
    elif one.next:
        console.print(f"{'':>9}[dim]→ {harmless(one.next)}[/dim]")


def _sum(report: Report) -> str:
    counts = [
        f"{len(report.of(level))} {level}{'' if len(report.of(level)) == 1 else 's'}"
        for level in ("error", "warning", "note")
        if report.of(level)
    ]
    if report.allowed:
        counts.append(f"{len(report.allowed)} allowed")
    read = f"{report.files} file{'' if report.files == 1 else 's'}, {report.bytes / 1024:.0f} KiB"
    said = ", ".join(counts) or "nothing to remark"
    verdict = "[green]passes[/green]" if report.passes else "[bold red]does not pass[/bold red]"
    name = harmless(report.name)
    return f"{name} {verdict} as {report.profile} ({report.tier}): {said}; {read} read."


def show_remarks(remarks: Sequence[Mapping[str, Any]]) -> None:
    """Print what whoever installs a plugin is to know of it, beside the question."""
    for one in remarks:
        place, message = harmless(one["place"]), harmless(one["message"])
        note(f"[yellow]warning:[/yellow] {place}: {message} [dim]{one['rule']}[/dim]")
        if one["allowed"]:
            note(f"  [dim]its author allows that: {harmless(one['allowed'])}[/dim]")
