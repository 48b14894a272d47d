"""`plexihub plugin new`: the folder of a plugin that works as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from plexihub.cli.output import harmless, say, show_json
from plexihub.scaffold import Kind, equip, make
from plexihub_sdk.errors import InputError


def new(  # noqa: PLR0913 - each is an option of the command
    name: str,
    /,
    *,
    typescript: Annotated[bool, Parameter(negative="")] = False,
    python: Annotated[bool, Parameter(negative="")] = False,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    folder: Annotated[Path, Parameter(name="--in")] = Path(),
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Make the folder of a new plugin, which works as it is.

    Parameters
    ----------
    name
        The plugin's id, such as team-pulse.
    typescript
        In TypeScript; so it is where nothing is said.
    python
        In Python.
    trusted
        As a trusted plugin, which is written in Python.
    folder
        Where its folder is made.
    json
        Print JSON for programs.
    """
    if typescript and (python or trusted):
        raise InputError(
            "A plugin is written in one language; a trusted one in Python.",
            where="--typescript",
            next="Leave one of the options out.",
        )
    kind: Kind = "trusted" if trusted else "python" if python else "typescript"
    home = make(name, folder, kind)
    equip(home)
    if json:
        return show_json({"id": home.name, "kind": kind, "folder": str(home.absolute())})
    say(f"[bold]{harmless(home)}[/bold] is ready. See it work:")
    say(f"[dim]→[/dim] cd {harmless(home)}")
    return say(f"[dim]→[/dim] plexihub plugin dev{' --trusted' if trusted else ''}")
