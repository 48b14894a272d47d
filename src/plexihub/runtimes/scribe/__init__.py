"""The process that has the pen of the audit log, and the hub's side of it."""

from plexihub.runtimes.scribe.pen import ScribePen
from plexihub.runtimes.scribe.wire import Orders

__all__ = ("Orders", "ScribePen")
