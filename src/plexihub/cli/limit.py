"""`plexihub plugin limits`: what a sandboxed plugin may use."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table

_NO_OPTIONS = Common()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One option a limit that can be changed."""

    call_seconds: Annotated[float | None, Parameter(help="Time of one call.")] = None
    start_seconds: Annotated[float | None, Parameter(help="Time to load.")] = None
    memory_mb: Annotated[
        int | None, Parameter(help="Memory above what its runtime holds when it idles, in MiB.")
    ] = None
    cpu_percent: Annotated[
        float | None, Parameter(help="Processor time, in percent of one core.")
    ] = None
    requests_per_minute: Annotated[int | None, Parameter(help="Network requests.")] = None
    log_kb_per_minute: Annotated[int | None, Parameter(help="Log output, in KiB.")] = None
    descriptors: Annotated[int | None, Parameter(help="Open files.")] = None
    threads: Annotated[int | None, Parameter(help="Threads, its runtime's own included.")] = None
    file_mb: Annotated[
        int | None, Parameter(help="The largest file that its runtime may write, in MiB.")
    ] = None


_NOTHING = Wanted()


async def limits(
    plugin: str,
    /,
    *,
    wanted: Wanted = _NOTHING,
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
        if changes:
            found = await api.call("PATCH", path, json={"limits": changes})
        else:
            found = await api.call("GET", path)
        if common.json:
            return show_json(found)
        _show(found)
        return api.note_offline() if changes else None


def _show(found: dict[str, Any]) -> None:
    rows = [_row(one) for one in found["items"]]
    show_table(("limit", "may use", "all may", "acts", "reached", ""), rows, empty="No limits.")
    if any(one["waits"] for one in found["items"]):
        say(f"[dim]→[/dim] To let it act now: plexihub plugin reload {harmless(found['id'])}")


def _row(limit: dict[str, Any]) -> tuple[object, ...]:
    return (
        limit["name"],
        f"{limit['value']:g} {limit['unit']}",
        f"{limit['default']:g}" if limit["override"] is not None else "",
        limit["acts"] if limit["acts"] != "never" else "the same for all",
        limit["reached"] or "",
        "waits for the next start" if limit["waits"] else "",
    )
