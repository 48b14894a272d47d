"""Which threads plugins start: before Python 3.12 no audit event tells.

`threading.Thread.start` is replaced for as long as a hub runs in the process; for a thread that is
no plugin's that costs one look-up, beside the start of a thread.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from plexihub.runtimes.access.hook import responsible

_changing = threading.Lock()
_start = threading.Thread.start
_hubs = 0


def observe() -> Callable[[], None]:
    """See which threads plugins start from now on.

    Returns:
        An undo; the last hub in the process gives the class its own method back.
    """
    _count(1)
    return lambda: _count(-1)


def _count(change: int) -> None:
    global _hubs  # noqa: PLW0603 - the class is one for the process
    with _changing:
        _hubs += change
        method: Any = _observed if _hubs else _start
        threading.Thread.start = method  # type: ignore[method-assign]


def _observed(thread: threading.Thread) -> None:
    for watch in responsible(sys._getframe(1)):  # noqa: SLF001 - whose code it is
        watch.held.thread(thread)
    _start(thread)
