"""The hub's own job: a backup at the times that `backup.schedule` says, verified when made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from plexihub.kernel.context import current, owner
from plexihub.kernel.kernel import Kernel
from plexihub.services.backup.service import BackupService
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.jobs import JobRun

_log = logging.getLogger(__name__)
JOB = "backup"
SETTING = "backup.schedule"
DEADLINE = 6 * 3600.0
#: How much of the work is the packing; the rest is the verifying.
_PACKING = 0.7


class Jobs(Protocol):
    """What is needed of the scheduler."""

    def add_job(self, func: Callable[..., Any], trigger: str, **given: Any) -> Any:
        """Add a job."""

    def remove_job(self, id: str) -> Any:  # noqa: A002 - the scheduler's own name
        """Remove a job."""

    def reschedule_job(self, id: str, trigger: str, **trigger_args: Any) -> Any:  # noqa: A002
        """Give a job another rule."""


class BackupSchedule:
    """Keeps the job in step with the setting.

    Args:
        kernel: For the setting, and the news that it changed.
        backup: Does the work.
        jobs: The scheduler.
    """

    def __init__(self, kernel: Kernel, backup: BackupService, jobs: Jobs) -> None:
        self._kernel = kernel
        self._backup = backup
        self._jobs = jobs
        self._line = ""

    async def start(self) -> None:
        """Add the job, and follow the setting from now on."""
        self._kernel.events.subscribe("config.changed", self._changed)
        await self._follow()

    async def _changed(self, data: dict[str, Any]) -> None:
        if data["key"] == SETTING:
            await self._follow()

    async def _follow(self) -> None:
        line = str(self._kernel.config.get(SETTING)).strip()
        # Whoever changed the setting, a plugin too: the job is the hub's own.
        token = owner.set(None)
        try:
            await self._put(line)
        except PlexiHubError as error:
            _log.warning("backups are not made at %r: %s", line, error)
        else:
            self._line = line
        finally:
            owner.reset(token)

    async def _put(self, line: str) -> None:
        if line and self._line:
            await self._jobs.reschedule_job(JOB, "cron", crontab=line)
        elif line:
            await self._jobs.add_job(
                self.run,
                "cron",
                id=JOB,
                name="Back up the hub",
                crontab=line,
                deadline=DEADLINE,
            )
        else:
            await self._jobs.remove_job(JOB)

    async def run(self, run: JobRun) -> str:
        """Make a backup, verify it, and answer its name."""
        info = await self._backup.create_for(
            current(),
            note="on schedule" if run.by == "schedule" else "",
            progress=lambda share: run.progress(share * _PACKING, "packing"),
        )
        run.progress(_PACKING, "verifying")
        await self._backup.verify_for(current(), info.name)
        return info.name
