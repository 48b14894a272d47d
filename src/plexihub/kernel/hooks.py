"""Interception: `noun.verbing` hooks whose handlers may change or refuse what is about to happen.

Rules:
- Order: the core's handlers, then trusted, then sandboxed; within a tier the higher priority
  first, then the order of registration.
- A handler changes the payload in place; a mapping it returns is merged into it. For a hook of the
  catalogue any other answer, and a payload whose declared keys are gone or of another type, is a
  failure of that handler.
- `Veto` ends the call and reaches the caller with the plugin's id on it.
- Any other failure (a raised error, `SystemExit` included, or an awaited answer that is late) is
  reported and contained. For a hook of the catalogue the payload is then put back as it was before
  that handler: dictionaries and lists are copied in depth, live objects in it are kept as they are.
  A hook outside the catalogue is a plugin's own affair: no snapshot is taken, it always goes on.
- Where the catalogue says `closed`, a failure refuses the operation, as a veto would.
- Where the catalogue says `gathers`, sandboxed handlers only add to lists: each is asked with a
  copy and all at the same time, so several that hang cost one deadline; what they added is put
  together in their order.
- A handler may do what runs the same hook again, sixteen times within itself and no more: then the
  innermost call raises.
- A plain handler cannot be interrupted: it holds the loop until it returns. Only awaited answers
  have a deadline.

Fast path: the chain of a name is a tuple made at registration; a hook without handlers costs one
dictionary lookup, and a plain handler of the core one call inside a `try`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from plexihub.kernel.context import CallContext, current, entered, owner
from plexihub.kernel.lineage import DEEPEST, endless
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.payload import PayloadError, check_change, refuse_answer
from plexihub.kernel.ports import Tier, Undo
from plexihub.kernel.watched import Handler, Observe, OnFailure, Watch, ignore, must_pass
from plexihub_sdk.errors import LimitExceededError, Veto
from plexihub_sdk.hooks import DEFAULT_DEADLINE, HOOKS
from plexihub_sdk.ids import PluginId

Payload = dict[str, Any]
#: The hooks inside of which code runs, the outermost first.
_around: ContextVar[tuple[str, ...]] = ContextVar("plexihub_hooks", default=())
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
        self._held: dict[PluginId, list[tuple[str, _Entry]]] = {}

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
        if plugin is not None and plugin in self._held:
            self._held[plugin].append((name, entry))
        else:
            self._insert(name, entry)
        return self._ownership.note(lambda: self._remove(name, entry), plugin)

    def _insert(self, name: str, entry: _Entry) -> None:
        chain = (*self._chains.get(name, ()), (entry.call, entry))
        self._chains[name] = tuple(sorted(chain, key=lambda item: item[1].order))

    def hold(self, plugin: PluginId, done: asyncio.Event) -> Undo:
        """Let the calls that a plugin's handlers are for wait for those of its new code.

        A handler that refuses strangers must not be away for a moment. Call it, and nothing that
        waits, right before the old handlers are taken away.

        Args:
            plugin: Which is about to change its code.
            done: Set when it has.

        Returns:
            An undo that puts the handlers which were added meanwhile in their places.
        """
        self._held[plugin] = []
        placeholders = []
        for name, chain in list(self._chains.items()):
            mine = next((entry for _, entry in chain if entry.owner == plugin), None)
            if mine is not None:
                waiter = self._waiter(name, mine, done)
                self._insert(name, waiter)
                placeholders.append((name, waiter))

        def release() -> None:
            for name, waiter in placeholders:
                self._remove(name, waiter)
            for name, entry in self._held.pop(plugin, []):
                self._insert(name, entry)

        return release

    def _waiter(self, name: str, mine: _Entry, done: asyncio.Event) -> _Entry:
        async def wait(payload: Payload) -> None:
            if owner.get() == mine.owner:
                return  # the new code itself, which cannot wait for its own start
            async with asyncio.timeout(min(mine.seconds, current().remaining())):
                await done.wait()
            for handler, entry in self._chains.get(name, ()):
                if entry.owner == mine.owner:
                    answer = handler(payload)
                    if answer is not None:
                        await _settle(answer, entry, payload, name)

        return replace(mine, call=wait)

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
        if entry.owner is not None and (held := self._held.get(entry.owner)):
            held[:] = [item for item in held if item[1] is not entry]
        chain = tuple(item for item in self._chains.get(name, ()) if item[1] is not entry)
        if chain:
            self._chains[name] = chain
        else:
            self._chains.pop(name, None)

    def has(self, name: str) -> bool:
        """Whether a hook has handlers."""
        return name in self._chains

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
        hosts_only: bool = False,
    ) -> Payload:
        """Run the handlers of a hook over `payload`, which they change in place.

        Args:
            name: Hook.
            payload: What is about to happen; the caller goes on with what stands in it afterwards.
            ctx: For whom; what runs now when absent.
            failures: Where given, takes up the failures that were contained.
            hosts_only: Leaves sandboxed handlers out: what happens is one plugin's own affair.

        Raises:
            Veto: A handler refused, or one of a `closed` hook failed.
            LimitExceededError: Its handlers cause it again and again.
        """
        chain = self._chains.get(name)
        if chain is None:
            return payload
        if ctx is not None:
            with entered(ctx):
                return await self.call(name, payload, failures=failures, hosts_only=hosts_only)
        if hosts_only:
            chain, _guests = _split(chain)
        around = _around.get()
        if len(around) >= DEEPEST:
            raise _endless(around, name)
        token = _around.set((*around, name))
        try:
            if name not in _GATHERING:
                return await self._in_turn(name, chain, payload, failures)
            hosts, guests = _split(chain)
            await self._in_turn(name, hosts, payload, failures)
            await self._together(name, guests, payload, failures)
        finally:
            _around.reset(token)
        return payload

    async def _in_turn(
        self, name: str, chain: _Chain, payload: Payload, failures: Failures | None
    ) -> Payload:
        before = _copy(payload) if name in HOOKS else None
        for handler, entry in chain:
            try:
                answer = handler(payload)
                if answer is not None:
                    await _settle(answer, entry, payload, name)
                if before is not None and payload != before:
                    left = _copy(payload)  # fails for who left something without an end in it
                    check_change(name, payload, before, entry.owner or "the hub itself")
                    before = left
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
        asked = (_ask(*item, copy, name) for item, copy in zip(chain, copies, strict=True))
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
        if isinstance(error, PayloadError) and entry.owner is not None:
            self._observe(entry.owner, name, 0.0, error)  # its coat took the call for a good one
        if failures is not None:
            failures.append((entry.owner, error))
        if name in HOOKS and HOOKS[name].on_failure == "closed":
            who = entry.owner or "the hub itself"
            raise Veto(
                f"{who} had to decide about {name} and failed.", plugin=entry.owner or ""
            ) from error


def _endless(around: tuple[str, ...], name: str) -> LimitExceededError:
    steps = (*around[-3:], f"{name} ({_whose() or 'the hub'})")
    return endless("Hooks cause each other without end", steps, name)


def _whose() -> PluginId | None:
    return owner.get()


def _split(chain: _Chain) -> tuple[_Chain, _Chain]:
    first = sum(entry.order[0] < _ORDER["sandboxed"] for _, entry in chain)
    return chain[:first], chain[first:]


async def _ask(handler: Handler, entry: _Entry, payload: Payload, name: str) -> None:
    answer = handler(payload)
    if answer is not None:
        await _settle(answer, entry, payload, name)


async def _settle(answer: Any, entry: _Entry, payload: Payload, name: str) -> None:
    if hasattr(answer, "__await__"):
        if entry.owner is None:
            async with asyncio.timeout(min(entry.seconds, current().remaining())):
                answer = await answer
        else:  # its coat holds the deadline
            answer = await answer
    if isinstance(answer, Mapping):
        if answer is not payload:
            payload.update(answer)
    elif answer is not None and name in HOOKS:
        refuse_answer(name, answer, entry.owner or "the hub itself")


def _copy(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        return {key: _copy(item) if type(item) in _DEEP else item for key, item in value.items()}
    return [_copy(item) if type(item) in _DEEP else item for item in value]


_DEEP = frozenset({dict, list})
