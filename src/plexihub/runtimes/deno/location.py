"""Where Deno and the guest's modules are."""

from __future__ import annotations

import os
from pathlib import Path

from deno import find_deno_bin  # type: ignore[import-untyped] # the package has no stubs

from plexihub_sdk.errors import StartupError

_HERE = Path(__file__).resolve()
#: Packaged beside the hub, or the folder of a clone.
_GUESTS = (_HERE.parents[2] / "guest_deno", _HERE.parents[4] / "guest-deno")
_SDKS = (_HERE.parents[2] / "sdk_js", _HERE.parents[4] / "sdk-js")


def find_deno(given: str = "") -> Path:
    """Answer where Deno's program is.

    Args:
        given: Path that the operator chose; empty for the program that came with the hub.

    Raises:
        StartupError: It is not installed, or cannot be run.
    """
    try:
        found = Path(given or find_deno_bin())
        found.stat()
    except OSError:
        lost = f"{given} does not exist" if given else "it is not among the hub's packages"
        raise StartupError(
            f"Deno is missing: {lost}.",
            where="plugins.deno",
            next="Install it with the hub's other packages (pip install deno), or correct the"
            " setting plugins.deno.",
        ) from None
    if not os.access(found, os.X_OK):
        raise StartupError(
            f"Deno cannot be run: {found} is not executable.",
            where="deno",
            next=f"chmod +x {found}",
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


def find_sdk() -> Path:
    """Answer the folder of the SDK for TypeScript.

    Raises:
        StartupError: The hub is installed incompletely.
    """
    for folder in _SDKS:
        if (folder / "testing.ts").is_file():
            return folder
    raise StartupError(
        "The SDK for TypeScript is missing.", where=str(_SDKS[0]), next="Install PlexiHub again."
    )
