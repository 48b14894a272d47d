"""The one audit hook of the process. It cannot be removed: it does nothing where nobody watches.

Every hub in the process adds its plugins to one table. For code that is no plugin's, the hook is
two look-ups and nothing is made; ADR 23 has the numbers.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from plexihub.kernel.context import owner
from plexihub.runtimes.access.frames import package_of
from plexihub.runtimes.access.uses import READERS
from plexihub_sdk.ids import PluginId

if TYPE_CHECKING:
    from plexihub.runtimes.access.watch import Watch

#: Two hubs in one process may run the same plugin; whoever of them refuses, refuses.
_watches: dict[PluginId, tuple[Watch, ...]] = {}
#: By the package of one load of a plugin's code, which no other load has.
_packages: dict[str, Watch] = {}
_changing = threading.Lock()
_installed = False
_KNOWN = frozenset(READERS)


def add(watch: Watch) -> Callable[[], None]:
    """Watch a plugin from now on.

    Returns:
        An undo that ends it.
    """
    global _installed  # noqa: PLW0603 - the interpreter keeps one hook for good
    with _changing:
        if not _installed:
            sys.addaudithook(_hook)
            _installed = True
        _watches[watch.plugin] = (*_watches.get(watch.plugin, ()), watch)
        _packages[watch.package] = watch

    def undo() -> None:
        with _changing:
            left = tuple(one for one in _watches.get(watch.plugin, ()) if one is not watch)
            if left:
                _watches[watch.plugin] = left
            else:
                _watches.pop(watch.plugin, None)
            _packages.pop(watch.package, None)

    return undo


def responsible(frame: FrameType) -> tuple[Watch, ...]:
    """Answer who watches what `frame` and those above it do; nobody where it is no plugin's."""
    plugin = owner.get()
    watches = _watches.get(plugin, ()) if plugin is not None else ()
    return _responsible(frame, watches) if watches else ()


def _responsible(frame: FrameType, watches: tuple[Watch, ...]) -> tuple[Watch, ...]:
    package = package_of(frame)
    if package is None:
        return watches
    watch = _packages.get(package)
    return () if watch is None else (watch,)


def _hook(event: str, args: tuple[Any, ...]) -> None:
    # In this order: most events are of no interest, and most code is no plugin's.
    if event not in _KNOWN:
        return
    plugin = owner.get()
    if plugin is None:
        return
    watches = _watches.get(plugin)
    if watches is None:
        return
    # What is done here to decide and to write down is no doing of the plugin's.
    token = owner.set(None)
    try:
        frame = sys._getframe(1)  # noqa: SLF001 - whose code it is stands nowhere else
        for watch in _responsible(frame, watches):
            watch.told(event, args, frame)
    finally:
        owner.reset(token)
