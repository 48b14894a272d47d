"""What an administrator decides about a trusted plugin that is installed: consent and grants."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Collection

from plexihub.kernel.consent import Consent
from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.outcome import outcome_of
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub.kernel.ports import AuditEntry, AuditSink, PluginStore
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.errors import ConflictError, NotFoundError, PlexiHubError
from plexihub_sdk.ids import PluginId


class Trust:
    """Keeps who was trusted with what; a change acts at once.

    Args:
        registry: The plugins.
        audit: Where each decision is recorded, a refused one too.
        events: Told that a plugin changed.
    """

    def __init__(self, registry: PluginRegistry, audit: AuditSink, events: EventBus) -> None:
        self._registry = registry
        self._audit = audit
        self._events = events
        self._lock = asyncio.Lock()
        self._store: PluginStore | None = None

    def keep_in(self, store: PluginStore) -> None:
        """Keep decisions in this store from now on."""
        self._store = store

    def granted(self, plugin: PluginId) -> Collection[str]:
        """Tell the grants of a plugin at this moment; none where it is unknown."""
        record = self._registry.find(plugin)
        return record.stored.granted if record is not None else ()

    async def grant(self, name: str, grant: str, ctx: CallContext) -> PluginRecord:
        """Give a trusted plugin a system grant back.

        Raises:
            NotFoundError: There is no such plugin or grant.
            ConflictError: It is not trusted, so it has no such grants.
        """
        return await self._change(name, grant, ctx, given=True)

    async def revoke(self, name: str, grant: str, ctx: CallContext) -> PluginRecord:
        """Take a system grant from a trusted plugin; what it has open already stays open.

        Raises:
            NotFoundError: There is no such plugin or grant.
            ConflictError: It is not trusted, so it has no such grants.
        """
        return await self._change(name, grant, ctx, given=False)

    async def _change(
        self, name: str, grant: str, ctx: CallContext, *, given: bool
    ) -> PluginRecord:
        record = self._registry.get(name)
        _require_grant(record, grant)
        async with self._lock:
            stored = record.stored
            before = stored.granted
            if (grant in before) == given:
                return record
            stored.granted = (
                (*before, grant) if given else tuple(one for one in before if one != grant)
            )
            try:
                await self._stored().save(stored)
            except BaseException:
                stored.granted = before
                raise
        self._note("plugin.grant" if given else "plugin.revoke", record, ctx, grant=grant)
        data = {"id": record.id, "state": record.state, "reason": record.reason}
        self._events.publish("plugin.granted" if given else "plugin.revoked", data, ctx)
        return record

    async def agree(
        self, name: str, consent: Consent, typed: tuple[str | None, str | None], ctx: CallContext
    ) -> None:
        """Keep that somebody agreed to a plugin as it is now.

        Args:
            name: The plugin.
            consent: What there is to agree to.
            typed: What was typed, and the digest of the text that was shown.
            ctx: Who agrees.

        Raises:
            ConsentNeeded: The phrase was not typed, or under another text.
        """
        record = self._registry.get(name)
        try:
            consent.require(*typed)
        except PlexiHubError as error:
            self._note("plugin.approve", record, ctx, error=error, consent=consent.digest)
            raise
        async with self._lock:
            before = record.stored.consent
            record.stored.consent = consent.digest
            try:
                await self._stored().save(record.stored)
            except BaseException:
                record.stored.consent = before
                raise
        self._note("plugin.approve", record, ctx, consent=consent.digest)

    def _stored(self) -> PluginStore:
        if self._store is None:
            raise RuntimeError("nothing can be decided before Trust.keep_in")
        return self._store

    def _note(
        self,
        action: str,
        record: PluginRecord,
        ctx: CallContext,
        *,
        error: PlexiHubError | None = None,
        **details: str,
    ) -> None:
        entry = AuditEntry(ctx=ctx, action=action, target=record.id, details=details)
        if error is not None:
            entry.outcome, entry.reason = outcome_of(error), error.message
        self._audit.append(entry)


def _require_grant(record: PluginRecord, grant: str) -> None:
    if grant not in SYSTEM_GRANTS:
        close = difflib.get_close_matches(grant, SYSTEM_GRANTS, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise NotFoundError(
            f"There is no system grant {grant!r}.{hint}",
            where="grant",
            next=f"Grants: {', '.join(SYSTEM_GRANTS)}.",
        )
    if record.stored.tier != "trusted":
        raise ConflictError(
            f"{record.id} is sandboxed: it reaches no {SYSTEM_GRANTS[grant].title.lower()} at all.",
            where=record.id,
            next="What it may do stands in its permissions.",
        )
