"""What happens to a plugin, and what plugins do for each other."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import EventType, HookType


class PluginChanging(TypedDict):
    """A plugin is about to be enabled, disabled, reloaded or removed."""

    id: str
    tier: str


class PluginInstalling(TypedDict):
    """A plugin is about to be installed; its files are there, and none of its code has run."""

    id: str
    tier: str
    version: str
    permissions: list[str]


class PluginUpgrading(TypedDict):
    """Another version of a plugin is about to take the place of the one there is."""

    id: str
    tier: str
    from_version: str
    to_version: str
    permissions: list[str]


class PluginChanged(TypedDict):
    """A plugin's state after the change."""

    id: str
    state: str
    reason: str


class PluginUpgraded(TypedDict):
    """A plugin's state after another version took its place, and the two versions."""

    id: str
    state: str
    reason: str
    from_version: str
    to_version: str


class SettingsChanged(TypedDict):
    """Which of a plugin's own settings changed; of a secret only whether there is one is told."""

    id: str
    name: str
    old: Any
    new: Any


class DependencyChanged(TypedDict):
    """`id` needs `dependency`, which went into this state while both were enabled."""

    id: str
    dependency: str
    state: str
    reason: str


class ServiceProvided(TypedDict):
    """The name by which other plugins get it, and whose it is."""

    name: str
    plugin: str


HOOKS = (
    HookType(
        name="plugin.installing", payload=PluginInstalling, doc="Before a plugin is installed."
    ),
    HookType(name="plugin.enabling", payload=PluginChanging, doc="Before a plugin is enabled."),
    HookType(name="plugin.disabling", payload=PluginChanging, doc="Before a plugin is disabled."),
    HookType(
        name="plugin.upgrading",
        payload=PluginUpgrading,
        doc="Before another version takes a plugin's place.",
    ),
    HookType(name="plugin.reloading", payload=PluginChanging, doc="Before a plugin is reloaded."),
    HookType(name="plugin.removing", payload=PluginChanging, doc="Before a plugin is removed."),
)
EVENTS = (
    EventType(name="plugin.installed", payload=PluginChanged, doc="A plugin was installed."),
    EventType(name="plugin.enabled", payload=PluginChanged, doc="A plugin was enabled."),
    EventType(name="plugin.disabled", payload=PluginChanged, doc="A plugin was disabled."),
    EventType(
        name="plugin.upgraded",
        payload=PluginUpgraded,
        doc="Another version of a plugin took its place.",
    ),
    EventType(
        name="plugin.reloaded", payload=PluginChanged, doc="A plugin runs its files as they are."
    ),
    EventType(
        name="plugin.granted",
        payload=PluginChanged,
        doc="A plugin was given a system grant or a permission.",
    ),
    EventType(
        name="plugin.revoked",
        payload=PluginChanged,
        doc="A system grant or a permission was taken from a plugin.",
    ),
    EventType(
        name="plugin.settings_changed",
        payload=SettingsChanged,
        doc="One of a plugin's own settings changed.",
        sandbox_name="onSettingsChange",
        own=True,
    ),
    EventType(name="plugin.removed", payload=PluginChanged, doc="A plugin was removed."),
    EventType(
        name="plugin.dependency_changed",
        payload=DependencyChanged,
        doc="What an enabled plugin needs died, came back, or was given up.",
    ),
    EventType(
        name="plugin.restarting", payload=PluginChanged, doc="A plugin died and is coming back."
    ),
    EventType(name="plugin.quarantined", payload=PluginChanged, doc="A plugin died too often."),
    EventType(
        name="service.provided",
        payload=ServiceProvided,
        doc="A trusted plugin provides a service for others.",
    ),
)
