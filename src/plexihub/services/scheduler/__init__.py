"""Jobs: plugins' own code, run at its times."""

from plexihub.services.scheduler.service import Scheduler

__all__ = ("Scheduler",)
