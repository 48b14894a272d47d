"""Sandboxes that a sandboxed plugin makes: `new PluginSandbox({…})`.

Each is a fresh confined process, as narrow as the plugin's own or narrower, without a method of the
hub's: for code that the plugin itself does not trust. There are few at one time, and they end with
the plugin.
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Protocol, Self

import msgspec

from plexihub.kernel.background import Background
from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.gateway import Method
from plexihub.kernel.limits import Limits
from plexihub_sdk.errors import InputError, LimitExceededError, NotFoundError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import SANDBOX_RUN

MOST_EACH = 2
#: Sandboxes that one plugin makes in a minute: each start costs the hub several processes.
PER_MINUTE = 12
_MINUTE = 60.0
LONGEST_CODE = 256 * 1024
#: After any of these the process that held them is no more, or another one.
_ENDINGS = ("plugin.disabled", "plugin.removed", "plugin.restarting", "plugin.reloaded")
_Hook = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class Box(Protocol):
    """One sandbox."""

    async def load(self, plugin: str) -> object:
        """Load code."""

    async def call(self, hook: str, payload: Mapping[str, Any], ctx: CallContext | None) -> Any:
        """Call a hook of it."""

    async def close(self) -> None:
        """End it."""

    async def __aenter__(self) -> Self:
        """Begin."""


#: Makes a sandbox for a plugin, of so many milliseconds a call and MB.
MakeBox = Callable[[str, float, int], Box]


class Create(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A sandbox, and the code in it."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_CODE)]
    timeout: Annotated[float, msgspec.Meta(ge=1)] = 5000
    memory_limit: Annotated[int, msgspec.Meta(ge=8)] = 50
    network_isolation: bool = True
    file_system_access: bool = False


class CallBox(msgspec.Struct, forbid_unknown_fields=True):
    """A call into a sandbox."""

    id: int
    hook: _Hook
    payload: dict[str, Any] = {}


class CloseBox(msgspec.Struct, forbid_unknown_fields=True):
    """Which sandbox."""

    id: int


class Sandboxes:
    """Keeps the sandboxes of each plugin.

    Args:
        make: Makes one.
        limits: Tells what a plugin itself may use.
    """

    def __init__(self, make: MakeBox, limits: Callable[[PluginId], Limits]) -> None:
        self._make = make
        self._limits = limits
        self._numbers = itertools.count(1)
        self._boxes: dict[str, dict[int, Box | None]] = {}
        self._made: defaultdict[str, deque[float]] = defaultdict(deque)
        self._background = Background(limit=1000)

    def listen(self, bus: EventBus) -> None:
        """End a plugin's sandboxes with the plugin."""

        def ended(told: Mapping[str, Any]) -> None:
            self.end_all(told["id"])

        for name in _ENDINGS:
            bus.subscribe(name, ended)

    def end_all(self, plugin: str) -> None:
        """End every sandbox of a plugin, soon."""
        for box in self._boxes.pop(plugin, {}).values():
            if box is not None:
                self._background.spawn(box.close(), name="end of a sandbox")

    def of(self, plugin: str) -> int:
        """Tell how many sandboxes a plugin has now."""
        return len(self._boxes.get(plugin, ()))

    async def close(self) -> None:
        """End every sandbox."""
        boxes = [box for them in self._boxes.values() for box in them.values()]
        self._boxes.clear()
        for box in boxes:
            if box is not None:
                await box.close()
        await self._background.close()

    async def create(self, ctx: CallContext, asked: Create) -> dict[str, int]:
        """Make a sandbox and load code in it.

        Raises:
            InputError: It is to be wider than the plugin's own.
            LimitExceededError: The plugin has as many as it may.
            PluginLoadError: The code does not load.
        """
        self._check(ctx, asked)
        places = self._boxes.setdefault(ctx.actor.id, {})
        if len(places) >= MOST_EACH:
            raise LimitExceededError(
                f"A plugin has {MOST_EACH} sandboxes at one time.",
                where="sandbox.create",
                next="Close one first.",
            )
        self._count(ctx.actor.id)
        number = next(self._numbers)
        places[number] = None  # its place, while it starts
        box = self._make(ctx.actor.id, asked.timeout, asked.memory_limit)
        try:
            await box.__aenter__()
            await box.load(asked.code)
        except BaseException:
            places.pop(number, None)
            await box.close()
            raise
        if self._boxes.get(ctx.actor.id) is not places:  # the plugin ended meanwhile
            await box.close()
        else:
            places[number] = box
        return {"id": number}

    def _count(self, plugin: str) -> None:
        now, made = time.monotonic(), self._made[plugin]
        while made and made[0] <= now - _MINUTE:
            made.popleft()
        if len(made) >= PER_MINUTE:
            wait = _MINUTE - (now - made[0])
            raise LimitExceededError(
                f"A plugin makes {PER_MINUTE} sandboxes a minute.",
                where="sandbox.create",
                next=f"Load code once and call it often, or wait {wait:.0f} s.",
            )
        made.append(now)

    def _check(self, ctx: CallContext, asked: Create) -> None:
        own = self._limits(PluginId(ctx.actor.id))
        wider = {
            "timeout": asked.timeout > own.call_seconds * 1000,
            "memoryLimit": asked.memory_limit > own.memory_mb,
            "networkIsolation": not asked.network_isolation,
            "fileSystemAccess": asked.file_system_access,
        }
        for name, is_wider in wider.items():
            if is_wider:
                raise InputError(
                    f"`{name}` would make the sandbox wider than the plugin's own.",
                    where=name,
                    next=f"At most {own.call_seconds * 1000:g} ms and {own.memory_mb} MB;"
                    " no network, no files.",
                )

    async def call(self, ctx: CallContext, asked: CallBox) -> Any:
        """Call a hook of the code in a sandbox.

        Raises:
            NotFoundError: The plugin has no such sandbox.
            PluginError: The code raised, was late or used too much.
        """
        return await self._box(ctx, asked.id).call(asked.hook, asked.payload, ctx)

    async def end(self, ctx: CallContext, asked: CloseBox) -> None:
        """End a sandbox.

        Raises:
            NotFoundError: The plugin has no such sandbox.
        """
        box = self._box(ctx, asked.id)
        del self._boxes[ctx.actor.id][asked.id]
        await box.close()

    def _box(self, ctx: CallContext, number: int) -> Box:
        box = self._boxes.get(ctx.actor.id, {}).get(number)
        if box is None:
            raise NotFoundError("There is no such sandbox; it may have ended.", where="id")
        return box


def sandbox_methods(boxes: Sandboxes) -> Iterator[Method]:
    """Make the methods for sandboxes within the sandbox.

    Args:
        boxes: What they work with.
    """
    yield Method("sandbox.create", SANDBOX_RUN, Create, boxes.create, "Make a sandbox.")
    yield Method("sandbox.call", SANDBOX_RUN, CallBox, boxes.call, "Call code in a sandbox.")
    yield Method("sandbox.close", SANDBOX_RUN, CloseBox, boxes.end, "End a sandbox.")
