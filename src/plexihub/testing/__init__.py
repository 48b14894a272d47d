"""The testing kit: a real hub in memory, a clock that is told, and a plugin in its real sandbox."""

from plexihub.testing.clock import ToldClock
from plexihub.testing.hub import MemoryHub
from plexihub.testing.person import Person
from plexihub.testing.plugin import LoadedPlugin

__all__ = ("LoadedPlugin", "MemoryHub", "Person", "ToldClock")
