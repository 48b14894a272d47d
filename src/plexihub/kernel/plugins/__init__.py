"""The plugins the hub knows: what is kept of each, how it is, and what it did."""

from plexihub.kernel.plugins.calls import CallBook
from plexihub.kernel.plugins.record import Health, PluginRecord, State
from plexihub.kernel.plugins.registry import PluginRegistry

__all__ = ("CallBook", "Health", "PluginRecord", "PluginRegistry", "State")
