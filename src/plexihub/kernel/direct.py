"""Calls of one plugin's own handler, for what it offers itself: a job, a route, a command.

A hook goes to everybody who listens; this goes to the one plugin whose offer was taken. The answer
is foreign data, and it is its caller who checks it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from plexihub.kernel.context import CallContext, as_plugin, current, entered
from plexihub.kernel.permissions import Broker
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub.kernel.plugins.calls import CallBook
from plexihub.kernel.ports import Json, PluginInstance
from plexihub_sdk.errors import PluginUnavailableError
from plexihub_sdk.hooks import DEFAULT_DEADLINE


class DirectCalls:
    """The way to one plugin's handler.

    Args:
        registry: The plugins.
        broker: Asked each time: what was granted may have been taken back.
        book: Where each call is written down.
    """

    def __init__(self, registry: PluginRegistry, broker: Broker, book: CallBook) -> None:
        self._registry = registry
        self._broker = broker
        self._book = book

    async def call(
        self,
        plugin: str,
        handler: str,
        payload: Mapping[str, Json],
        *,
        permission: str | None,
        ctx: CallContext | None = None,
    ) -> Json:
        """Call a handler for whom the context names, and answer what it returned.

        Args:
            plugin: Whose.
            handler: Such as `onCommand`.
            payload: What it is handed.
            permission: What the offer takes; None where it takes none.
            ctx: For whom; what runs now when absent.

        Raises:
            PermissionDenied: It was not granted, or the person has no right to it.
            NotFoundError: There is no such plugin.
            PluginUnavailableError: It does not run, or has no such handler.
            PluginError: It failed, or did not answer within five seconds.
            Veto: It refused.
        """
        record = self._registry.get(plugin)
        name = record.stored.manifest.name
        ctx = as_plugin(ctx or current(), record.id, name).within(DEFAULT_DEADLINE).spanned()
        if permission is not None:
            self._broker.enforce(ctx, permission, handler)
        failure: BaseException | None = None
        started = time.perf_counter()
        try:
            with entered(ctx):
                work = _running(record, handler).call_hook(handler, payload, ctx)
                if permission is None:
                    return await work
                async with self._broker.running.until_revoked(record.id, permission, handler):
                    return await work
        except BaseException as error:
            failure = error
            raise
        finally:
            with entered(ctx):
                ms = (time.perf_counter() - started) * 1000
                self._book.note_asked(record.id, handler, ms, failure)


def _running(record: PluginRecord, handler: str) -> PluginInstance:
    instance = record.instance
    if instance is None:
        raise PluginUnavailableError(
            f"{record.id} is {record.state}: {record.reason}", where=record.id
        )
    if handler not in instance.hooks:
        raise PluginUnavailableError(
            f"{record.id} has no handler {handler}.",
            where=record.id,
            next=f"Its author adds {handler} to its hooks.",
        )
    return instance
