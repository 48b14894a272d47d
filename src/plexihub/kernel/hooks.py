"""Interception: `noun.verbing` hooks whose handlers may change or refuse what is about to happen.

Rules:
- Order: the core's handlers, then trusted, then sandboxed; within a tier the higher priority
  first, then the order of registration.
- A handler changes the payload in place; a mapping it returns is merged into it. Any other answer
  is ignored.
- `Veto` ends the call and reaches the caller with the plugin's id on it.
- Any other failure (a raised error, `SystemExit` included, or an awaited answer that is late) is
  reported and contained. For a hook of the catalogue the payload is then put back as it was before
  that handler: dictionaries and lists are copied in depth, live objects in it are kept as they are.
  A hook outside the catalogue is a plugin's own affair: no snapshot is taken, it always goes on.
- Where the catalogue says `closed`, a failure refuses the operation, as a veto would.
- Where the catalogue says `gathers`, sandboxed handlers only add to lists: each is asked with a
  copy and all at the same time, so several that hang cost one deadline; what they added is put
  together in their order.
- A plain handler cannot be interrupted: it holds the loop until it returns. Only awaited answers
  have a deadline.

Fast path: the chain of a name is a tuple made at registration; a hook without handlers costs one
dictionary lookup, and a plain handler of the core one call inside a `try`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexihub.kernel.context import CallContext, current, entered, owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Tier, Undo
from plexihub.kernel.watched import Handler, Observe, OnFailure, Watch, ignore, must_pass
from plexihub_sdk.errors import Veto
from plexihub_sdk.hooks import DEFAULT_DEADLINE, HOOKS
from plexihub_sdk.ids import PluginId

Payload = dict[str, Any]
_GATHERING = frozenset(name for name, hook in HOOKS.items() if hook.gathers)
_ORDER = {"core": 0, "trusted": 1, "sandboxed": 2}
#: A sandbox's runtime holds the deadline itself, kills and says what happened; we only back it up.
SANDBOX_GRACE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    order: tuple[int, int, int]
    owner: PluginId | None
    seconds: float
    call: Handler


#: Whose handlers failed (None: the core's), and how.
Failures = list[tuple[PluginId | None, BaseException]]
_Chain = tuple[tuple[Handler, _Entry], ...]


class HookTable:
    """The handlers of every hook."""

    def __init__(
        self, ownership: Ownership, on_failure: OnFailure, observe: Observe = ignore
    ) -> None:
        self._ownership = ownership
        self._on_failure = on_failure
        self._observe = observe
        self._chains: dict[str, _Chain] = {}
        self._count = 0

    def add(
        self,
        name: str,
        handler: Handler,
        *,
        priority: int = 0,
        owner: PluginId | None = None,
        tier: Tier = "trusted",
    ) -> Undo:
        """Register a handler.

        Args:
            name: Hook, as the catalogue spells it, or a plugin's own.
            handler: Takes the payload; plain, or answering something to await.
            priority: Higher runs earlier.
            owner: The plugin; the one whose code runs now when absent; the core when there is none.
            tier: Of the plugin.

        Returns:
            An undo that takes the handler away; the chain that runs at that moment keeps it.
        """
        plugin = owner or _whose()
        entry = self._entry(name, handler, (priority, plugin, tier))
        chain = (*self._chains.get(name, ()), (entry.call, entry))
        self._chains[name] = tuple(sorted(chain, key=lambda item: item[1].order))
        return self._ownership.note(lambda: self._remove(name, entry), plugin)

    def _entry(
        self, name: str, handler: Handler, place: tuple[int, PluginId | None, Tier]
    ) -> _Entry:
        priority, plugin, tier = place
        self._count += 1
        seconds = HOOKS[name].deadline if name in HOOKS else DEFAULT_DEADLINE
        if plugin is None:
            return _Entry(
                order=(0, -priority, self._count), owner=None, seconds=seconds, call=handler
            )
        grace = SANDBOX_GRACE if tier == "sandboxed" else 0.0
        watch = Watch(plugin=plugin, name=name, seconds=seconds, observe=self._observe, grace=grace)
        order = (_ORDER[tier], -priority, self._count)
        return _Entry(order=order, owner=plugin, seconds=seconds, call=watch.coat(handler))

    def _remove(self, name: str, entry: _Entry) -> None:
        chain = tuple(item for item in self._chains.get(name, ()) if item[1] is not entry)
        if chain:
            self._chains[name] = chain
        else:
            self._chains.pop(name, None)

    def names(self) -> dict[str, list[PluginId | None]]:
        """Tell the owners of each hook's handlers, in the order they run."""
        return {name: [entry.owner for _, entry in chain] for name, chain in self._chains.items()}

    async def call(
        self,
        name: str,
        payload: Payload,
        ctx: CallContext | None = None,
        *,
        failures: Failures | None = None,
    ) -> Payload:
        """Run the handlers of a hook over `payload`, which they change in place.

        Args:
            name: Hook.
            payload: What is about to happen; the caller goes on with what stands in it afterwards.
            ctx: For whom; what runs now when absent.
            failures: Where given, takes up the failures that were contained.

        Raises:
            Veto: A handler refused, or one of a `closed` hook failed.
        """
        chain = self._chains.get(name)
        if chain is None:
            return payload
        if ctx is not None:
            with entered(ctx):
                return await self.call(name, payload, failures=failures)
        if name not in _GATHERING:
            return await self._in_turn(name, chain, payload, failures)
        hosts, guests = _split(chain)
        await self._in_turn(name, hosts, payload, failures)
        await self._together(name, guests, payload, failures)
        return payload

    async def _in_turn(
        self, name: str, chain: _Chain, payload: Payload, failures: Failures | None
    ) -> Payload:
        before = _copy(payload) if name in HOOKS else None
        for handler, entry in chain:
            try:
                answer = handler(payload)
                if answer is not None:
                    await _settle(answer, entry, payload)
                if before is not None:
                    before = _copy(payload)  # fails for who left something without an end in it
            except BaseException as error:  # noqa: BLE001 - sorted out there
                self._contain(name, entry, error, failures)
                if before is not None:
                    payload.clear()
                    payload.update(_copy(before))
        return payload

    async def _together(
        self, name: str, chain: _Chain, payload: Payload, failures: Failures | None
    ) -> None:
        sizes = {key: len(value) for key, value in payload.items() if type(value) is list}
        copies = [_copy(payload) for _ in chain]
        asked = (_ask(*item, copy) for item, copy in zip(chain, copies, strict=True))
        errors = await asyncio.gather(*asked, return_exceptions=True)
        for (_, entry), copy, error in zip(chain, copies, errors, strict=True):
            if error is not None:
                self._contain(name, entry, error, failures)
                continue
            for key, value in copy.items():
                if type(value) is list:
                    payload.setdefault(key, []).extend(value[sizes.get(key, 0) :])

    def _contain(
        self, name: str, entry: _Entry, error: BaseException, failures: Failures | None
    ) -> None:
        if isinstance(error, Veto):
            error.plugin = error.where = entry.owner or ""
            raise error
        if must_pass(error):
            raise error
        self._on_failure(name, entry.owner, error)
        if failures is not None:
            failures.append((entry.owner, error))
        if name in HOOKS and HOOKS[name].on_failure == "closed":
            who = entry.owner or "the hub itself"
            raise Veto(
                f"{who} had to decide about {name} and failed.", plugin=entry.owner or ""
            ) from error


def _whose() -> PluginId | None:
    return owner.get()


def _split(chain: _Chain) -> tuple[_Chain, _Chain]:
    first = sum(entry.order[0] < _ORDER["sandboxed"] for _, entry in chain)
    return chain[:first], chain[first:]


async def _ask(handler: Handler, entry: _Entry, payload: Payload) -> None:
    answer = handler(payload)
    if answer is not None:
        await _settle(answer, entry, payload)


async def _settle(answer: Any, entry: _Entry, payload: Payload) -> None:
    if hasattr(answer, "__await__"):
        if entry.owner is None:
            async with asyncio.timeout(min(entry.seconds, current().remaining())):
                answer = await answer
        else:  # its coat holds the deadline
            answer = await answer
    if isinstance(answer, Mapping) and answer is not payload:
        payload.update(answer)


def _copy(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: _copy(item) if type(item) in _DEEP else item for key, item in value.items()}
    return [_copy(item) if type(item) in _DEEP else item for item in value]


_DEEP = frozenset({dict, list})
