"""`/plugins/ID/hosts` and `/plugins/ID/secrets`: where a sandboxed plugin may go, and with what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Annotated, Any, TypedDict

import msgspec

from plexihub.services.egress.hosts import Decision
from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import NETWORK_FETCH

_HOSTS = "/api/v1/plugins/{plugin_id}/hosts"
_SECRETS = "/api/v1/plugins/{plugin_id}/secrets"
_SECRET = "/api/v1/plugins/{plugin_id}/secrets/{name}"  # noqa: S105 - a path
Text = Annotated[str, msgspec.Meta(max_length=5000)]


class HostDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`allow` and `refuse` stay, `once` counts for one request, `forget` undoes."""

    host: Text
    decision: Decision


class NewSecret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret, and the hosts that it may go to; nobody reads the value again."""

    value: Text
    hosts: Annotated[list[Text], msgspec.Meta(max_length=100)]


class DecidedHost(TypedDict):
    """What an administrator decided about a host."""

    host: str
    decision: str


class AskedHost(TypedDict):
    """A host that a plugin asked for and nobody decided about."""

    host: str
    since: str
    times: int
    url: str
    waiting: int


class HostsShown(TypedDict):
    """Where a plugin may go: as it was granted, as was decided, and what it waits for."""

    id: str
    granted: list[str]
    decided: list[DecidedHost]
    asked: list[AskedHost]


class SecretShown(TypedDict):
    """A secret without its value."""

    name: str
    hosts: list[str]
    set_by: str


class SecretsShown(TypedDict):
    """The secrets of a plugin."""

    id: str
    items: list[SecretShown]
    next: None


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _HOSTS, partial(show_hosts, parts)
    yield "POST", _HOSTS, partial(decide, parts)
    yield "GET", _SECRETS, partial(show_secrets, parts)
    yield "PUT", _SECRET, partial(put_secret, parts)
    yield "DELETE", _SECRET, partial(forget_secret, parts)


def _plugin(parts: HttpParts, call: Call) -> PluginId:
    call.require_admin()
    record = parts.kernel.registry.get(call.params["plugin_id"])
    if record.stored.tier != "sandboxed":
        raise NotFoundError(
            f"{record.id} is trusted: it reaches what the hub's machine reaches.", where=record.id
        )
    return record.id


def _hosts(parts: HttpParts, plugin: PluginId) -> dict[str, Any]:
    scope = parts.kernel.registry.grant_of(plugin).scope(NETWORK_FETCH)
    granted = list(scope.get("hosts", ()))
    return {"id": plugin, "granted": granted, **parts.hosts.describe(plugin)}


async def show_hosts(parts: HttpParts, call: Call) -> Answer:
    """Tell where a plugin may go, and what it waits for."""
    return json_answer(_hosts(parts, _plugin(parts, call)))


async def decide(parts: HttpParts, call: Call) -> Answer:
    """Decide about a host; requests that wait for it go on or fail."""
    plugin = _plugin(parts, call)
    given = await call.read(HostDecision)
    await parts.hosts.decide(call.ctx, plugin, given.host, given.decision)
    return json_answer(_hosts(parts, plugin))


async def _secrets(parts: HttpParts, plugin: PluginId) -> Answer:
    items = await parts.vault.describe(plugin)
    return json_answer({"id": plugin, "items": items, "next": None})


async def show_secrets(parts: HttpParts, call: Call) -> Answer:
    """List a plugin's secrets by name, never their values."""
    return await _secrets(parts, _plugin(parts, call))


async def put_secret(parts: HttpParts, call: Call) -> Answer:
    """Set a secret, in the place of one of its name."""
    plugin = _plugin(parts, call)
    given = await call.read(NewSecret)
    await parts.vault.put(call.ctx, plugin, call.params["name"], given.value, given.hosts)
    return await _secrets(parts, plugin)


async def forget_secret(parts: HttpParts, call: Call) -> Answer:
    """Delete a secret."""
    plugin = _plugin(parts, call)
    await parts.vault.forget(call.ctx, plugin, call.params["name"])
    return NOTHING
