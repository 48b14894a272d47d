"""Answers what administrators ask about permissions: what waits, who may, why, and since when."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.permission_sheet import permission_sheet
from plexihub.kernel.permissions import Use
from plexihub.kernel.permissions.asking import shown_permission
from plexihub.kernel.ports import AuditEntry
from plexihub.services.database import Database
from plexihub.services.permissions.keep import UseKeeper
from plexihub.services.permissions.people import Holder, People
from plexihub.services.permissions.review import person_row, plugin_rows
from plexihub.services.permissions.why import known, why


class PermissionDesk:
    """Reads plugins, people and what was counted; changes nothing.

    Args:
        kernel: Knows plugins and decides.
        database: Knows people and roles, and keeps what was counted.
    """

    def __init__(self, kernel: Kernel, database: Database) -> None:
        self._kernel = kernel
        self._people = People(database)
        self._keeper = UseKeeper(database, kernel.broker.uses)

    async def open(self, stack: AsyncExitStack, *, writes: bool) -> None:
        """Begin to keep what plugins do, and leave the end on the stack."""
        await self._keeper.start(writes=writes)
        stack.push_async_callback(self._keeper.close)
        self._kernel.events.subscribe("plugin.removed", self._forget)

    async def _forget(self, removed: dict[str, Any]) -> None:
        await self._keeper.forget(str(removed["id"]))

    def uses(self, plugin: str) -> dict[str, Use]:
        """Answer what a plugin did with its permissions since it was installed."""
        return self._keeper.of(plugin)

    def waiting(self) -> list[dict[str, Any]]:
        """List what waits for an administrator, the riskiest first; bounded by the manifests."""
        rows = [
            {"plugin": record.id, "plugin_name": record.stored.manifest.name or record.id, **row}
            for record in self._kernel.registry
            for row in permission_sheet(record, self.uses(record.id))
            if row["requested_at"] is not None
        ]
        risks = ("high", "medium", "low")
        return sorted(rows, key=lambda row: (risks.index(row["risk"]), row["requested_at"]))

    async def explain(
        self, plugin: str, permission: str, *, person: str = "", to: str = ""
    ) -> dict[str, Any]:
        """Explain why a plugin may use a permission, or may not.

        Args:
            plugin: Its id.
            permission: What it would need.
            person: For whom it would act: a username or an id; empty for nobody in particular.
            to: A host or a model; empty for any.

        Raises:
            NotFoundError: There is no such plugin, permission or person.
            InputError: The permission has no hosts or models.
        """
        return why(
            self._kernel.registry.get(plugin),
            known(permission),
            self._kernel.broker,
            standing=self._kernel.approvals.standing,
            wanted=(await self._people.named(person) if person else None, to),
        )

    async def who(self, permission: str) -> dict[str, Any]:
        """List the plugins that may use a permission, and the people who have the right to it.

        Raises:
            NotFoundError: There is no such permission.
        """
        name = known(permission)
        people = [one for one in await self._people.all() if one.through(name)]
        return {
            **shown_permission(name),
            "plugins": self._plugins_with(name),
            "people": [_shown(one, name) for one in people],
        }

    def _plugins_with(self, name: str) -> list[dict[str, Any]]:
        found = []
        for record in self._kernel.registry:
            rows = plugin_rows(record, self.uses(record.id))
            row = next((one for one in rows if one["permission"] == name), None)
            is_trusted = record.stored.tier == "trusted"
            if is_trusted or (row and row["state"] in {"granted", "pending"}):
                found.append(
                    {
                        "id": record.id,
                        "name": record.stored.manifest.name or record.id,
                        "state": "trusted" if is_trusted else row and row["state"],
                        "scope": row["scope"] if row and not is_trusted else "",
                        "active": record.state == "enabled",
                        "last_used": (row["last_used"] if row else "") or None,
                    }
                )
        return found

    async def review(self, ctx: CallContext) -> list[dict[str, Any]]:
        """List every plugin with its permissions and every person with the role; it is audited."""
        rows = [
            row
            for record in self._kernel.registry
            for row in plugin_rows(record, self.uses(record.id))
        ]
        rows += [person_row(one) for one in await self._people.all()]
        self._kernel.audit.append(
            AuditEntry(ctx=ctx, action="access.review", details={"rows": len(rows)})
        )
        return rows


def _shown(person: Holder, permission: str) -> dict[str, Any]:
    return {
        "id": person.id,
        "username": person.username,
        "role": person.role,
        "through": person.through(permission),
    }
