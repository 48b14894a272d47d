"""`plexihub plugin leftovers`: what removed plugins left behind."""

from __future__ import annotations

import sys
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table
from plexihub_sdk.errors import InputError

_NO_OPTIONS = Common()
_KIB = 1024


async def leftovers(
    plugin: str | None = None,
    /,
    *,
    purge: Annotated[bool, Parameter(negative="")] = False,
    yes: Annotated[bool, Parameter(negative="", alias="-y")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """List what removed plugins left behind, or delete what one left.

    Parameters
    ----------
    plugin
        Of which plugin; needed to purge.
    purge
        Delete it for good.
    yes
        Purge without a question.
    """
    async with connected(common) as api:
        found = await api.items("/leftovers")
        if plugin is not None:
            found = [one for one in found if one["plugin"] == plugin.replace("_", "-")]
        if not purge:
            return _print(found, common)
        if plugin is None:
            raise InputError(
                "Name the plugin whose leftovers are to be deleted.",
                next="See: plexihub plugin leftovers",
            )
        for one in found:
            agree_to_purge(one, yes=yes)
        gone = await api.call("DELETE", f"/leftovers/{segment(plugin)}")
        if common.json:
            return show_json(gone)
        return say(f"Deleted what was left of {gone['plugin']}.")


def agree_to_purge(kept: dict[str, Any], *, yes: bool) -> None:
    """Show what would be deleted, and ask.

    Raises:
        InputError: The answer is not yes, or nobody can be asked.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(
            f"Purging deletes for good what {kept['plugin']} keeps: {_told(kept)}.",
            next="Run it again with --yes if that is what you want.",
        )
    say(f"This deletes for good what {kept['plugin']} keeps: {harmless(_told(kept))}.")
    if input("Delete all of this? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise InputError("Nothing was deleted.", next="Run it again when you have decided.")


def _told(kept: dict[str, Any]) -> str:
    parts = [f"the table {name} ({_many(rows, 'row')})" for name, rows in kept["tables"].items()]
    if kept["files"]:
        parts.append(f"{_many(kept['files'], 'file')} ({_size(kept['size'])})")
    if kept["keys"]:
        parts.append(f"{_many(kept['keys'], 'value')} by key ({_size(kept['stored'])})")
    if kept["settings"]:
        parts.append(f"the settings {', '.join(kept['settings'])}")
    return ", ".join(parts) or "nothing"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _size(count: int) -> str:
    return f"{count} bytes" if count < _KIB else f"{count // _KIB:,} KiB"


def _print(found: list[dict[str, Any]], common: Common) -> None:
    if common.json:
        return show_json(found)
    rows = [(one["plugin"], _told(one)) for one in found]
    return show_table(("plugin", "left behind"), rows, empty="Removed plugins left nothing behind.")
