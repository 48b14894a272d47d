"""`/jobs`: what plugins do at which times, how it went, and what it cost."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_ALL = "/api/v1/jobs"
_ONE = "/api/v1/jobs/{plugin_id}/{job_id}"


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "GET", _ONE, partial(show, parts)
    yield "POST", f"{_ONE}/run", partial(run, parts)
    yield "POST", f"{_ONE}/pause", partial(pause, parts, paused=True)
    yield "POST", f"{_ONE}/resume", partial(pause, parts, paused=False)


def _named(call: Call) -> tuple[str, str]:
    return call.params["plugin_id"], call.params["job_id"]


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List every job, and what each plugin's jobs cost since the hub started."""
    call.require_admin()
    scheduler = parts.scheduler
    return json_answer({"items": await scheduler.list(), "next": None, "load": scheduler.load()})


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show one job with its last runs."""
    call.require_admin()
    return json_answer(await parts.scheduler.show(*_named(call)))


async def run(parts: HttpParts, call: Call) -> Answer:
    """Begin a run now; 202 with its id, under which it stands among the runs when it ended."""
    call.require_admin()
    return json_answer({"run": await parts.scheduler.run_now(call.ctx, *_named(call))}, status=202)


async def pause(parts: HttpParts, call: Call, *, paused: bool) -> Answer:
    """Pause a job, or let it go on."""
    call.require_admin()
    return json_answer(await parts.scheduler.pause(call.ctx, *_named(call), paused=paused))
