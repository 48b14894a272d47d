"""The testing kit: a real hub in memory, a clock that is told, and a plugin in its real sandbox.

Its names are loaded when they are first used: pytest loads this package's plugin in every project
of the environment, and the hub takes a second.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plexihub.testing.clock import ToldClock
    from plexihub.testing.hub import MemoryHub
    from plexihub.testing.person import Person
    from plexihub.testing.plugin import LoadedPlugin

__all__ = ("LoadedPlugin", "MemoryHub", "Person", "ToldClock")

_PLACES = {"LoadedPlugin": "plugin", "MemoryHub": "hub", "Person": "person", "ToldClock": "clock"}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
