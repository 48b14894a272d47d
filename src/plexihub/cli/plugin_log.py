"""`plexihub plugin logs`: what a plugin said."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Api, Common, connected, segment
from plexihub.cli.output import harmless, note, say, show_json
from plexihub_sdk.errors import InputError, StartupError

_NO_OPTIONS = Common()
_MOST = 500
_WAIT_SECONDS = 20
_STYLES = {"error": "red", "warning": "yellow", "debug": "dim"}


async def logs(
    plugin: str,
    /,
    *,
    follow: Annotated[bool, Parameter(alias="-f", negative="")] = False,
    lines: Annotated[int, Parameter(alias="-n")] = 50,
    common: Common = _NO_OPTIONS,
) -> None:
    """Show what a plugin said: its console, its log, and the stacks of its errors.

    Parameters
    ----------
    plugin
        Its id.
    follow
        Go on with what it says, until interrupted.
    lines
        How many lines at most, 500 or fewer.
    """
    if not 0 <= lines <= _MOST:
        raise InputError(f"`--lines` is from 0 to {_MOST}.", where="--lines")
    async with connected(common) as api:
        if not api.live:
            raise StartupError(
                "No hub is running here, and the lines of plugins are kept while one runs.",
                next="Start it: plexihub serve. What was done is on record: plexihub audit.",
            )
        found = await _lines(api, plugin, limit=lines)
        if common.json and not follow:
            return show_json(found)
        if not found and not follow:
            return note(f"{harmless(plugin)} has said nothing since the hub was started.")
        _show(found, as_json=common.json)
        if follow:
            await _follow(api, plugin, found, as_json=common.json)
    return None


async def _lines(api: Api, plugin: str, **params: int) -> list[dict[str, Any]]:
    return await api.items(f"/plugins/{segment(plugin)}/logs", **params)


async def _follow(api: Api, plugin: str, found: list[dict[str, Any]], *, as_json: bool) -> None:
    after = found[-1]["seq"] if found else 0
    if not found:  # of `--lines 0`: only what is to come
        last = await _lines(api, plugin, limit=1)
        after = last[-1]["seq"] if last else 0
    while True:
        fresh = await _lines(api, plugin, after=after, wait=_WAIT_SECONDS, limit=_MOST)
        _show(fresh, as_json=as_json)
        after = fresh[-1]["seq"] if fresh else after


def _show(lines: list[dict[str, Any]], *, as_json: bool) -> None:
    for line in lines:
        if as_json:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            continue
        text, style = harmless(line["text"]), _STYLES.get(line["level"], "")
        shown = f"[{style}]{text}[/{style}]" if style else text
        say(f"[dim]{line['at'][:19].replace('T', ' ')}[/dim] {shown}")
