"""Names of the wire and names of Python: the one place where one becomes the other.

A hook has two spellings on the wire, as the catalogue names it (`message.creating`) and, for some,
as the sandbox's first design does (`onDashboardLoad`). A function is named after either, in
snake_case: `on_message_creating`, `on_dashboard_load`. Payloads of the first kind have the
catalogue's keys, the same as a trusted plugin sees; those of the second kind have the catalogue's
keys in snake_case (`user_id`). What stands inside of the values is a person's, and never renamed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from plexihub_sdk.events import SANDBOX_EVENTS
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import SANDBOX_HOOKS
from plexihub_sdk.offers import HANDLERS

_HUMP = re.compile(r"(?<=[a-z0-9])[A-Z]")


def snake(name: str) -> str:
    """Spell a camelCase name in snake_case."""
    return _HUMP.sub(lambda hump: f"_{hump[0]}", name).lower()


def function_name(hook: str) -> str:
    """Answer the name of the function for a hook or an event as it is called on the wire."""
    return f"on_{hook.replace('.', '_')}" if "." in hook else snake(hook)


#: Keys of what a plugin's own jobs, routes and commands are called with, which differ in Python.
_OFFERED: Mapping[str, tuple[str, ...]] = {
    "onJob": ("scheduledFor",),
    "onRequest": ("userId",),
    "onCommand": ("channelId", "threadId", "userId"),
}
#: Names of functions to names on the wire.
FUNCTIONS: Mapping[str, str] = {
    function_name(name): name for name in (*SANDBOX_HOOKS, *SANDBOX_EVENTS, *HANDLERS, *HEARD)
}


def spelled(hook: str, handler: Callable[[Any], Any], *, is_async: bool) -> Callable[[Any], Any]:
    """Make a handler that takes and answers the keys of the wire.

    Args:
        hook: As it is called on the wire.
        handler: Takes and answers the keys that Python has.
        is_async: Whether it is a coroutine function.
    """
    named = SANDBOX_HOOKS.get(hook) or SANDBOX_EVENTS.get(hook)
    keys = named.payload.__annotations__ if named is not None else _OFFERED.get(hook, ())
    pairs = [(key, snake(key)) for key in keys if snake(key) != key]
    if not pairs:
        return handler
    keyed = _Keyed(pairs, handler)
    return keyed.wait if is_async else keyed.call


class _Keyed:
    def __init__(self, pairs: list[tuple[str, str]], handler: Callable[[Any], Any]) -> None:
        self._inward = pairs
        self._outward = [(ours, theirs) for theirs, ours in pairs]
        self._handler = handler

    def call(self, payload: Any) -> Any:
        _rename(payload, self._inward)
        return self._answer(payload, self._handler(payload))

    async def wait(self, payload: Any) -> Any:
        _rename(payload, self._inward)
        return self._answer(payload, await self._handler(payload))

    def _answer(self, payload: Any, value: Any) -> Any:
        # What was changed in place is an answer, too.
        _rename(payload, self._outward)
        if isinstance(value, dict) and value is not payload:
            value = dict(value)
            _rename(value, self._outward)
        return value


def _rename(mapping: Any, pairs: list[tuple[str, str]]) -> None:
    if not isinstance(mapping, dict):
        return
    for old, new in pairs:
        if old in mapping:
            mapping[new] = mapping.pop(old)
