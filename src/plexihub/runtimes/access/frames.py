"""Whose code it is that is about to do something: the plugin's, or the hub's on its behalf.

The owner of the running context says for whom work is done. A service that a plugin called may open
files of the hub's own for it; that is the service's doing. The nearest frame that is either the
hub's or a plugin's decides; where there is none (a thread, a callback of the loop), the owner.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import FrameType

#: Begins the package name of every load of a trusted plugin's code, and of nothing else.
PREFIX = "_plexihub_"
_HUB = Path(__file__).resolve().parents[2]
_IMPORT = "<frozen importlib"
_DEEPEST = 200
#: Those that call plugin code, so that what stands above them is the plugin's.
_CALLERS = frozenset(
    str(_HUB / name)
    for name in (
        "kernel/events.py",
        "kernel/hooks.py",
        "kernel/plain.py",
        "kernel/watched.py",
        "runtimes/access/held.py",
        "runtimes/access/loop.py",
        "runtimes/access/threads.py",
        "runtimes/trusted.py",
        "services/http/plugin_call.py",
        "services/scheduler/job.py",
        "services/scheduler/run.py",
    )
)


@lru_cache(maxsize=2048)
def _is_core(filename: str) -> bool:
    return filename.startswith(f"{_HUB}/") and filename not in _CALLERS


def package_of(frame: FrameType | None) -> str | None:
    """Name the package of the plugin whose doing this is.

    Returns:
        The package, one for each load of a plugin's code; empty where it is nobody's: the hub's
        own, or a library that is being imported; None where no frame tells.
    """
    for _ in range(_DEEPEST):
        if frame is None:
            return None
        module = frame.f_globals.get("__name__")
        if type(module) is str and module.startswith(PREFIX):
            return module.partition(".")[0]
        filename = frame.f_code.co_filename
        if filename.startswith(_IMPORT) or _is_core(filename):
            return ""
        frame = frame.f_back
    return None


def self_of(frame: FrameType | None, module: str, method: str) -> object | None:
    """Find the object whose method of a library's module runs above; None where none does."""
    for _ in range(_DEEPEST):
        if frame is None:
            return None
        if frame.f_code.co_name == method and frame.f_globals.get("__name__") == module:
            return frame.f_locals.get("self")
        frame = frame.f_back
    return None
