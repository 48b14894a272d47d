"""What a job's code is handed when it asks for it.

    scheduler.add_job(self.sort, "cron", hour=3)

    def sort(self, run: JobRun) -> str:
        for number, item in enumerate(items):
            run.progress(number / len(items), "sorting")
        return f"{len(items)} sorted"

A function without a parameter is called without one. What it answers is kept as the job's last
result, 2,000 characters at most.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

__all__ = ("JobRun",)


class JobRun(Protocol):
    """One run of a job.

    Args:
        id: Of this run.
        job: Id of the job.
        plugin: Whose it is.
        due: When it was to begin.
        by: `schedule`, or the name of whoever asked for it.
    """

    id: str
    job: str
    plugin: str
    due: datetime
    by: str

    def progress(self, share: float, text: str = "") -> None:
        """Tell administrators how far it is; cheap, and callable from any thread.

        Args:
            share: From 0 to 1; what is beyond is cut off.
            text: What is being done, one short line.
        """
