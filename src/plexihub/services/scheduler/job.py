"""A registered job, and what was counted of a plugin's jobs."""

from __future__ import annotations

import asyncio
import inspect
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from plexihub.kernel.context import CallContext, acting, as_plugin, owner
from plexihub.kernel.ports import Undo
from plexihub.kernel.watched import Watch, ignore
from plexihub.services.scheduler.progress import Run
from plexihub.services.scheduler.timing import Timing, refused
from plexihub_sdk.errors import InputError, PluginTimeoutError
from plexihub_sdk.ids import PluginId, TraceId, new_trace_id

Misfire = Literal["run", "skip"]
CORE_OWNER = "core"
LONGEST_RUN = 86_400.0
LONGEST_NAME = 200
_MISFIRES = ("run", "skip")
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,99}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a job is run.

    Args:
        misfire: `run` makes up for missed runs with one, `skip` waits for the next moment.
        overlap: Whether a run may begin while the one before goes on.
        deadline: Seconds after which a run is ended.
    """

    misfire: Misfire
    overlap: bool
    deadline: float

    def check(self, where: str) -> None:
        """Refuse what cannot be.

        Raises:
            InputError: A value is out of its range.
        """
        if self.misfire not in _MISFIRES:
            raise refused(where, "`misfire` is 'run' or 'skip'.", field="misfire")
        if not isinstance(self.overlap, bool):
            raise refused(where, "`overlap` is True or False.", field="overlap")
        is_number = isinstance(self.deadline, int | float) and not isinstance(self.deadline, bool)
        if not is_number or not 0 < self.deadline <= LONGEST_RUN:
            raise refused(
                where,
                f"`deadline` must be more than 0 and at most {LONGEST_RUN:.0f} seconds.",
                field="deadline",
            )


@dataclass(slots=True, kw_only=True, eq=False)
class ScheduledJob:
    """A job whose code is registered now.

    Args:
        plugin: Whose it is; None for the hub's own.
        id: Its name within the plugin.
        name: For people.
        timing: When it runs.
        manner: How it is run.
        call: Runs the plugin's code, in time and as the plugin.
        plugin_name: The plugin's name, for people who read the audit.
        row: Key of what is kept of it; empty until that is read.
        next_run_at: When it is due; None until that is read, and when it never is again.
        is_paused: Whether somebody stopped it until further notice.
        undo: Takes the registration back.
        runs: What runs now.
    """

    plugin: PluginId | None
    id: str
    name: str
    timing: Timing
    manner: Manner
    call: Callable[[Run], Any]
    plugin_name: str
    row: str = ""
    next_run_at: datetime | None = None
    is_paused: bool = False
    undo: Undo = lambda: None
    runs: dict[asyncio.Task[None], Run] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """Whose it is, as it is stored."""
        return self.plugin or CORE_OWNER

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return place(self.owner, self.id)

    def context(self, trace: TraceId | None = None) -> CallContext:
        """Make the context of one run, in the journey of whoever asked for it."""
        deadline = time.monotonic() + self.manner.deadline
        ctx = CallContext(deadline=deadline, trace=trace or new_trace_id())
        return ctx if self.plugin is None else as_plugin(ctx, self.plugin, self.plugin_name)

    def stop_runs(self) -> None:
        """End what runs; a run that ends its own job is left to finish."""
        for task in list(self.runs):
            if task is not asyncio.current_task():
                task.cancel()


@dataclass(slots=True)
class Load:
    """What a plugin's jobs cost since the hub started."""

    runs: int = 0
    failures: int = 0
    skipped: int = 0
    total_ms: float = 0.0

    def describe(self, plugin: str) -> dict[str, Any]:
        """Answer it as JSON."""
        return {
            "plugin": plugin,
            "runs": self.runs,
            "failures": self.failures,
            "skipped": self.skipped,
            "total_ms": round(self.total_ms, 3),
        }


def place(plugin: str, job: str) -> str:
    """Tell where a job stands, for messages."""
    return f"job {job!r} of {plugin}"


def id_of(given: object, func: Callable[..., Any]) -> str:
    """Answer a job's id: what was given, or its function's name.

    Raises:
        InputError: It is no callable or no id.
    """
    plugin = owner.get() or CORE_OWNER
    if not callable(func):
        raise InputError(f"A job of {plugin} needs a function to call.", where=plugin)
    found = getattr(func, "__name__", "") if given is None else given
    if not isinstance(found, str) or not _ID.match(found):
        raise InputError(
            f"{found!r:.120} is no id for a job of {plugin}.",
            where=f"{plugin}, id",
            next="Give id='...' of letters, digits, '_', '.', ':' or '-', 100 at most.",
        )
    return found


def name_of(given: object, job: str, where: str) -> str:
    """Answer a job's name for people: what was given, or its id.

    Raises:
        InputError: It is no name.
    """
    if given is None:
        return job
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_NAME:
        raise refused(
            where, f"`name` must be text of 1 to {LONGEST_NAME} characters.", field="name"
        )
    return given


def make_job(
    func: Callable[..., Any], job: str, *, name: str, timing: Timing, manner: Manner
) -> ScheduledJob:
    """Make a job of the plugin whose code runs now.

    Raises:
        InputError: The function wants more than a run.
    """
    plugin = owner.get()
    takes_run = _takes_run(func, place(plugin or CORE_OWNER, job))

    def call(run: Run) -> Any:
        return func(run) if takes_run else func()

    return ScheduledJob(
        plugin=plugin,
        id=job,
        name=name,
        timing=timing,
        manner=manner,
        call=_watched(call, plugin, job, manner) if plugin else _own(call, job, manner),
        plugin_name=acting().actor.name if plugin else "",
    )


def _watched(
    call: Callable[[Run], Any], plugin: PluginId, job: str, manner: Manner
) -> Callable[[Run], Any]:
    watch = Watch(plugin=plugin, name=f"job {job}", seconds=manner.deadline, observe=ignore)
    return watch.coat(call)


def _own(call: Callable[[Run], Any], job: str, manner: Manner) -> Callable[[Run], Any]:
    """Let the hub's own code run as itself, with the same deadline."""

    async def run_in_time(run: Run) -> Any:
        scope = asyncio.timeout(manner.deadline)
        try:
            async with scope:
                answer = call(run)
                return await answer if isinstance(answer, Awaitable) else answer
        except TimeoutError as error:
            if not scope.expired():
                raise
            raise PluginTimeoutError("The job did not end in time.", where=job) from error

    return run_in_time


def _takes_run(func: Callable[..., Any], where: str) -> bool:
    try:
        parameters = inspect.signature(func).parameters.values()
    except (TypeError, ValueError):  # some of C's functions have no signature
        return False
    needed = [
        one
        for one in parameters
        if one.default is one.empty and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
    ]
    if len(needed) > 1 or any(one.kind is one.KEYWORD_ONLY for one in needed):
        raise refused(
            where,
            f"its function wants {', '.join(one.name for one in needed)}.",
            field="func",
            next="A job's function takes nothing, or one parameter for its run.",
        )
    return bool(needed)
