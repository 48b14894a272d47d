"""Where Deno and the guest's modules are."""

from __future__ import annotations

import os
from pathlib import Path

from deno import find_deno_bin

from plexihub_sdk.errors import StartupError

_HERE = Path(__file__).resolve()
#: Packaged beside the hub, or the folder of a clone.
_GUESTS = (_HERE.parents[2] / "guest_deno", _HERE.parents[4] / "guest-deno")


def find_deno() -> Path:
    """Answer where Deno's program is.

    Raises:
        StartupError: It is not installed, or cannot be run.
    """
    try:
        found = Path(find_deno_bin())
    except FileNotFoundError as error:
        raise StartupError(
            f"Deno is missing: {error} does not exist.",
            where="deno",
            next="Install it with the hub's other packages: pip install deno",
        ) from None
    if not os.access(found, os.X_OK):
        raise StartupError(
            f"Deno cannot be run: {found} is not executable.", where="deno", next=f"chmod +x {found}"
        )
    return found


def find_guest() -> Path:
    """Answer the folder of the guest's modules.

    Raises:
        StartupError: The hub is installed incompletely.
    """
    for folder in _GUESTS:
        if (folder / "main.ts").is_file():
            return folder
    raise StartupError(
        "The modules of the sandbox are missing.",
        where=str(_GUESTS[0]),
        next="Install PlexiHub again.",
    )
