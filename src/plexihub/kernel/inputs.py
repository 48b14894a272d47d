"""What a sandboxed plugin is called with, checked before it leaves the hub.

The types are those of the catalogue, and the limits those of the design's input schema. What does
not fit is refused here, on the hub's side of the wall: the plugin's process never sees it. A
plugin may demand more with a schema of its own, which its guest holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypedDict, get_type_hints

import msgspec

from plexihub_sdk.errors import InputRefusedError
from plexihub_sdk.events import EventType
from plexihub_sdk.hooks import HookType

LONGEST_ACTION = 100
LONGEST_ID = 100
#: Texts with a length of their own, by the name they have in every payload.
_LONGEST = {
    "action": LONGEST_ACTION,
    "userId": LONGEST_ID,
    "dashboardId": LONGEST_ID,
    "sessionId": LONGEST_ID,
}
#: What is told of an event: whoever signs in does not show strangers where from and with what.
_TOLD = {"user.login": ("userId", "sessionId")}


def check_input(kind: HookType | EventType, payload: Any, spelled: str = "") -> None:
    """Refuse a payload that a plugin must not be called with.

    Args:
        kind: The hook or event.
        payload: What the plugin would receive (`told`, for an event).
        spelled: How the plugin names an event.

    Raises:
        InputRefusedError: A value is missing, of another type, or too long.
    """
    name = kind.sandbox_name or kind.name
    try:
        msgspec.convert(payload, _form(kind, is_brief=_is_brief(kind, spelled)))
    except msgspec.ValidationError as error:
        raise InputRefusedError(
            f"{name} cannot be called with this: {error}.", where=name
        ) from error
    for key, longest in _LONGEST.items():
        value = payload.get(key)
        if value is not None and (not isinstance(value, str) or len(value) > longest):
            raise InputRefusedError(
                f"{name} cannot be called with this: `{key}` has {longest} characters at most.",
                where=f"{name}.{key}",
            )


@cache
def _form(kind: HookType | EventType, *, is_brief: bool) -> Any:
    if not is_brief:
        return kind.payload
    hints = get_type_hints(kind.payload)
    return TypedDict("Told", {name: hints[name] for name in _TOLD[kind.name]})  # type: ignore[operator]


def _is_brief(kind: HookType | EventType, spelled: str) -> bool:
    return kind.name in _TOLD and spelled == kind.sandbox_name


def told(kind: EventType, data: Any, spelled: str) -> Any:
    """Answer what a sandboxed plugin hears of an event: less by its sandbox spelling."""
    if not _is_brief(kind, spelled) or not isinstance(data, Mapping):
        return data
    return {name: data[name] for name in _TOLD[kind.name] if name in data}
