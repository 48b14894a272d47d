"""One run of a job: what its code is handed, and how far it says it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from plexihub_sdk.ids import new_id

LONGEST_LINE = 120
LONGEST_RESULT = 2000
BY_SCHEDULE = "schedule"


@dataclass(slots=True, kw_only=True, eq=False)
class Run:
    """A run that goes on; see `plexihub_sdk.jobs.JobRun`.

    Args:
        job: Id of the job.
        plugin: Whose it is.
        due: When it was to begin.
        began: When it began.
        by: `schedule`, or the name of whoever asked for it.
        changed: Told when it got further; callable from any thread.
        id: Of this run.
        share: How far it is, from 0 to 1; None where nothing was told.
        text: What is being done.
    """

    job: str
    plugin: str
    due: datetime
    began: datetime
    by: str = BY_SCHEDULE
    changed: Callable[[], None]
    id: str = field(default_factory=new_id)
    share: float | None = None
    text: str = ""

    def progress(self, share: float, text: str = "") -> None:
        """Tell how far the run is."""
        number = float(share)
        self.share = 0.0 if math.isnan(number) else min(1.0, max(0.0, number))
        self.text = " ".join(str(text).split())[:LONGEST_LINE]
        self.changed()


def result_text(answer: Any) -> str:
    """Write what a job's code answered as a short text: its own, or JSON."""
    if answer is None:
        return ""
    if isinstance(answer, str):
        return answer[:LONGEST_RESULT]
    try:
        return msgspec.json.encode(answer).decode()[:LONGEST_RESULT]
    except (TypeError, ValueError, RecursionError):
        return f"(a {type(answer).__name__}, which is no JSON)"
