"""The service `events`: one name space for hooks and events, as plugins use it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from plexihub.kernel.context import CallContext, acting, owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub_sdk.hooks import HOOKS

Callback = Callable[[Any], Any]
_Key = tuple[str, Callback]


class Actions(Protocol):
    """What the hub does when a plugin tells one of its events."""

    def take(self, name: str, data: Any, ctx: CallContext) -> bool:
        """Take over an event that is being told; answers whether it did."""


def is_hook(name: str) -> bool:
    """Whether a name asks before (`user.creating`) instead of telling after (`user.created`)."""
    return name in HOOKS or name.rpartition(".")[2].endswith("ing")


class EventService:
    """Register for hooks and events, and tell events.

    Args:
        bus: Of the events.
        hooks: Of the hooks.
        ownership: Whose the registrations are.
        actions: What the hub does when a plugin tells one of its events.
    """

    def __init__(
        self,
        bus: EventBus,
        hooks: HookTable,
        ownership: Ownership,
        actions: Actions | None = None,
    ) -> None:
        self._actions = actions
        self._bus = bus
        self._hooks = hooks
        self._ownership = ownership
        self._undos: dict[_Key, list[Undo]] = {}
        self._bridged: set[str] = set()

    def on(self, name: str, callback: Callback, *, priority: int = 0) -> Undo:
        """Call `callback(data)` on a hook or an event, until the answered undo is called.

        Args:
            name: `noun.verbing` may change what is about to happen, or raise `Veto`;
                `noun.verbed` is told afterwards.
            callback: Plain, or a coroutine function.
            priority: Of a hook: higher runs earlier.
        """
        key = (name, callback)
        if is_hook(name):
            self._bridge(name)
            taken_back = self._hooks.add(name, callback, priority=priority)
        else:
            taken_back = self._bus.subscribe(name, callback)
        self._undos.setdefault(key, []).append(taken_back)
        forget = self._ownership.note(partial(self._forget, key, taken_back))

        def undo() -> None:
            taken_back()
            forget()

        return undo

    def _bridge(self, name: str) -> None:
        # Emitting a hook's name runs its handlers too, though nobody waits for their answer.
        if name in self._bridged:
            return
        token = owner.set(None)
        try:
            self._bus.subscribe(name, partial(self._run_hook, name))
        finally:
            owner.reset(token)
        self._bridged.add(name)

    async def _run_hook(self, name: str, data: Any) -> None:
        await self._hooks.call(name, data)

    def _forget(self, key: _Key, taken_back: Undo) -> None:
        left = [one for one in self._undos.pop(key, []) if one is not taken_back]
        if left:
            self._undos[key] = left

    def off(self, name: str, callback: Callback) -> None:
        """Stop calling a callback on a name; nothing happens where it is not registered."""
        for undo in self._undos.pop((name, callback), []):
            undo()

    def emit(self, name: str, data: Any = None) -> None:
        """Tell an event to everybody who listens; returns at once.

        Telling an event of the hub's makes it true, where the catalogue names an action.

        Args:
            name: Of the catalogue or one's own; `noun.verbing` runs the hook's handlers.
            data: What they receive; a hook's handlers take a dictionary.
        """
        # In the plugin's own name: who tells of a backup decides whether one is made.
        ctx = acting()
        if self._actions is None or not self._actions.take(name, data, ctx):
            self._bus.publish(name, {} if data is None and is_hook(name) else data, ctx)
