"""What administrators decide about a sandboxed plugin's permissions, after it was installed.

A permission that takes approval (`admin:users`, `admin:billing`, `system:config`) is only asked for
by an install or an upgrade: it is worth nothing until an administrator approves it, for exactly the
files that were installed. Who asked does not approve where somebody else could. Every decision acts
at once and is on record, a refused one too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime

from plexihub.kernel.background import Background
from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.outcome import outcome_of
from plexihub.kernel.permission_sheet import is_wider
from plexihub.kernel.permissions import StandingPolicy
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub.kernel.ports import (
    AuditEntry,
    AuditSink,
    PermissionDecision,
    PermissionRequest,
    PluginStore,
    StoredPlugin,
)
from plexihub_sdk.errors import ConflictError, NotFoundError, PermissionDenied, PlexiHubError
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import Scope

#: Tells how many administrators there are besides the one of this id.
Others = Callable[[str], Awaitable[int]]
_DECIDE = "plugins.approve"


def takes_approval(permission: str) -> bool:
    """Whether a permission is worth nothing before an administrator approves it."""
    return permission in PERMISSIONS and PERMISSIONS[permission].admin


def requests_for(
    permissions: Iterable[str], digest: str, ctx: CallContext, reason: str = ""
) -> dict[str, PermissionRequest]:
    """Make the requests that wait for an administrator.

    Args:
        permissions: What the plugin is to be given.
        digest: Of its files.
        ctx: Who asks.
        reason: Why, in their words.
    """
    asked = PermissionRequest(
        by=who(ctx), name=ctx.actor.name, at=_now(), digest=digest, reason=reason
    )
    return dict.fromkeys(permissions, asked)


def decision_of(ctx: CallContext, digest: str, *, granted: bool) -> PermissionDecision:
    """Make the record of a person's decision about a plugin's files."""
    return PermissionDecision(
        granted=granted, by=who(ctx), name=ctx.actor.name, at=_now(), digest=digest
    )


class Approvals:
    """Grants and takes back what sandboxed plugins may do.

    Args:
        registry: The plugins.
        audit: Where each decision is recorded.
        events: Told that a plugin changed.
        background: Runs what nobody waits for.
    """

    def __init__(
        self,
        registry: PluginRegistry,
        audit: AuditSink,
        events: EventBus,
        background: Background | None = None,
    ) -> None:
        self._background = background or Background()
        #: Told that something waits for a decision, or does no more.
        self.changed: Callable[[], None] = lambda: None
        self._registry = registry
        self._audit = audit
        self._events = events
        self._lock = asyncio.Lock()
        self._store: PluginStore | None = None
        self._others: Others | None = None
        self.standing = StandingPolicy()

    def keep_in(self, store: PluginStore) -> None:
        """Keep decisions in this store from now on."""
        self._store = store

    def ask_for_others(self, others: Others) -> None:
        """Find out by this whether somebody else could decide."""
        self._others = others

    async def request(self, name: str, permission: str, ctx: CallContext) -> PluginRecord:
        """Ask for a permission that was refused or taken back.

        Raises:
            NotFoundError: There is no such plugin, or it does not ask for this.
            ConflictError: It is granted, or asked for already; or the plugin is trusted.
        """
        record = self._registry.get(name)

        async def work() -> None:
            stored = record.stored
            has = permission in stored.granted and not is_wider(stored, permission)
            if has or permission in stored.requests:
                raise ConflictError(
                    f"{record.id} has {permission!r}, or it is asked for already.",
                    where=permission,
                )
            fresh = requests_for((permission,), stored.digest, ctx)
            await self._keep(record, requests={**stored.requests, **fresh})

        await self._decide("plugin.permission.request", record, permission, ctx, work)
        self.changed()
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
            if permission in stored.granted and not is_wider(stored, permission):
                return
            self._require_unrefused(record, permission)
            if digest != stored.digest:
                raise ConflictError(
                    f"The files of {record.id} are not those that were shown.",
                    where="digest",
                    next="Look at what is installed now, and decide about that.",
                )
            if takes_approval(permission):
                await self._require_other(record, permission, ctx)
            left = {key: one for key, one in stored.requests.items() if key != permission}
            await self._keep(
                record,
                granted=tuple(dict.fromkeys((*stored.granted, permission))),
                requests=left,
                scopes=_as_asked(stored, permission),
                decided={permission: decision_of(ctx, stored.digest, granted=True)},
            )

        await self._decide("plugin.permission.approve", record, permission, ctx, work)
        self._tell("plugin.granted", record, ctx)
        return record

    async def revoke(
        self, name: str, permission: str, ctx: CallContext, *, only_request: bool = False
    ) -> PluginRecord:
        """Take a permission back, or refuse the one that is asked for; the next call finds it gone.

        Args:
            name: The plugin.
            permission: Of its manifest.
            ctx: Who decides.
            only_request: Whether what is granted stays, and only what is asked for is refused.

        Raises:
            NotFoundError: There is no such plugin, or it does not ask for this.
            ConflictError: The plugin is trusted.
        """
        record = self._registry.get(name)

        async def work() -> None:
            stored = record.stored
            left = {key: one for key, one in stored.requests.items() if key != permission}
            if only_request and permission in stored.granted:
                return await self._keep(record, requests=left)
            kept = tuple(one for one in stored.granted if one != permission)
            await self._keep(
                record,
                granted=kept,
                requests=left,
                scopes={key: one for key, one in stored.scopes.items() if key != permission},
                decided={permission: decision_of(ctx, stored.digest, granted=False)},
            )
            return None

        await self._decide("plugin.permission.revoke", record, permission, ctx, work)
        self._tell("plugin.revoked", record, ctx)
        return record

    async def wish(self, name: str, permission: str, ctx: CallContext, reason: str = "") -> str:
        """Ask on a plugin's own behalf for what its manifest names; once, and bounded by that.

        What an administrator refused for these files is not asked for again, and what takes
        approval is asked for by a person.

        Args:
            name: The plugin.
            permission: Of its manifest.
            ctx: The plugin, and for whom it acts.
            reason: Why, in its words.

        Returns:
            How the permission stands then: `granted`, `pending` or `refused`.

        Raises:
            NotFoundError: There is no such plugin, or its manifest does not ask for this.
            ConflictError: The plugin is trusted.
        """
        record = self._registry.get(name)
        _require_asked(record, permission)
        async with self._lock:
            if self._wishes(record.stored, permission, reason):
                stored = record.stored
                fresh = requests_for((permission,), stored.digest, ctx, reason)
                await self._keep(record, requests={**stored.requests, **fresh})
                details = {"permission": permission, "digest": stored.digest, "reason": reason}
                self._audit.append(
                    AuditEntry(
                        ctx=ctx, action="plugin.permission.request", target=name, details=details
                    )
                )
                self.changed()
        if permission in record.stored.granted:
            return "granted"
        return "pending" if permission in record.stored.requests else "refused"

    def note_refusal(self, ctx: CallContext, permission: str, rule: str) -> None:
        """Make a request of a refusal, in the background; cheap where there is nothing to ask."""
        record = self._registry.find(ctx.actor.id)
        if record is None or rule != "not_granted" or self._store is None:
            return
        if self._wishes(record.stored, permission, ""):
            work = self.wish(record.id, permission, ctx)
            self._background.spawn(work, name=f"request of {record.id}")

    @staticmethod
    def _wishes(stored: StoredPlugin, permission: str, reason: str) -> bool:
        if stored.tier != "sandboxed" or permission in stored.granted or takes_approval(permission):
            return False
        if (there := stored.requests.get(permission)) is not None:
            # A reason may follow the refusal that began it.
            return bool(reason) and not there.reason and there.by == f"plugin:{stored.id}"
        said = stored.decisions.get(permission)
        return said is None or said.granted or said.digest != stored.digest

    def _require_unrefused(self, record: PluginRecord, permission: str) -> None:
        stored = record.stored
        verdict = self.standing.judge(stored.manifest, stored.digest, permission)
        if verdict.decision == "refuse":
            raise PermissionDenied(
                _DECIDE,
                f"The policy file refuses {permission!r} to {record.id}: {verdict.source}.",
                where=permission,
                next="Who runs the hub changes the rule, and starts the hub again.",
            )

    async def _require_other(self, record: PluginRecord, permission: str, ctx: CallContext) -> None:
        request = record.stored.requests.get(permission)
        if request is None:
            raise ConflictError(
                f"Nobody asks for {permission!r} for {record.id}: it was refused or taken back.",
                where=permission,
                next="Ask for it anew, and let another administrator approve it.",
            )
        mine = {who(ctx), f"user:{ctx.on_behalf_of}"}
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
        scopes: Mapping[str, Scope] | None = None,
        decided: Mapping[str, PermissionDecision] | None = None,
    ) -> None:
        if self._store is None:
            raise RuntimeError("nothing can be decided before Approvals.keep_in")
        stored = record.stored
        before = stored.granted, stored.requests, stored.scopes, stored.decisions
        stored.granted = stored.granted if granted is None else granted
        stored.requests = requests
        stored.scopes = stored.scopes if scopes is None else scopes
        stored.decisions = {**stored.decisions, **(decided or {})}
        try:
            await self._store.save(stored)
        except BaseException:
            stored.granted, stored.requests, stored.scopes, stored.decisions = before
            raise

    def _tell(self, event: str, record: PluginRecord, ctx: CallContext) -> None:
        self.changed()
        data = {"id": record.id, "state": record.state, "reason": record.reason}
        self._events.publish(event, data, ctx)


def who(ctx: CallContext) -> str:
    """Name who acts, as requests and decisions keep it."""
    return f"{ctx.actor.kind}:{ctx.actor.id}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _as_asked(stored: StoredPlugin, permission: str) -> dict[str, Scope]:
    """Give a permission the scope that was shown, so that a wider wish takes a new decision."""
    others = {key: one for key, one in stored.scopes.items() if key != permission}
    asked = stored.manifest.scopes.get(permission)
    return others if asked is None else {**others, permission: asked}


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
