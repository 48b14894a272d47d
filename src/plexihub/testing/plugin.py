"""A plugin under test: in its real sandbox, with its calls, its storage and its permissions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from plexihub.app import Hub
from plexihub.kernel.context import OPERATOR, CallContext, as_plugin, entered
from plexihub.kernel.patch import has_widgets
from plexihub.kernel.ports import Json
from plexihub.services.storage.values import Place
from plexihub.testing.person import Person
from plexihub.testing.records import records
from plexihub_sdk.guest.spelling import FUNCTIONS
from plexihub_sdk.hooks import hook_named
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS, UI_RENDER

MOST_STORED = 1000


class LoadedPlugin:
    """A plugin that is installed and enabled.

    Args:
        hub: Where.
        id: Its id.
        folder: The author's folder, or file.
    """

    def __init__(self, hub: Hub, id: PluginId, folder: Path) -> None:  # noqa: A002
        self._hub = hub
        self.id = id
        self.folder = folder

    async def call(
        self,
        hook: str,
        payload: dict[str, Json] | None = None,
        *,
        person: Person | None = None,
        **fields: Json,
    ) -> Any:
        """Call one handler in the sandbox and answer what it returned.

        Args:
            hook: As it stands in the manifest (`onDashboardLoad`), or the name of the Python
                function (`on_dashboard_load`).
            payload: What it is handed, with the keys of the wire.
            person: For whom; the operator where it is absent.
            **fields: Further keys of the payload.

        Raises:
            Veto: The plugin refused.
            PermissionDenied: It answered with widgets, and may not show any.
            PluginRaisedError: Its code raised.
            PluginTimeoutError: It did not answer in time.
            PluginUnavailableError: It does not run, or has no such handler.
        """
        handed = {**(payload or {}), **fields}
        if person is not None and "." not in hook:
            handed.setdefault("userId", person.id)
        name, ctx = FUNCTIONS.get(hook, hook), _ctx_of(person)
        answer = await self._hub.kernel.direct.call(self.id, name, handed, permission=None, ctx=ctx)
        self._may_show(name, answer, ctx)
        return answer

    def _may_show(self, hook: str, answer: Any, ctx: CallContext) -> None:
        """Ask for what widgets take, as the hub does where it calls the hook."""
        known = hook_named(hook)
        if known is not None and has_widgets(known, answer):
            plugin = self._hub.kernel.registry.get(self.id).stored.manifest
            self._hub.kernel.broker.enforce(as_plugin(ctx, self.id, plugin.name), UI_RENDER, hook)

    async def run_job(self, job: str) -> dict[str, Any]:
        """Run one of its jobs now, whatever its rule says, and answer the run.

        Raises:
            NotFoundError: It has no such job.
        """
        ctx = _ctx_of(None)
        with entered(ctx):
            await self._hub.scheduler.run_now(ctx, self.id, job)
            await self._hub.scheduler.settle()
            shown = await self._hub.scheduler.show(self.id, job)
        run: dict[str, Any] = shown["runs"][0]
        return run

    async def stored(self, user: str | None = None) -> dict[str, Any]:
        """Answer what it keeps under its keys.

        Args:
            user: Of which person; what it keeps for nobody where absent.
        """
        items, _next = await self._hub.keep.values.page(
            Place(self.id, user or ""), limit=MOST_STORED
        )
        return {one.key: one.value for one in items}

    async def audit(self, action: str = "") -> list[dict[str, Any]]:
        """Answer the audit's records of it, the oldest first; of one action, if named."""
        return await records(self._hub, action, plugin=self.id)

    async def permissions(self) -> dict[str, list[str]]:
        """Answer which permissions are declared, were used, and were denied so far."""
        checks = await self.audit("permission.check")
        named = {"ok": set[str](), "denied": set[str]()}
        for one in checks:
            named["denied" if one["outcome"] == "denied" else "ok"].add(
                one["details"]["permission"]
            )
        declared = self._hub.kernel.registry.get(self.id).stored.manifest.permissions
        return {
            "declared": sorted(declared),
            "used": sorted(named["ok"]),
            "denied": sorted(named["denied"]),
        }


def _ctx_of(person: Person | None) -> CallContext:
    if person is None:
        return CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])
    return CallContext(on_behalf_of=UserId(person.id), rights=person.rights)
