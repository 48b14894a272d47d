"""`plexihub job`: list, run, pause and resume."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from cyclopts import App, Parameter

from plexihub.cli.common import Api, Common, connected, segment
from plexihub.cli.output import EXIT_FAILED, harmless, say, show_json, show_table

app = App(name="job", help="See what runs at which times, and run, pause or resume it.")
_NO_OPTIONS = Common()
_POLL_SECONDS = 0.3


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List every job: its rule in words, its next run, and how its last one ended."""
    async with connected(common) as api:
        answer = await api.call("GET", "/jobs")
    if common.json:
        return show_json({"items": answer["items"], "load": answer["load"]})
    rows = [
        (one["plugin"], one["id"], one["schedule"], _next(one), _last(one))
        for one in answer["items"]
    ]
    columns = ("plugin", "job", "runs", "next", "last")
    return show_table(columns, rows, empty="There are no jobs.")


@app.command
async def run(
    plugin: str,
    job: str,
    /,
    *,
    wait: Annotated[bool, Parameter(help="Wait for its end.")] = True,
    common: Common = _NO_OPTIONS,
) -> int:
    """Run a job now; exit status 1 where the run fails. Interrupting stops the waiting alone."""
    path = _path(plugin, job)
    async with connected(common) as api:
        begun = (await api.call("POST", f"{path}/run"))["run"]
        if not wait:
            if common.json:
                show_json({"run": begun})
            else:
                say("Started.")
            return 0
        ended = await _await_end(api, path, begun)
    if common.json:
        show_json(ended)
    elif ended["outcome"] == "ok":
        say(f"[green]ok[/green] after {_milliseconds(ended['ms'])}. {harmless(ended['result'])}")
    else:
        say(f"[red]{ended['outcome']}[/red]: {harmless(ended['error'])}")
    return 0 if ended["outcome"] == "ok" else EXIT_FAILED


@app.command
async def pause(plugin: str, job: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Begin no run of a job by its rule until it is resumed."""
    await _switch(plugin, job, "pause", common)


@app.command
async def resume(plugin: str, job: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Let a paused job go on with its next moment."""
    await _switch(plugin, job, "resume", common)


async def _switch(plugin: str, job: str, action: str, common: Common) -> None:
    async with connected(common) as api:
        answer = await api.call("POST", f"{_path(plugin, job)}/{action}")
        if common.json:
            return show_json(answer)
        word = "Paused" if answer["paused"] else "Resumed"
        say(f"{word} {harmless(plugin)}/{harmless(job)}. Next run: {harmless(_next(answer))}.")
        return api.note_offline()


async def _await_end(api: Api, path: str, run: str) -> dict[str, Any]:
    while True:
        runs: list[dict[str, Any]] = (await api.call("GET", path))["runs"]
        if found := [one for one in runs if one["id"] == run]:
            return found[0]
        await asyncio.sleep(_POLL_SECONDS)


def _path(plugin: str, job: str) -> str:
    return f"/jobs/{segment(plugin)}/{segment(job)}"


def _next(job: dict[str, Any]) -> str:
    if job["running"]:
        share = job["progress"]
        return "running now" + (f", {share:.0%}" if share is not None else "")
    if job["paused"]:
        return "paused"
    if not job["active"]:
        return "never: its plugin is not running"
    return _moment(job["next_run_at"]) or "never again"


def _last(job: dict[str, Any]) -> str:
    if not job["last_outcome"]:
        return ""
    took = f" ({_milliseconds(job['last_ms'])})" if job["last_ms"] is not None else ""
    why = f": {job['last_error']}" if job["last_error"] else ""
    return f"{job['last_outcome']} {_moment(job['last_run_at'])}{took}{why}"


def _moment(written: str | None) -> str:
    """Shorten a moment to the minute, with a space at which a narrow table can break it."""
    return f"{written[:10]} {written[11:16]} UTC" if written else ""


def _milliseconds(count: float) -> str:
    return f"{count / 1000:.1f} s" if count >= 1000 else f"{count:.0f} ms"  # noqa: PLR2004
