"""`plexihub backup`: create, list, verify, restore."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from plexihub.cli.common import Api, Common, RemoteError, connected
from plexihub.cli.output import harmless, say, show_json, show_table
from plexihub.datadir import DataDir
from plexihub_sdk.errors import NotFoundError

app = App(name="backup", help="Make and restore backups.")
_NO_OPTIONS = Common()
_POLL_SECONDS = 1.0


@app.command
async def create(
    *,
    note: Annotated[str, Parameter(help="Kept in the backup.")] = "",
    common: Common = _NO_OPTIONS,
) -> int:
    """Save database, plugins and audit log in one file, while the hub runs or not."""
    async with connected(common) as api:
        made = await api.call("POST", "/backups", json={"note": note})
        if "making" in made:
            made = await _await_end(api, made["making"])
    if common.json:
        show_json(made)
        return 0
    say(f"Saved {made['files']} files ({_size(made['size'])}) in {harmless(made['path'])}.")
    say(f"[dim]→[/dim] Check it: plexihub backup verify {harmless(made['path'])}")
    return 0


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List the backups in the data folder, the newest first."""
    async with connected(common) as api:
        found = await api.items("/backups")
    if common.json:
        return show_json(found)
    rows = [
        (
            one["name"],
            one["created"],
            _size(one["size"]),
            one["version"],
            one["problem"] or one["note"],
        )
        for one in found
    ]
    columns = ("backup", "made", "size", "hub", "")
    return show_table(columns, rows, empty="There are no backups.")


@app.command
async def verify(file: Path, /, *, common: Common = _NO_OPTIONS) -> None:
    """Check a backup wholly, without a hub; exit status 5 where it is damaged.

    Parameters
    ----------
    file
        A backup, or its name in the data folder's backups.
    """
    # Reading archives needs the database's parts, which other commands need not load.
    from plexihub.services.backup import verify as verify_archive  # noqa: PLC0415

    path = _found(file, common)
    manifest = await asyncio.to_thread(verify_archive, path)
    if common.json:
        facts = {"ok": True, "created": manifest.created, "version": manifest.version}
        return show_json(
            {**facts, "schema": manifest.schema, "members": msgspec.to_builtins(manifest.members)}
        )
    made = f"made {manifest.created} by {harmless(manifest.version)}"
    return say(f"[green]ok[/green]: {len(manifest.members)} files, {made}.")


@app.command
async def restore(
    file: Path,
    /,
    *,
    into: Path | None = None,
    replace: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Make a data folder of a backup; no hub may run there.

    Parameters
    ----------
    file
        A backup, or its name in the data folder's backups.
    into
        The folder to be [the data folder].
    replace
        Move a folder that is there aside first.
    """
    from plexihub.services.backup import restore as restore_archive  # noqa: PLC0415

    target = into or common.options().data
    done = await restore_archive(_found(file, common), target, replace=replace)
    if common.json:
        aside = str(done.aside) if done.aside else None
        return show_json({"folder": str(done.folder), "aside": aside, "of": done.manifest.created})
    say(f"Restored the backup of {done.manifest.created} into {harmless(done.folder)}.")
    if done.aside:
        say(f"[dim]What was there before is in {harmless(done.aside)}.[/dim]")
    return say(f"[dim]→[/dim] Start the hub: plexihub serve --data {harmless(done.folder)}")


def _found(file: Path, common: Common) -> Path:
    kept = DataDir(common.options().data).backups / file.name
    if not file.exists() and len(file.parts) == 1 and kept.exists():
        return kept
    if not file.is_file():
        raise NotFoundError(f"There is no backup {file}.", next="See: plexihub backup list")
    return file


async def _await_end(api: Api, name: str) -> dict[str, Any]:
    while (found := await api.call("GET", "/backups"))["making"] == name:  # noqa: ASYNC110 - over HTTP
        await asyncio.sleep(_POLL_SECONDS)
    made: list[dict[str, Any]] = [one for one in found["items"] if one["name"] == name]
    if not made:
        message = f"The backup {name} was not made."
        what_next = "Why: plexihub audit tail --action backup"
        raise RemoteError({"code": "backup_failed", "message": message, "next": what_next})
    return made[0]


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{max(1, count // 1024)} KiB"
