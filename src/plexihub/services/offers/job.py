"""A sandboxed plugin's job: `onJob`, with the sandbox's limits, for nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC

import msgspec

from plexihub.kernel.context import current
from plexihub.kernel.direct import DirectCalls
from plexihub_sdk.ids import PluginId
from plexihub_sdk.jobs import JobRun
from plexihub_sdk.permissions import ROLE_RIGHTS, SCHEDULE_RUN


def job_handler(direct: DirectCalls, plugin: PluginId) -> Callable[[JobRun], Awaitable[str]]:
    """Make what the scheduler calls; what the plugin answers is kept as the run's result."""

    async def run(run: JobRun) -> str:
        payload = {
            "job": run.job,
            "scheduledFor": run.due.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
        # Nobody asked for it: what was granted, but nothing that takes an administrator.
        ctx = replace(current(), rights=ROLE_RIGHTS["member"], on_behalf_of=None)
        answer = await direct.call(plugin, "onJob", payload, permission=SCHEDULE_RUN, ctx=ctx)
        if answer is None or isinstance(answer, str):
            return answer or ""
        return msgspec.json.encode(answer).decode()

    return run
