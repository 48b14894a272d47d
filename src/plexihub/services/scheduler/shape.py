"""How jobs and their runs look from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plexihub.services.database import Job, JobRun
from plexihub.services.scheduler.job import ScheduledJob
from plexihub.services.scheduler.words import in_words


def described(row: Job, job: ScheduledJob | None) -> dict[str, Any]:
    """Describe a job; one whose plugin is off, or has not registered it again, is not `active`."""
    runs = list(job.runs.values()) if job else []
    newest = max(runs, key=lambda run: run.began, default=None)
    return {
        "id": row.job,
        "key": row.id,
        "plugin": row.plugin,
        "name": row.name,
        "trigger": row.trigger,
        "schedule": in_words(row.trigger),
        "active": job is not None,
        "paused": row.paused,
        "running": len(runs),
        "progress": newest.share if newest else None,
        "progress_text": newest.text if newest else "",
        "running_since": shown(newest.began) if newest else None,
        "next_run_at": shown(row.next_run_at) if row.next_run_at else None,
        "last_run_at": shown(row.last_run_at) if row.last_run_at else None,
        "last_outcome": row.last_outcome,
        "last_error": row.last_error,
        "last_result": row.last_result,
        "last_ms": row.last_ms,
    }


def described_run(run: JobRun) -> dict[str, Any]:
    """Describe a run that ended."""
    return {
        "id": run.id,
        "due_at": shown(run.due_at),
        "started_at": shown(run.started_at),
        "started_by": run.started_by,
        "outcome": run.outcome,
        "error": run.error,
        "result": run.result,
        "ms": run.ms,
    }


def shown(moment: datetime) -> str:
    """Write a moment as people and programs read it here."""
    return moment.isoformat().replace("+00:00", "Z")
