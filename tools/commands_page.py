"""The page of every command and its parameters: `docs/commands.md`, read from the commands."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from cyclopts import App

from plexihub.cli.main import app
from tools.catalogue import joined

#: What every command of the hub takes; said once.
COMMON = ("--data", "--config", "--json")
_HEAD = """# Commands

<!-- Written by `make generate` from the commands; not edited by hand. -->

`plexihub COMMAND --help` says the same. Most commands talk to the hub that runs on the data folder;
where none runs, they open the folder themselves. What those take that are marked ●:

| option | does |
|---|---|
| `--data PATH` | The hub's data folder; else `PLEXIHUB_DATA`, or `./data`. |
| `--config PATH` | Settings file; else `plexihub.toml`. |
| `--json` | Prints JSON for programs. |

Exit status: 0 done, 1 refused or failed, 2 used wrongly, 3 not found, 4 no hub, 5 not intact. An
error is one sentence on standard error, with what to do next: [errors](plugin-guide/errors.md)."""


def text() -> str:
    """Make the page."""
    found = dict(commands(app))
    index = [f"- [`plexihub {name}`](#plexihub-{name.replace(' ', '-')})" for name in found]
    return joined([_HEAD, "", *index, *(line for row in found.items() for line in _section(*row))])


def commands(parent: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """List every command that is shown, by the words that call it."""
    seen: set[int] = set()
    for name in parent:
        command = parent[name]
        if name.startswith("-") or not command.show or id(command) in seen:
            continue
        seen.add(id(command))
        if command.default_command is None:
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def _section(name: str, command: App) -> Iterator[str]:
    every = [one for one in command.assemble_argument_collection(parse_docstring=True) if one.show]
    own = [one for one in every if one.name not in COMMON]
    mark = " ●" if len(every) > len(own) else ""
    yield from ("", f"## `plexihub {name}`", "", _sentence(command.help) + mark)
    if own:
        yield from ("", "| parameter | does | default |", "|---|---|---|")
        yield from map(_row, own)


def _sentence(says: str) -> str:
    """Take the words before the list of parameters."""
    return " ".join(inspect.cleandoc(says).partition("\nParameters\n")[0].split())


def _row(argument: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*argument.names, *argument.negatives))
    does = " ".join((argument.parameter.help or "").split()).replace("|", "\\|")
    return f"| {names} | {does} | {_default(argument)} |"


def _default(argument: Any) -> str:
    if argument.required:
        return "needed"
    value = argument.field_info.default
    is_nothing = value is None or value is False or value is inspect.Parameter.empty or value == ()
    return "" if is_nothing else f"`{value}`"
