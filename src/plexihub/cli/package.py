"""`plexihub plugin pack`, `verify`, `upgrade`, `schema`: a plugin as a package."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import (
    EXIT_NOT_INTACT,
    harmless,
    note,
    say,
    show_facts,
    show_json,
)
from plexihub_sdk.manifest_schema import schema_text

_NO_OPTIONS = Common()


async def pack(
    folder: Path = Path(),
    /,
    *,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Make a package of a plugin's folder, to hand on; the same files make the same bytes.

    Parameters
    ----------
    folder
        With its plugin.json.
    output
        File or folder to write; NAME-VERSION.plexi here, where nothing is said.
    """
    # Deno and the installers are needed by no other command.
    from plexihub.packing import pack as make  # noqa: PLC0415
    from plexihub.packing import write  # noqa: PLC0415

    progress = (lambda _text: None) if common.json else _progress
    packed = await asyncio.to_thread(make, folder, progress)
    target = await asyncio.to_thread(write, packed, output or Path())
    facts = {
        "file": str(target),
        "plugin": packed.manifest.id,
        "version": packed.manifest.version,
        "entrypoint": packed.manifest.entrypoint,
        "files": len(packed.names),
        "bytes": len(packed.data),
        "sha256": packed.sha256,
        "digest": packed.digest,
    }
    if common.json:
        return show_json({**facts, "names": list(packed.names)})
    show_facts(facts)
    return say(f"[dim]→[/dim] Install it: plexihub plugin install {harmless(target)}")


def _progress(text: str) -> None:
    note(f"[dim]{harmless(text)} …[/dim]")


async def verify(plugin: str, /, *, common: Common = _NO_OPTIONS) -> int:
    """Compare a plugin's files with what was installed; exits 5 where they differ.

    Parameters
    ----------
    plugin
        Its id.
    """
    async with connected(common) as api:
        found = await api.call("GET", f"/plugins/{segment(plugin)}/integrity")
    status = 0 if found["intact"] else EXIT_NOT_INTACT
    if common.json:
        show_json(found)
    elif found["intact"]:
        say(f"{found['id']} {harmless(found['version'])} is as it was installed.")
        say(f"[dim]{found['digest']}[/dim]")
    else:
        _show_changes(found)
    return status


def _show_changes(found: dict[str, Any]) -> None:
    note(f"[bold red]{found['id']} is not as it was installed.[/bold red]")
    for kind in ("changed", "missing", "extra"):
        for name in found[kind]:
            note(f"  {kind:<8} {harmless(name)}")
    if not any(found[kind] for kind in ("changed", "missing", "extra")):
        note("  Which file it is cannot be told: its list is lost, or was changed as well.")
    note(f"  installed as {found['digest']}, now {found['found']}")
    note(f"[dim]→[/dim] Disable it, and install it anew: plexihub plugin disable {found['id']}")


def schema(*, output: Annotated[Path | None, Parameter(alias="-o")] = None) -> None:
    """Print the JSON Schema of plugin.json, for editors; works without a network.

    Parameters
    ----------
    output
        File to write in place of the screen; name it in plugin.json as "$schema".
    """
    text = schema_text()
    if output is None:
        sys.stdout.write(text)
        return
    output.write_text(text, encoding="utf-8")
    say(f'Name it in plugin.json: "$schema": "./{harmless(output.name)}"')


COMMANDS = (pack, verify, schema)
