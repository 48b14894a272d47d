"""`plexihub plugin limits`: what a sandboxed plugin may use."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table

_NO_OPTIONS = Common()


async def limits(  # noqa: PLR0913 - each is an option of the command
    plugin: str,
    /,
    *,
    call_seconds: float | None = None,
    start_seconds: float | None = None,
    memory_mb: int | None = None,
    cpu_percent: float | None = None,
    requests_per_minute: int | None = None,
    log_kb_per_minute: int | None = None,
    descriptors: int | None = None,
    file_mb: int | None = None,
    reset: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Show what a sandboxed plugin may use, or allow this one more or less than the others.

    Parameters
    ----------
    plugin
        Its id.
    call_seconds
        Time of one call.
    start_seconds
        Time to load.
    memory_mb
        Memory above what its runtime holds when it idles, in MiB.
    cpu_percent
        Processor time, in percent of one core.
    requests_per_minute
        Network requests.
    log_kb_per_minute
        Log output, in KiB.
    descriptors
        Open files.
    file_mb
        The largest file that its runtime may write, in MiB.
    reset
        Take back first what this plugin was allowed.
    """
    given = {
        "call_seconds": call_seconds,
        "start_seconds": start_seconds,
        "memory_mb": memory_mb,
        "cpu_percent": cpu_percent,
        "requests_per_minute": requests_per_minute,
        "log_kb_per_minute": log_kb_per_minute,
        "descriptors": descriptors,
        "file_mb": file_mb,
    }
    wanted: dict[str, Any] = dict.fromkeys(given) if reset else {}
    wanted |= {name: value for name, value in given.items() if value is not None}
    path = f"/plugins/{segment(plugin)}/limits"
    async with connected(common) as api:
        found = (
            await api.call("PATCH", path, json={"limits": wanted})
            if wanted
            else await api.call("GET", path)
        )
    if common.json:
        return show_json(found)
    rows = [_row(one) for one in found["items"]]
    show_table(("limit", "may use", "all may", "acts", "reached", ""), rows, empty="No limits.")
    if any(one["waits"] for one in found["items"]):
        say(f"[dim]→[/dim] To let it act now: plexihub plugin reload {harmless(found['id'])}")
    return None


def _row(limit: dict[str, Any]) -> tuple[object, ...]:
    return (
        limit["name"],
        f"{limit['value']:g} {limit['unit']}",
        f"{limit['default']:g}" if limit["override"] is not None else "",
        limit["acts"] if limit["acts"] != "never" else "the same for all",
        limit["reached"] or "",
        "waits for the next start" if limit["waits"] else "",
    )
