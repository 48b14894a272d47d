"""Tells open pages that what they show has changed, whoever changed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub.kernel.events import EventBus
from plexihub.services.ui.live import LiveHub


def tell_pages(bus: EventBus, live: LiveHub) -> None:
    """Pass on that a record changed, never what is in it: pages fetch what they may see."""

    def tell_user(data: Mapping[str, Any]) -> None:
        live.publish("user.changed", {"id": _id_of(data, "user")})

    for name in ("user.created", "user.updated", "user.deleted"):
        bus.subscribe(name, tell_user)
    # A plugin may change what a page is given without registering anything there.
    for name in ("plugin.enabled", "plugin.disabled", "plugin.reloaded", "plugin.upgraded"):
        bus.subscribe(name, lambda _data: live.publish("ui.changed", {}))


def _id_of(data: Mapping[str, Any], entity: str) -> str:
    # A plugin may tell the event, too, with whatever it likes in it.
    record = data.get(entity)
    return str((record if isinstance(record, Mapping) else data).get("id", ""))
