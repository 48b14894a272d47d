"""`plexihub plugin limits`: what a sandboxed plugin may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table

_NO_OPTIONS = Common()


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What this plugin is to be allowed; None leaves a limit as it is."""

    call_seconds: float | None = None
    """Time of one call."""
    start_seconds: float | None = None
    """Time to load."""
    memory_mb: int | None = None
    """Memory above what its runtime holds when it idles, in MiB."""
    cpu_percent: float | None = None
    """Processor time, in percent of one core."""
    requests_per_minute: int | None = None
    """Network requests."""
    log_kb_per_minute: int | None = None
    """Log output, in KiB."""
    descriptors: int | None = None
    """Open files."""
    threads: int | None = None
    """Threads, its runtime's own included."""
    file_mb: int | None = None
    """The largest file that its runtime may write, in MiB."""
    storage_mb: int | None = None
    """Values that it keeps by key, in MiB."""
    storage_keys: int | None = None
    """How many values it keeps."""
    tables_mb: int | None = None
    """Tables of its own, in MiB."""
    table_rows: int | None = None
    """Rows of its own."""
    own_files_mb: int | None = None
    """Files of its own, in MiB."""
    own_files: int | None = None
    """How many files it keeps."""


_NO_CHANGE = Wanted()


async def limits(
    plugin: str,
    /,
    *,
    wanted: Wanted = _NO_CHANGE,
    reset: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Show what a sandboxed plugin may use, or allow this one more or less than the others.

    Parameters
    ----------
    plugin
        Its id.
    reset
        Take back first what this plugin was allowed.
    """
    given = asdict(wanted)
    changes: dict[str, Any] = dict.fromkeys(given) if reset else {}
    changes |= {name: value for name, value in given.items() if value is not None}
    path = f"/plugins/{segment(plugin)}/limits"
    async with connected(common) as api:
        found = (
            await api.call("PATCH", path, json={"limits": changes})
            if changes
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
