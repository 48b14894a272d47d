"""`/plugins`: what is installed, and whether it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from plexihub.kernel.consent import Preview
from plexihub.kernel.permissions import StandingVerdict
from plexihub.kernel.permissions.asking import asked_for
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.plugins.dependencies import dependents_of, needs_of
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import Agreement, EnableOrder, HttpParts, InstallOrder
from plexihub.services.http.routes.trust import consent_shown, require_agreed, require_consent
from plexihub_sdk.errors import NotFoundError, PermissionDenied
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.scopes import WHOLE, is_within, plain, words

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
    yield "POST", f"{_ONE}/reload", partial(reload, parts)
    yield "POST", f"{_ONE}/rollback", partial(rollback, parts)
    yield "DELETE", _ONE, partial(remove, parts)


def _describe(parts: HttpParts, record: PluginRecord) -> dict[str, Any]:
    contributes: dict[str, list[Any]] = {}
    contributes |= parts.ui.contributions(record.id)
    contributes["routes"] = parts.api.of(record.id)
    registry = parts.kernel.registry
    needs = [need.describe() for need in needs_of(registry, record.stored.manifest)]
    needed_by = [
        {"id": one.id, "state": one.state, "versions": one.stored.manifest.dependencies[record.id]}
        for one in dependents_of(registry, record.id)
    ]
    return {**record.describe(contributes), "needs": needs, "needed_by": needed_by}


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
    preview = await parts.installer.preview(request.source, request.tier, request.sha256)
    manifest = preview.manifest
    asked = {
        "asked": list(manifest.permissions),
        "granted": [],
        "scopes": {
            name: {"asked": plain(scope), "granted": None, "words": words(name, scope)}
            for name, scope in manifest.scopes.items()
        },
    }
    shown = {"author": manifest.author, "digest": preview.digest}
    shown |= {"id": manifest.id, "name": manifest.name, "version": manifest.version}
    there = parts.kernel.registry.find(manifest.id)
    needs = [need.describe() for need in needs_of(parts.kernel.registry, manifest)]
    more = {"hooks": list(manifest.hooks), "needs": needs, "installed": _installed(there, manifest)}
    more["remarks"] = [dict(one) for one in preview.remarks]
    more["consent_page"] = _consent_page(parts, preview, there)
    if request.tier == "sandboxed":
        held = await parts.isolation.known()
        more["isolation"] = parts.isolation.describe(held)
    if preview.consent is not None:
        more |= await consent_shown(parts, preview.consent)
    return json_answer({**shown, "permissions": asked, **more})


def _consent_page(
    parts: HttpParts, preview: Preview, there: PluginRecord | None
) -> list[dict[str, Any]]:
    def judge(name: str) -> StandingVerdict:
        return parts.kernel.approvals.standing.judge(preview.manifest, preview.digest, name)

    return asked_for(preview.manifest, there.grant if there else None, judge)


def _installed(record: PluginRecord | None, wanted: Manifest) -> dict[str, Any] | None:
    if record is None:
        return None
    stored = record.stored
    granted = [name for name in stored.manifest.permissions if name in stored.granted]
    wider = [
        name
        for name in wanted.permissions
        if name in granted
        and not is_within(name, wanted.scopes.get(name, WHOLE), stored.scopes.get(name, WHOLE))
    ]
    return {"version": stored.manifest.version, "granted": granted, "wider": wider}


async def install(parts: HttpParts, call: Call) -> Answer:
    """Install a plugin from this machine's own disk: for the operator alone."""
    _require_operator(call)
    request = (await call.read(InstallOrder)).request()
    # Whoever agrees says to which text; code of the hub's own may leave that out.
    if request.tier == "trusted":
        request = replace(request, consent_digest=request.consent_digest or "")
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


class Others(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which other plugins may be switched as well."""

    with_dependencies: bool = False
    with_dependents: bool = False


async def _others(call: Call) -> Others:
    return await call.read(Others) if await call.body() else Others()


async def enable(parts: HttpParts, call: Call) -> Answer:
    """Start a plugin, now and at every start of the hub; what it needs as well, where asked."""
    call.require_admin()
    asked = await call.read(EnableOrder) if await call.body() else EnableOrder()
    if asked.with_dependencies:
        await require_agreed(parts, _record(parts, call))
    await require_consent(parts, call, _record(parts, call), asked)
    record = await parts.kernel.lifecycle.enable(
        _record(parts, call).id, call.ctx, with_dependencies=asked.with_dependencies
    )
    return json_answer(_describe(parts, record))


async def disable(parts: HttpParts, call: Call) -> Answer:
    """Stop a plugin, and leave it stopped; those that need it as well, where asked."""
    call.require_admin()
    record = await parts.kernel.lifecycle.disable(
        _record(parts, call).id, call.ctx, with_dependents=(await _others(call)).with_dependents
    )
    return json_answer(_describe(parts, record))


async def reload(parts: HttpParts, call: Call) -> Answer:
    """Let a running plugin run its files as they are now; changed trusted ones need consent."""
    call.require_admin()
    given = await call.read(Agreement) if await call.body() else Agreement()
    # Of one that is off the files are agreed to when it is enabled.
    if (there := _record(parts, call)).state == "enabled":
        await require_consent(parts, call, there, given, to="reload")
    record = await parts.kernel.lifecycle.reload(_record(parts, call).id, call.ctx)
    return json_answer(_describe(parts, record))


async def rollback(parts: HttpParts, call: Call) -> Answer:
    """Put the version before in a plugin's place."""
    call.require_admin()
    stored = await parts.installer.rollback(_record(parts, call).id, call.ctx)
    return json_answer(_describe(parts, parts.kernel.registry.get(stored.id)))


async def remove(parts: HttpParts, call: Call) -> Answer:
    """Remove a plugin; with `purge=true` what it keeps as well, for good."""
    call.require_admin()
    purge = call.flag("purge")
    plugin = _record(parts, call).id
    await parts.installer.remove(plugin, call.ctx)
    if purge:
        # It may have kept nothing at all.
        with suppress(NotFoundError):
            await parts.leftovers.purge(plugin, call.ctx)
    return NOTHING
