"""Every way in and every hook, in every outcome, leaves exactly one record of what happened."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from plexihub.app import Hub
from plexihub.kernel.audit import AuditQuery, AuditRecord
from plexihub.kernel.context import OPERATOR, Actor, CallContext, as_plugin, current
from plexihub.kernel.outcome import outcome_of
from plexihub.kernel.payload import empty_value
from plexihub.options import HubOptions
from plexihub_sdk.errors import NotFoundError, PermissionDenied, Veto
from plexihub_sdk.hooks import HOOKS
from plexihub_sdk.ids import PluginId, new_trace_id
from plexihub_sdk.permissions import ROLE_RIGHTS

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-45")]
CHAT = PluginId("chat")
PLUGIN = CallContext(actor=Actor("plugin", CHAT, "Chat"), rights=ROLE_RIGHTS["admin"])


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """Run a hub whose one plugin is the chat."""
    async with Hub(HubOptions(data=tmp_path / "data", builtin=("chat",))) as hub:
        yield hub


async def recorded(hub: Hub, ctx: CallContext, action: str) -> list[AuditRecord]:
    """Answer the records of a journey, the oldest first."""
    found = await hub.kernel.audit.read(AuditQuery(trace=ctx.trace, action=action, limit=1000))
    return found[::-1]


async def fails(work: Any) -> BaseException | None:
    """Answer what something raises."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - compared with what stands on record
        return error
    return None


def contexts() -> dict[str, CallContext]:
    """Make the callers that each method meets: each in a journey of its own."""
    soon = time.monotonic() + 30
    some = {
        "stranger": replace(PLUGIN, actor=Actor("plugin", "nobody"), deadline=soon),
        "no plugin": replace(PLUGIN, actor=OPERATOR, deadline=soon),
        "late": replace(PLUGIN, deadline=time.monotonic() - 1),
        "plugin": replace(PLUGIN, deadline=soon),
    }
    return {who: replace(ctx, trace=new_trace_id()) for who, ctx in some.items()}


async def test_every_method_leaves_one_record_however_it_ends(hub: Hub) -> None:
    """Denied, refused, late, failed and done: one record each, with the outcome that was told."""
    gateway = hub.kernel.gateway
    names = [method.name for method in gateway.methods()]
    assert len(names) > 20
    seen = set()
    for name in (*names, "no.method"):
        for who, ctx in contexts().items():
            for params in ({}, {"no such parameter": object}):
                error = await fails(gateway.dispatch(ctx, name, params))
                [*_, record] = await recorded(hub, ctx, "gateway.call")
                assert record.target == name
                assert record.outcome == outcome_of(error), (name, who, error)
                assert record.rule, (name, who)
                assert record.execution_ms is not None
                seen.add(record.outcome)
            assert len(await recorded(hub, ctx, "gateway.call")) == 2
    assert seen >= {"ok", "denied", "failed"}


async def _hang(_payload: Any) -> None:
    await asyncio.Event().wait()


def _raise(error: BaseException) -> Callable[[Any], None]:
    def handler(_payload: Any) -> None:
        raise error

    return handler


ENDS: dict[str, Callable[[Any], Any]] = {
    "ok": lambda _payload: None,
    "denied": _raise(PermissionDenied("data:read")),
    "vetoed": _raise(Veto("no")),
    "failed": _raise(RuntimeError("broken")),
    "timeout": _hang,
}


@pytest.mark.parametrize("outcome", ENDS)
async def test_every_hook_leaves_one_record_however_it_ends(hub: Hub, outcome: str) -> None:
    """Each hook of the catalogue, with a handler that ends in each way."""
    hooks = hub.kernel.hooks
    for name, hook in HOOKS.items():
        undo = hooks.add(name, ENDS[outcome], owner=CHAT)
        seconds = 0.01 if outcome == "timeout" else 5.0
        ctx = CallContext().within(seconds)
        payload = {key: empty_value(hint) for key, hint in get_type_hints(hook.payload).items()}
        await fails(hooks.call(name, payload, ctx))
        undo()
        mine = [
            one
            for one in await recorded(hub, ctx, "plugin.execution")
            if (one.actor.id, one.target, one.outcome) == (CHAT, name, outcome)
        ]
        assert len(mine) == 1, name
        assert mine[0].execution_ms is not None


async def test_what_a_call_causes_names_it_as_its_parent(hub: Hub) -> None:
    """From the hook to the plugin's call, the permission's check and what it did there."""
    kernel, ctx = hub.kernel, CallContext()

    async def asks(_payload: Any) -> None:
        with pytest.raises(NotFoundError):
            await kernel.gateway.dispatch(as_plugin(current(), CHAT), "no.method", {})

    kernel.hooks.add("chat.own", asks, owner=CHAT)
    await kernel.hooks.call("chat.own", {}, ctx)
    [hook] = await recorded(hub, ctx, "plugin.execution")
    [call] = await recorded(hub, ctx, "gateway.call")
    assert (call.parent, hook.parent) == (hook.id, "")
    assert len({one.id for one in await kernel.audit.read(AuditQuery(limit=1000))}) > 2
    stored = kernel.registry.get(CHAT).stored
    for one in (hook, call):
        assert (one.actor.version, one.actor.digest) == (stored.manifest.version, stored.digest)
