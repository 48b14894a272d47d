"""What the commands print: tables for people, JSON for programs, errors in one form for both."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_NOT_FOUND = 3
EXIT_NO_HUB = 4
EXIT_NOT_INTACT = 5
EXIT_INTERRUPTED = 130
_LONGEST_NAME = 64
_PIPE_WIDTH = 1000

_EXITS = {
    "not_found": EXIT_NOT_FOUND,
    "startup_failed": EXIT_NO_HUB,
    "invalid_input": EXIT_USAGE,
    "config_invalid": EXIT_USAGE,
    "backup_damaged": EXIT_NOT_INTACT,
}


def exit_code(code: str) -> int:
    """Tell the exit status that an error's stable code ends with."""
    return _EXITS.get(code, EXIT_FAILED)


def harmless(value: object) -> str:
    """Make a text from elsewhere harmless on a terminal: no markup, no control characters.

    Names, reasons and settings are other people's; an escape sequence in one could rewrite what
    stands above it.
    """
    text = "".join(
        one if one.isprintable() or one == "\n" else one.encode("unicode_escape").decode()
        for one in str(value)
    )
    return escape(text)


def say(text: str = "") -> None:
    """Print a line for a person; it may carry Rich markup, and `harmless` texts from elsewhere."""
    Console(highlight=False, soft_wrap=True).print(text)


def note(text: str) -> None:
    """Print a line for a person on the error stream, beside what a program reads."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(text)


def show_json(value: Any) -> None:
    """Print one JSON value."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows as a table, or the sentence `empty` where there are none.

    The first column names the row and stays whole, to be copied into the next command; what is
    too long elsewhere goes on below. Read by a program, nothing is.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=number == 0)
    texts = [[harmless(cell).replace("\n", " ") for cell in row] for row in rows]
    for row in texts:
        table.add_row(*row)
    if texts:
        table.columns[0].min_width = min(_LONGEST_NAME, max(len(row[0]) for row in texts))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    if table.row_count:
        console.print(table)
    else:
        console.print(empty)


def show_facts(facts: Mapping[str, object]) -> None:
    """Print names and values, one a line; a digest or a path stays whole, to be copied."""
    console = Console(highlight=False, soft_wrap=True)
    margin = max(map(len, facts), default=0) + 2
    for name, value in facts.items():
        lines = _wrapped(str(value), console.width - margin)
        console.print(f"[dim]{name:<{margin}}[/dim]{harmless(lines[0])}".rstrip())
        for line in lines[1:]:
            console.print(f"{'':<{margin}}{harmless(line)}")


def _wrapped(text: str, width: int) -> list[str]:
    wrap = partial(textwrap.wrap, break_long_words=False, break_on_hyphens=False)
    return [part for line in text.split("\n") for part in wrap(line, max(width, 20)) or [""]]


def show_error(error: Mapping[str, Any], *, as_json: bool) -> int:
    """Print what went wrong to standard error and answer the exit status."""
    code = str(error.get("code", "error"))
    if as_json:
        sys.stderr.write(json.dumps({"error": error}, ensure_ascii=False) + "\n")
        return exit_code(code)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    message = str(error.get("message", "")) or "Something went wrong."
    where = str(error.get("where", ""))
    place = f" [dim]({harmless(where)})[/dim]" if where and where not in message else ""
    console.print(f"[bold red]error:[/bold red] {harmless(message)}{place}")
    if error.get("next"):
        console.print(f"[dim]→[/dim] {harmless(error['next'])}")
    return exit_code(code)
