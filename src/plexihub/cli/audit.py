"""`plexihub audit`: tail; what proves, finds and follows is in modules of its own."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from cyclopts import App, Parameter

from plexihub.cli import audit_proof
from plexihub.cli.audit_search import register, show_records
from plexihub.cli.common import Common, connected
from plexihub.cli.output import show_json

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
    return show_records(records)


register(app)
