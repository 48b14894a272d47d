"""`/plugins`: what is installed, and whether it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from plexihub.kernel.plugins import PluginRecord
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts, InstallOrder
from plexihub_sdk.errors import PermissionDenied

_ALL = "/api/v1/plugins"
_ONE = "/api/v1/plugins/{plugin_id}"


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "POST", _ALL, partial(install, parts)
    yield "POST", f"{_ALL}/describe", partial(describe, parts)
    yield "GET", _ONE, partial(show, parts)
    yield "POST", f"{_ONE}/enable", partial(enable, parts)
    yield "POST", f"{_ONE}/disable", partial(disable, parts)
    yield "DELETE", _ONE, partial(remove, parts)


def _describe(parts: HttpParts, record: PluginRecord) -> dict[str, Any]:
    contributes = {**parts.ui.contributions(record.id), "routes": parts.api.of(record.id)}
    return record.describe(contributes)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List the installed plugins."""
    call.require_admin()
    items = [_describe(parts, record) for record in parts.kernel.registry]
    return json_answer({"items": items, "next": None})


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show one plugin."""
    call.require_admin()
    return json_answer(_describe(parts, _record(parts, call)))


def _record(parts: HttpParts, call: Call) -> PluginRecord:
    return parts.kernel.registry.get(call.params["plugin_id"])


async def describe(parts: HttpParts, call: Call) -> Answer:
    """Tell what a package on this machine's own disk says of itself: for the operator alone."""
    _require_operator(call)
    request = (await call.read(InstallOrder)).request()
    manifest = await parts.installer.describe(request.source, request.tier)
    asked = {"asked": list(manifest.permissions), "granted": []}
    shown = {"id": manifest.id, "name": manifest.name, "version": manifest.version}
    return json_answer({**shown, "permissions": asked, "hooks": list(manifest.hooks)})


async def install(parts: HttpParts, call: Call) -> Answer:
    """Install a plugin from this machine's own disk: for the operator alone."""
    _require_operator(call)
    request = (await call.read(InstallOrder)).request()
    stored = await parts.installer.install(request, call.ctx)
    record = parts.kernel.registry.get(stored.id)
    return json_answer(_describe(parts, record), status=201)


def _require_operator(call: Call) -> None:
    call.require_admin()
    if not call.is_operator:
        raise PermissionDenied(
            "operator",
            "Plugins are installed on the hub's own machine.",
            where=call.path,
            next="Run `plexihub plugin install` there.",
        )


async def enable(parts: HttpParts, call: Call) -> Answer:
    """Start a plugin, now and at every start of the hub."""
    call.require_admin()
    record = await parts.kernel.lifecycle.enable(_record(parts, call).id, call.ctx)
    return json_answer(_describe(parts, record))


async def disable(parts: HttpParts, call: Call) -> Answer:
    """Stop a plugin, and leave it stopped."""
    call.require_admin()
    record = await parts.kernel.lifecycle.disable(_record(parts, call).id, call.ctx)
    return json_answer(_describe(parts, record))


async def remove(parts: HttpParts, call: Call) -> Answer:
    """Remove a plugin."""
    call.require_admin()
    await parts.installer.remove(_record(parts, call).id, call.ctx)
    return NOTHING
