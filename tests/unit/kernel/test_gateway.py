"""The one door in: what passes, what is refused, and that both are on record."""

import asyncio
from typing import Any

import msgspec
import pytest

from plexihub.kernel.context import Actor, CallContext, current
from plexihub.kernel.gateway import Gateway, Limits, Method
from plexihub.kernel.limits import Limits as PluginLimits
from plexihub.kernel.limits import SameForAll
from plexihub.kernel.permissions import Broker, Grant
from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    LimitExceededError,
    NotFoundError,
    PermissionDenied,
    PluginTimeoutError,
)
from tests.fakes.stores import MemoryAudit

pytestmark = pytest.mark.anyio
GRANT = Grant.of({"data:read", "network:fetch"}, {"data:read", "network:fetch"})
CTX = CallContext(
    actor=Actor("plugin", "notes"), rights=frozenset({"data:read", "data:write", "network:fetch"})
)


class Params(msgspec.Struct, forbid_unknown_fields=True):
    """Parameters of the test's methods."""

    text: str = ""


async def echo(ctx: CallContext, params: Params) -> Any:
    """Answer who asks and what."""
    assert current() is ctx
    return [ctx.actor.id, params.text]


async def hang(_ctx: CallContext, _params: Params) -> Any:
    """Never answer."""
    await asyncio.Event().wait()


@pytest.fixture
def gateway(audit: MemoryAudit) -> Gateway:
    """Give a gateway with small limits."""
    gateway = Gateway(
        Broker(audit, lambda _plugin: GRANT),
        audit,
        Limits(in_flight=2),
        keeper=SameForAll(PluginLimits(requests_per_minute=2)),
    )
    for name, permission, handler in (
        ("data.query", "data:read", echo),
        ("data.change", "data:write", echo),
        ("net.fetch", "network:fetch", echo),
        ("log.write", None, echo),
        ("slow.wait", None, hang),
    ):
        gateway.register(Method(name, permission, Params, handler, "For the test."))
    return gateway


@pytest.mark.parametrize("method", ["data.query", "log.write"])
async def test_allowed_call_is_done_and_recorded(
    gateway: Gateway, audit: MemoryAudit, method: str
) -> None:
    """A known method with the right parameters and permission answers."""
    assert await gateway.dispatch(CTX, method, {"text": "hi"}) == ["notes", "hi"]
    assert audit.outcomes("gateway.call") == [(method, "ok")]
    assert audit.entries[-1].execution_ms is not None


@pytest.mark.parametrize(
    ("method", "params", "error", "outcome"),
    [
        ("data.change", {}, PermissionDenied, "denied"),
        ("data.qery", {}, NotFoundError, "failed"),
        ("data.query", {"text": 1}, InputError, "failed"),
        ("data.query", {"actor": "root"}, InputError, "failed"),
        ("data.query", None, InputError, "failed"),
    ],
)
@pytest.mark.checklist("A-22", "A-45")
async def test_refused_call_is_recorded(
    gateway: Gateway,
    audit: MemoryAudit,
    method: str,
    params: Any,
    error: type[Exception],
    outcome: str,
) -> None:
    """Without permission, unknown or with wrong parameters a call is refused, on the record."""
    with pytest.raises(error):
        await gateway.dispatch(CTX, method, params)
    assert audit.outcomes("gateway.call") == [(method, outcome)]


async def test_person_is_no_plugin(gateway: Gateway) -> None:
    """Somebody who is no plugin does not come through this door, whatever the method."""
    with pytest.raises(PermissionDenied):
        await gateway.dispatch(CallContext(actor=Actor("user", "1")), "log.write", {})


async def test_deadline_ends_call(gateway: Gateway, audit: MemoryAudit) -> None:
    """A call that is not done in time is ended."""
    with pytest.raises(PluginTimeoutError):
        await gateway.dispatch(CTX.within(0.01), "slow.wait", {})
    assert audit.outcomes("gateway.call") == [("slow.wait", "timeout")]


async def test_too_many_at_once_refused(gateway: Gateway) -> None:
    """Beyond the limit of calls at one time a plugin is refused, and another is not."""
    tasks = [asyncio.create_task(gateway.dispatch(CTX, "slow.wait", {})) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(LimitExceededError):
        await gateway.dispatch(CTX, "log.write", {})
    assert await gateway.dispatch(CTX.acting_as(Actor("plugin", "other")), "log.write", {})
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert await gateway.dispatch(CTX, "log.write", {})


async def test_too_many_a_minute_refused(gateway: Gateway) -> None:
    """Calls to the network are counted by the minute, a plugin for itself."""
    for _ in range(2):
        await gateway.dispatch(CTX, "net.fetch", {})
    with pytest.raises(LimitExceededError, match="More than 2 network requests within a minute"):
        await gateway.dispatch(CTX, "net.fetch", {})
    assert await gateway.dispatch(CTX.acting_as(Actor("plugin", "other")), "net.fetch", {})


async def test_method_comes_and_goes(gateway: Gateway) -> None:
    """A method is offered once, and gone after its undo."""
    method = Method("x.y", None, Params, echo, "For the test.")
    undo = gateway.register(method)
    with pytest.raises(ConflictError):
        gateway.register(method)
    undo()
    assert "x.y" not in [one.name for one in gateway.methods()]
