"""The catalogue of events: `noun.verbed` is told after the change is committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

__all__ = ("EVENTS", "SANDBOX_EVENTS", "EventType")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One event of the catalogue.

    Args:
        name: `noun.verbed`.
        payload: The TypedDict of what listeners receive.
        doc: When it is told, one sentence.
        sandbox_name: Its spelling as a sandboxed plugin's hook, where it has one.
    """

    name: str
    payload: type[Any]
    doc: str
    sandbox_name: str | None = None


class UserChanged(TypedDict):
    """The person's public record after the change (never the password)."""

    user: dict[str, Any]


class UserDeleted(TypedDict):
    """Who was deleted."""

    id: str
    username: str


class UserLogin(TypedDict):
    """Somebody signed in."""

    userId: str
    sessionId: str
    user: dict[str, Any]


class UserLogout(TypedDict):
    """Somebody signed out, or the session was revoked."""

    userId: str
    sessionId: str


class ChannelCreated(TypedDict):
    """The channel as people see it."""

    channel: dict[str, Any]


class MessagePosted(TypedDict):
    """The message as people see it."""

    message: dict[str, Any]


class ConfigChanged(TypedDict):
    """A setting changed; secret values are shown as `********`."""

    key: str
    old: Any
    new: Any


class PluginChanged(TypedDict):
    """A plugin's state after the change."""

    id: str
    state: str
    reason: str


class BackupStarted(TypedDict, total=False):
    """The name of the archive to be; absent where a plugin asks for one by telling this."""

    name: str


class BackupCreated(TypedDict):
    """The archive: name, size, created, version, schema, note, files."""

    backup: dict[str, Any]


class BackupFailed(TypedDict):
    """Which backup was not made, and why."""

    name: str
    reason: str


class HubChanged(TypedDict):
    """The hub's version."""

    version: str


EVENTS: dict[str, EventType] = {
    event.name: event
    for event in (
        EventType(name="user.created", payload=UserChanged, doc="A person was created."),
        EventType(name="user.updated", payload=UserChanged, doc="A person's record changed."),
        EventType(name="user.deleted", payload=UserDeleted, doc="A person was deleted."),
        EventType(
            name="user.login",
            payload=UserLogin,
            doc="A sign-in succeeded and its session exists.",
            sandbox_name="onAuthSuccess",
        ),
        EventType(name="user.logout", payload=UserLogout, doc="A session ended."),
        EventType(name="channel.created", payload=ChannelCreated, doc="A channel was created."),
        EventType(name="message.posted", payload=MessagePosted, doc="A message was stored."),
        EventType(name="config.changed", payload=ConfigChanged, doc="A setting changed."),
        EventType(name="plugin.installed", payload=PluginChanged, doc="A plugin was installed."),
        EventType(name="plugin.enabled", payload=PluginChanged, doc="A plugin was enabled."),
        EventType(name="plugin.disabled", payload=PluginChanged, doc="A plugin was disabled."),
        EventType(name="plugin.removed", payload=PluginChanged, doc="A plugin was removed."),
        EventType(
            name="plugin.restarting", payload=PluginChanged, doc="A plugin died and is coming back."
        ),
        EventType(name="plugin.quarantined", payload=PluginChanged, doc="A plugin died too often."),
        EventType(name="hub.started", payload=HubChanged, doc="Every enabled plugin is running."),
        EventType(name="hub.stopping", payload=HubChanged, doc="The hub is about to stop."),
        EventType(
            name="database.backup.started",
            payload=BackupStarted,
            doc="A backup is being made; a trusted plugin that tells this makes one.",
        ),
        EventType(name="backup.created", payload=BackupCreated, doc="A backup is whole."),
        EventType(name="backup.failed", payload=BackupFailed, doc="A backup was not made."),
    )
}

SANDBOX_EVENTS: Mapping[str, EventType] = {
    event.sandbox_name: event for event in EVENTS.values() if event.sandbox_name is not None
}
