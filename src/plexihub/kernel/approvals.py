"""What administrators decide about a sandboxed plugin's permissions, after it was installed.

A permission that takes approval (`admin:users`, `admin:billing`, `system:config`) is only asked for
by an install or an upgrade: it is worth nothing until an administrator approves it, for exactly the
files that were installed. Who asked does not approve where somebody else could. Every decision acts
at once and is on record, a refused one too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.outcome import outcome_of
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink, PermissionRequest, PluginStore
from plexihub_sdk.errors import ConflictError, NotFoundError, PermissionDenied, PlexiHubError
from plexihub_sdk.permissions import PERMISSIONS

#: Tells how many administrators there are besides the one of this id.
Others = Callable[[str], Awaitable[int]]
_DECIDE = "plugins.approve"


def takes_approval(permission: str) -> bool:
    """Whether a permission is worth nothing before an administrator approves it."""
    return permission in PERMISSIONS and PERMISSIONS[permission].admin


def requests_for(
    permissions: Iterable[str], digest: str, ctx: CallContext
) -> dict[str, PermissionRequest]:
    """Make the requests that an install or upgrade leaves, for those that take approval.

    Args:
        permissions: What the plugin is to be given.
        digest: Of its files.
        ctx: Who asks.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    asked = PermissionRequest(by=_who(ctx), name=ctx.actor.name, at=at, digest=digest)
    return {name: asked for name in permissions if takes_approval(name)}


