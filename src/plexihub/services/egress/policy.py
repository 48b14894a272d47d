"""Whether a plugin's request may go out: the grant, the hub's policy, and administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.services.egress.hosts import HostBook
from plexihub.services.egress.target import PORTS, Target
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.ids import PluginId
from plexihub_sdk.patterns import Hosts
from plexihub_sdk.permissions import NETWORK_FETCH
from plexihub_sdk.scopes import Scope, allows

PRIVATE = "plugins.network.private"
REFUSED = "plugins.network.refused"
UNKNOWN = "plugins.network.unknown"
HTTPS_ONLY = "plugins.network.https_only"


class Policy:
    """Judges each request, redirected ones too.

    Args:
        setting: Reads a setting.
        scope: Tells how far a plugin's permission reaches.
        hosts: What administrators decided.
        reached: Told how far each plugin goes.
    """

    def __init__(
        self,
        setting: Callable[[str], Any],
        scope: Callable[[CallContext, str], Scope],
        hosts: HostBook,
        reached: Callable[..., None] = lambda *_who, **_how: None,
    ) -> None:
        self._setting = setting
        self._scope = scope
        self._reached = reached
        self._hosts = hosts

    def is_opened(self, host: str, port: int) -> bool:
        """Whether an administrator opened a host of a private network."""
        authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        return self._among(PRIVATE, authority)

    async def admit(self, ctx: CallContext, target: Target, method: str) -> None:
        """Let a request pass, wait for an administrator, or refuse.

        Raises:
            PermissionDenied: It may not go out.
        """
        went = {"hosts": _pattern(target), "methods": method}
        try:
            await self._admit(ctx, target, method)
        except PermissionDenied:
            self._reached(ctx, NETWORK_FETCH, allowed=False, **went)
            raise
        self._reached(ctx, NETWORK_FETCH, **went)

    async def _admit(self, ctx: CallContext, target: Target, method: str) -> None:
        scope = self._scope(ctx, NETWORK_FETCH)
        plugin = PluginId(ctx.actor.id)
        if self._setting(HTTPS_ONLY) and target.scheme != "https":
            raise _refused(target, "This hub lets https out alone.")
        if self._among(REFUSED, target.authority):
            raise _refused(target, f"This hub lets nothing out to {target.host}.")
        if not allows(NETWORK_FETCH, scope, "methods", method):
            raise _refused(target, f"It was not granted the method {method}.")
        if "paths" in scope and (
            target.is_ambiguous or not allows(NETWORK_FETCH, scope, "paths", target.path)
        ):
            raise _refused(target, f"It was not granted the path {target.path[:200]}.")
        verdict = self._hosts.verdict(plugin, target.authority)
        if verdict == "refuse":
            raise _refused(target, f"An administrator refused {target.authority}.")
        granted = "hosts" in scope and allows(NETWORK_FETCH, scope, "hosts", target.authority)
        if not granted and verdict != "allow":
            await self._ask(ctx, plugin, target)

    async def _ask(self, ctx: CallContext, plugin: PluginId, target: Target) -> None:
        if self._hosts.take_once(plugin, target.authority):
            return
        allow = f"plexihub plugin hosts {plugin} --allow {target.authority}"
        if self._setting(UNKNOWN) != "ask":
            raise _refused(target, f"{target.authority} is not among its hosts.", allow)
        if not await self._hosts.wait(ctx, plugin, target.authority, target.shown):
            raise _refused(target, f"No administrator has let {target.authority} pass yet.", allow)

    def _among(self, key: str, authority: str) -> bool:
        return allows(NETWORK_FETCH, {"hosts": tuple(self._setting(key))}, "hosts", authority)


def _pattern(target: Target) -> str:
    """Write a host as a manifest names it: without a port that is the usual one."""
    return target.host if target.port in PORTS.values() else target.authority


def host_problem(values: list[str]) -> str:
    """Tell what is wrong with a setting that lists hosts; empty if nothing."""
    kind = Hosts()
    for value in values:
        try:
            if kind.check(value) != value:
                return f"{value!r} is written {kind.check(value)!r}."
        except ValueError as error:
            return f"{value!r} {error}"
    return ""


def _refused(target: Target, reason: str, allow: str = "") -> PermissionDenied:
    return PermissionDenied(
        NETWORK_FETCH,
        reason,
        where=target.authority,
        next=f"An administrator can allow it: {allow}"
        if allow
        else "Ask an administrator, or name what is needed in the manifest.",
    )
