"""What a plugin's direct write into one of the hub's own tables means for the rest of the hub.

A row is not all there is of a person, a session, a setting or a plugin: pages are open, values are
in memory, processes run. These rules keep them together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from plexihub.kernel.config import ConfigManager
from plexihub.kernel.context import CallContext, acting
from plexihub.kernel.events import EventBus
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.lifecycle import Lifecycle
from plexihub.services.database import (
    Database,
    EntityWrites,
    Role,
    Row,
    Rows,
    Session,
    User,
    Written,
)
from plexihub.services.scheduler import Scheduler
from plexihub.services.users import IMPERSONATION, Sessions, public, public_role, public_session
from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.ids import PluginId

#: Removes a plugin and its files.
Remove = Callable[[PluginId, CallContext], Awaitable[None]]


def connect_records(
    database: Database,
    kernel: Kernel,
    sessions: Sessions,
    remove: Remove,
    scheduler: Scheduler,
) -> None:
    """Let every write of a plugin into somebody else's table run the hooks and have its effect."""
    writes = EntityWrites(kernel.hooks, kernel.events, kernel.audit)
    database.write_through(writes)
    database.write_through(SettingWrites(kernel.config), "Setting")
    database.write_through(PluginWrites(kernel.lifecycle, remove), "Plugin")
    follow_people(database, writes, sessions, kernel.events)
    scheduler.follow(writes, kernel.events)


def follow_people(
    database: Database, writes: EntityWrites, sessions: Sessions, bus: EventBus
) -> None:
    """Let sessions follow what is written of people, and open pages what is deleted of sessions."""

    async def follow_user(written: Written) -> None:
        user = written.record
        if written.kind == "deleted" or not user.is_active or "password_hash" in written.columns:
            await sessions.revoke_all(written.ctx, written.key)

    async def follow_session(written: Written) -> None:
        if written.kind == "deleted":
            told = {"userId": written.record.user_id, "sessionId": written.key}
            bus.publish("user.logout", told, written.ctx)

    async def end_impersonations(changed: Mapping[str, Any]) -> None:
        begun = {"kind": IMPERSONATION, "by_kind": "plugin", "by_id": changed["id"]}
        await sessions.end(CallContext(), begun)

    # What a plugin began as other people goes with it.
    for name in ("plugin.disabled", "plugin.quarantined", "plugin.removed"):
        bus.subscribe(name, end_impersonations)
    writes.follow(User.__name__, follow_user)
    writes.follow(Session.__name__, follow_session)
    database.show(User.__name__, public)
    database.show(Session.__name__, public_session)
    database.show(Role.__name__, public_role)


class SettingWrites:
    """A row of the settings is a setting: writing one changes it, deleting one resets it."""

    def __init__(self, config: ConfigManager) -> None:
        self._config = config

    async def insert(self, rows: Rows[Any], values: Mapping[str, Any]) -> Row:
        """Change a setting and answer its row.

        Raises:
            InputError: There is no such setting, or it refuses the value; nothing is stored.
            Veto: A handler of `config.changing` refused.
        """
        if missing := {"key", "value"} - values.keys():
            raise InputError(f"Setting needs a value for `{min(missing)}`.", where=min(missing))
        await self._config.change(values["key"], values["value"], acting())
        return await _one(rows, values["key"])

    async def update(self, rows: Rows[Any], key: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change a setting and answer its row as stored.

        Raises:
            InputError: There is no such setting, or it refuses the value; nothing is stored.
            Veto: A handler of `config.changing` refused.
        """
        if changes.keys() != {"value"}:
            raise InputError(
                "Of a setting only the value can be written.",
                where="key",
                next="Delete the row and create another one.",
            )
        await _one(rows, key)
        await self._config.change(key, changes["value"], acting())
        return (await _one(rows, key)).to_dict()

    async def remove(self, rows: Rows[Any], where: Mapping[str, Any]) -> int:
        """Let every matching setting fall back to the layers below.

        Raises:
            InputError: A condition is wrong.
            Veto: A handler of `config.changing` refused; the settings before it have changed.
        """
        found = await rows.find(where, order="key")
        for row in found:
            # One that no setting has is that of a plugin which is off now.
            if not await self._config.discard(row.key):
                await self._config.revert(row.key, acting())
        return len(found)


class PluginWrites:
    """A row of the plugins is a plugin: `enabled` switches it, deleting the row removes it.

    Its other columns say what was installed, and the hub has them in memory: they are read here and
    written by an installation.
    """

    def __init__(self, lifecycle: Lifecycle, remove: Remove) -> None:
        self._lifecycle = lifecycle
        self._remove = remove

    async def insert(self, rows: Rows[Any], values: Mapping[str, Any]) -> Row:
        """Refuse: a row brings no code.

        Raises:
            InputError: Always.
        """
        del rows, values
        raise InputError(
            "A plugin is installed, not written.",
            where="Plugin",
            next="Install it: `plexihub plugin install PATH`.",
        )

    async def update(self, rows: Rows[Any], key: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Enable or disable a plugin, and answer its row as stored.

        Raises:
            NotFoundError: There is no such plugin.
            InputError: Another column is written.
            Veto: A handler refused.
            PluginError: It did not start.
        """
        if changes.keys() != {"enabled"} or not isinstance(changes["enabled"], bool):
            raise InputError(
                "Of a plugin's row only `enabled` can be written, true or false.",
                where="Plugin",
                next="Install the plugin anew to change what was installed.",
            )
        switch = self._lifecycle.enable if changes["enabled"] else self._lifecycle.disable
        await switch(key, acting())
        return (await _one(rows, key)).to_dict()

    async def remove(self, rows: Rows[Any], where: Mapping[str, Any]) -> int:
        """Remove every matching plugin with its files.

        Raises:
            ConflictError: One comes with the hub.
            Veto: A handler refused.
        """
        found = await rows.find(where, order="-position")
        for row in found:
            await self._remove(PluginId(row.id), acting())
        return len(found)


async def _one(rows: Rows[Any], key: Any) -> Row:
    row: Row | None = await rows.find_one({rows.key: key})
    if row is None:
        raise NotFoundError(f"There is no {rows.name} {key!r}.", where=rows.name)
    return row