class Approvals:
    """Grants and takes back what sandboxed plugins may do.

    Args:
        registry: The plugins.
        audit: Where each decision is recorded.
        events: Told that a plugin changed.
    """

    def __init__(self, registry: PluginRegistry, audit: AuditSink, events: EventBus) -> None:
        self._registry = registry
        self._audit = audit
        self._events = events
        self._lock = asyncio.Lock()
        self._store: PluginStore | None = None
        self._others: Others | None = None

    def keep_in(self, store: PluginStore) -> None:
        """Keep decisions in this store from now on."""
        self._store = store

    def ask_for_others(self, others: Others) -> None:
        """Find out by this whether somebody else could decide."""
        self._others = others

    def describe(self, record: PluginRecord) -> list[dict[str, Any]]:
        """List what a plugin asks for: what each means, how it stands, and who asked."""
        return [self._row(record, name) for name in record.stored.manifest.permissions]

    @staticmethod
    def _row(record: PluginRecord, name: str) -> dict[str, Any]:
        info, stored = PERMISSIONS[name], record.stored
        request = stored.requests.get(name)
        is_granted = name in stored.granted
        state = "granted" if is_granted else "pending" if request else "refused"
        return {
            "name": name,
            "says": info.says,
            "risk": info.risk,
            "takes_approval": info.admin,
            "state": state,
            "digest": stored.digest,
            "requested_by": request.by if request and not is_granted else None,
            "requested_by_name": request.name if request and not is_granted else None,
            "requested_at": request.at if request and not is_granted else None,
        }

    async def request(self, name: str, permission: str, ctx: CallContext) -> PluginRecord:
        """Ask for a permission that was refused or taken back.

        Raises:
            NotFoundError: There is no such plugin, or it does not ask for this.
            ConflictError: It is granted, or asked for already; or the plugin is trusted.
        """
        record = self._registry.get(name)

        async def work() -> None:
            stored = record.stored
            if permission in stored.granted or permission in stored.requests:
                raise ConflictError(
                    f"{record.id} has {permission!r}, or it is asked for already.",
                    where=permission,
                )
            fresh = requests_for((permission,), stored.digest, ctx)
            await self._keep(record, requests={**stored.requests, **fresh})

        await self._decide("plugin.permission.request", record, permission, ctx, work)
        return record

    async def approve(
        self, name: str, permission: str, ctx: CallContext, *, digest: str
    ) -> PluginRecord:
        """Give a plugin a permission that it asks for.

        Args:
            name: The plugin.
            permission: Of its manifest.
            ctx: Who decides.
            digest: Of the files for which it was decided, as they were shown.

        Raises:
            NotFoundError: There is no such plugin, or it does not ask for this.
            ConflictError: Its files are others by now, nobody asked, or the plugin is trusted.
            PermissionDenied: Who decides is who asked, and somebody else could decide.
        """
        record = self._registry.get(name)

        async def work() -> None:
            stored = record.stored
            if permission in stored.granted:
                return
            if digest != stored.digest:
                raise ConflictError(
                    f"The files of {record.id} are not those that were shown.",
                    where="digest",
                    next="Look at what is installed now, and decide about that.",
                )
            if takes_approval(permission):
                await self._require_other(record, permission, ctx)
            left = {key: one for key, one in stored.requests.items() if key != permission}
            await self._keep(record, granted=(*stored.granted, permission), requests=left)

        await self._decide("plugin.permission.approve", record, permission, ctx, work)
        self._tell("plugin.granted", record, ctx)
        return record

    async def revoke(self, name: str, permission: str, ctx: CallContext) -> PluginRecord:
        """Take a permission back, or refuse the one that is asked for; the next call finds it gone.

        Raises:
            NotFoundError: There is no such plugin, or it does not ask for this.
            ConflictError: The plugin is trusted.
        """
        record = self._registry.get(name)

        async def work() -> None:
            stored = record.stored
            left = {key: one for key, one in stored.requests.items() if key != permission}
            kept = tuple(one for one in stored.granted if one != permission)
            await self._keep(record, granted=kept, requests=left)

        await self._decide("plugin.permission.revoke", record, permission, ctx, work)
        self._tell("plugin.revoked", record, ctx)
        return record

    async def _require_other(self, record: PluginRecord, permission: str, ctx: CallContext) -> None:
        request = record.stored.requests.get(permission)
        if request is None:
            raise ConflictError(
                f"Nobody asks for {permission!r} for {record.id}: it was refused or taken back.",
                where=permission,
                next="Ask for it anew, and let another administrator approve it.",
            )
        mine = {_who(ctx), f"user:{ctx.on_behalf_of}"}
        if request.by not in mine:
            return
        others = await self._others(request.by.partition(":")[2]) if self._others else 0
        if others:
            raise PermissionDenied(
                _DECIDE,
                f"You asked for {permission!r} yourself, so another administrator approves it.",
                where=permission,
                next="Another administrator finds it on the plugin's page.",
            )

    async def _decide(
        self,
        action: str,
        record: PluginRecord,
        permission: str,
        ctx: CallContext,
        work: Callable[[], Awaitable[None]],
    ) -> None:
        details = {"permission": permission, "digest": record.stored.digest}
        entry = AuditEntry(ctx=ctx, action=action, target=record.id, details=details)
        try:
            _require_asked(record, permission)
            if ctx.actor.kind in {"plugin", "anonymous"}:
                raise PermissionDenied(_DECIDE, "Only people decide about this.", where=permission)
            async with self._lock:
                await work()
        except PlexiHubError as error:
            entry.outcome, entry.reason = outcome_of(error), error.message
            raise
        finally:
            self._audit.append(entry)

    async def _keep(
        self,
        record: PluginRecord,
        *,
        granted: tuple[str, ...] | None = None,
        requests: dict[str, PermissionRequest],
    ) -> None:
        if self._store is None:
            raise RuntimeError("nothing can be decided before Approvals.keep_in")
        stored = record.stored
        before = stored.granted, stored.requests
        stored.granted = before[0] if granted is None else granted
        stored.requests = requests
        try:
            await self._store.save(stored)
        except BaseException:
            stored.granted, stored.requests = before
            raise

    def _tell(self, event: str, record: PluginRecord, ctx: CallContext) -> None:
        data = {"id": record.id, "state": record.state, "reason": record.reason}
        self._events.publish(event, data, ctx)


def _who(ctx: CallContext) -> str:
    return f"{ctx.actor.kind}:{ctx.actor.id}"


def _require_asked(record: PluginRecord, permission: str) -> None:
    if record.stored.tier != "sandboxed":
        raise ConflictError(
            f"{record.id} is trusted: what it may do beyond that stands in its system grants.",
            where=record.id,
        )
    if permission not in record.stored.manifest.permissions:
        asked = ", ".join(record.stored.manifest.permissions) or "nothing"
        raise NotFoundError(
            f"{record.id} does not ask for {permission!r}.",
            where=permission,
            next=f"It asks for {asked}.",
        )
