"""The catalogue of events: `noun.verbed` is told after the change is committed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from plexihub_sdk.catalogue import chat, files, hub, net, pages, people, plugin
from plexihub_sdk.catalogue.acting import ACTIONS
from plexihub_sdk.catalogue.kind import EventType

__all__ = ("EVENTS", "SANDBOX_EVENTS", "EventType", "is_emitted", "is_own")

#: An event that a plugin emits: `plugin.<id>.<name>`.
_EMITTED = re.compile(
    r"plugin\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[A-Za-z0-9][\w.:-]{0,99}\Z", re.ASCII
)
#: An event of a plugin's own, by its plain name. Nothing like `onDashboradLoad`: that is a hook,
#: mistyped. One with dots is heard by its whole name alone: `user.login` is the hub's.
_OWN = re.compile(r"(?!on[A-Z_])[A-Za-z0-9][\w:-]{0,99}\Z", re.ASCII)

EVENTS: Mapping[str, EventType] = {
    event.name: replace(event, action=ACTIONS.get(event.name, event.action))
    for part in (people, chat, files, pages, hub, net, plugin)
    for event in part.EVENTS
}

SANDBOX_EVENTS: Mapping[str, EventType] = {
    event.sandbox_name: event for event in EVENTS.values() if event.sandbox_name is not None
}


def is_emitted(name: str) -> bool:
    """Whether a name is that of an event which a plugin emits, `plugin.<id>.<name>`."""
    return name not in EVENTS and _EMITTED.match(name) is not None


def is_own(name: str) -> bool:
    """Whether a name can be that of an event which the plugin itself emits, such as `refreshed`."""
    return _OWN.match(name) is not None
