"""`plexihub audit`: tail and verify; what finds and follows is in `audit_search`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from cyclopts import App, Parameter

from plexihub.cli.audit_search import register, show_records
from plexihub.cli.common import Common, connected
from plexihub.cli.output import EXIT_NOT_INTACT, harmless, say, show_json
from plexihub.datadir import DataDir
from plexihub.kernel.audit import verify as verify_folder

app = App(name="audit", help="Read the audit log and prove that it was not altered.")
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


@app.command
async def verify(*, common: Common = _NO_OPTIONS) -> int:
    """Check the whole chain, without the hub's help; exit status 5 where it is broken.

    Rows of the table logs that are not as the chain has them are told, too.
    """
    folder = DataDir(common.options().data.absolute())
    verdict = await asyncio.to_thread(verify_folder, folder.audit)
    bad = verdict.first_bad
    rows = await _rows(folder) if verdict.ok else None
    if common.json:
        found = (
            None
            if bad is None
            else {"seq": bad.seq, "file": bad.file, "line": bad.line, "problem": bad.problem}
        )
        show_json({"ok": verdict.ok, "records": verdict.records, "first_bad": found, "rows": rows})
    elif bad is None:
        say(f"[green]ok[/green]: {verdict.records} records, the chain is whole.")
        _tell_rows(rows)
    else:
        say(f"[bold red]broken[/bold red] at record {bad.seq}: {harmless(bad.problem)}")
        say(f"[dim]→[/dim] {bad.file}, line {bad.line}; {verdict.records} records are whole.")
    return 0 if verdict.ok else EXIT_NOT_INTACT


async def _rows(folder: DataDir) -> dict[str, Any] | None:
    """Compare the rows; None where there is no database, or one that has no such table yet."""
    if not (folder.path / "hub.db").exists():
        return None
    # The other commands need no database of their own, and its imports take half a second.
    from plexihub.services.logs import compare  # noqa: PLC0415

    return await compare(folder.database_url, folder.audit)


def _tell_rows(rows: dict[str, Any] | None) -> None:
    if rows is None or not rows["different"]:
        return
    say(
        f"[bold yellow]{rows['different']} rows[/bold yellow] of the table logs are not as the "
        "chain has them; the chain is what counts:"
    )
    for one in rows["first"]:
        say(f"  record {one['seq']}: {harmless(one['problem'])}")


def _print(records: list[dict[str, Any]], common: Common) -> None:
    if common.json:
        return show_json(records)
    return show_records(records)


register(app)
