"""What a sandboxed package asks for, on a terminal: by risk, against before, and the question."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from plexihub.cli.output import harmless, note, say
from plexihub_sdk.errors import InputError

_STYLES = {"high": "bold red", "medium": "yellow", "low": "green"}
_KINDS = {
    "new": "new",
    "wider": "reaches further than before",
    "narrower": "reaches less far than before",
    "same": "as before",
}
_MOST_UNLOCKED = 4


def agree(plugin: dict[str, Any], *, yes: bool, later: bool) -> dict[str, Any]:
    """Show what a package asks for, and answer what is granted of it.

    Args:
        plugin: As the hub describes the package.
        yes: Whether everything is granted without a question.
        later: Whether what is new is left to an administrator.

    Raises:
        InputError: Somebody has to be asked, and nobody is there; or the answer was no.
    """
    rows = plugin["consent_page"]
    asked: list[str] = plugin["permissions"]["asked"]
    before = plugin["installed"]
    if before:
        _say_upgrade(plugin, before["version"], rows)
    if later:
        return {"grant": None, "later": True}
    kinds = ("new", "wider") if before else tuple(_KINDS)
    fresh = [row for row in rows if row["change"]["kind"] in kinds and row["standing"] is None]
    if not fresh or yes:
        return {"grant": asked}
    names = ", ".join(row["name"] for row in fresh)
    now = " now" if before else ""
    require_terminal(
        f"{plugin['id']}{now} asks for {names}.",
        "Grant them with --yes, or leave them to an administrator with --later.",
    )
    say(f"[bold]{harmless(plugin['name'])}[/bold] {harmless(plugin['version'])}{now} asks for:")
    show_asked(rows, is_upgrade=bool(before))
    return _ask(asked)


def _say_upgrade(plugin: dict[str, Any], before: str, rows: Sequence[dict[str, Any]]) -> None:
    version = harmless(plugin["version"])
    note(f"{plugin['id']} {harmless(before)} is installed; this is {version}.")
    gone = [row["name"] for row in rows if row["change"]["kind"] == "gone"]
    if gone:
        note(f"It no longer asks for {', '.join(gone)}.")


def _ask(asked: list[str]) -> dict[str, Any]:
    question = "Grant all of these? [y]es, [l]eave them to an administrator, [N]o: "
    answer = input(question).strip().lower()
    if answer in {"y", "yes"}:
        return {"grant": asked}
    if answer in {"l", "later"}:
        return {"grant": None, "later": True}
    raise InputError("Nothing was installed.", next="Run it again when you have decided.")


def show_asked(rows: Sequence[dict[str, Any]], *, is_upgrade: bool = False) -> None:
    """Print what is asked for, grouped by risk, the highest first.

    Args:
        rows: As the hub describes them.
        is_upgrade: Whether what was granted before is told.
    """
    wanted = [row for row in rows if row["change"]["kind"] != "gone"]
    for risk, group in groupby(wanted, key=lambda row: str(row["risk"])):
        say(f"[{_STYLES[risk]}]{risk.title()} risk[/{_STYLES[risk]}]")
        for row in group:
            _show(row, is_upgrade=is_upgrade)
    for row in rows:
        if row["change"]["kind"] == "gone":
            say(f"[green]-[/green] {row['name']}  [dim]is asked for no more[/dim]")


def _show(row: dict[str, Any], *, is_upgrade: bool) -> None:
    change = row["change"]
    told = f"  ({_KINDS[change['kind']]})" if is_upgrade else ""
    say(f"  [bold]{row['name']}[/bold]{told}  {harmless(row['says'])}")
    if row["scope_words"]:
        say(f"    {harmless(row['scope_words'])}")
    if is_upgrade and change["kind"] in {"wider", "narrower"}:
        say(f"    [dim]before: {harmless(change['before_words'] or 'without a limit')}[/dim]")
    for sentence in row["unlocks"][:_MOST_UNLOCKED]:
        say(f"    [dim]{harmless(sentence)}[/dim]")
    if (more := len(row["unlocks"]) - _MOST_UNLOCKED) > 0:
        say(f"    [dim]and {more} more[/dim]")
    if row["takes_approval"]:
        say("    [yellow]Waits for the approval of an administrator.[/yellow]")
    if (standing := row["standing"]) is not None:
        say(f"    The policy file decides: {standing['decision']}, {harmless(standing['rule'])}.")


def require_terminal(problem: str, what_next: str) -> None:
    """Let only somebody pass who can be asked.

    Raises:
        InputError: Nobody is there.
    """
    if not sys.stdin.isatty():
        raise InputError(problem, next=what_next)
