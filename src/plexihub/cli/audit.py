"""`plexihub audit`: tail, and what proves that the log is whole."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from plexihub.cli import audit_proof
from plexihub.cli.common import Common, connected
from plexihub.cli.output import harmless, say, show_json

app = App(name="audit", help="Read the audit log and prove that it was not altered.")
audit_proof.register(app)
_NO_OPTIONS = Common()
FOLLOW_SECONDS = 1.0


@app.command
async def tail(  # noqa: PLR0913 - each is an option of the command
    *,
    lines: Annotated[int, Parameter(alias="-n")] = 20,
    plugin: str | None = None,
    outcome: str | None = None,
    action: str | None = None,
    trace: str | None = None,
    follow: Annotated[bool, Parameter(alias="-f", negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Print the newest records, the newest last.

    Parameters
    ----------
    lines
        How many.
    plugin
        Only this plugin's.
    outcome
        Only ok, denied, failed, timeout, crashed or vetoed.
    action
        Only actions that begin with this, such as plugin.
    trace
        Only the records of one journey.
    follow
        Go on with new records until interrupted.
    """
    seen: int | None = None
    async with connected(common) as api:
        while True:
            found = await api.items(
                "/audit", limit=lines, plugin=plugin, outcome=outcome, action=action, trace=trace
            )
            fresh = [one for one in reversed(found) if one["seq"] > (seen or 0)]
            if fresh or seen is None:
                _print(fresh, common)
            seen = max([seen or 0, *(one["seq"] for one in fresh)])
            if not (follow and api.live):
                return
            await asyncio.sleep(FOLLOW_SECONDS)


def _print(records: list[dict[str, Any]], common: Common) -> None:
    if common.json:
        return show_json(records)
    if not records:
        return say("No records match.")
    rows = [_cells(one) for one in records]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for one, row in zip(records, rows, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())
        # A line of its own: nobody reads a sentence in a narrow column.
        if one["reason"]:
            say(f"{' ' * widths[0]}  [dim]{_line(one['reason'])}[/dim]")
    return None


def _cells(record: dict[str, Any]) -> tuple[str, ...]:
    took, actor = record["execution_ms"], record["actor"]
    moment = datetime.fromisoformat(record["time"]).astimezone()
    return (
        str(record["seq"]),
        f"{moment:%m-%d %H:%M:%S}",
        _line(actor["name"] or actor["id"] or actor["kind"]),
        _line(record["action"]),
        record["outcome"],
        "" if took is None else f"{took:.1f} ms",
        _line(record["target"]),
    )


def _line(text: str) -> str:
    return harmless(text).replace("\n", " ")
