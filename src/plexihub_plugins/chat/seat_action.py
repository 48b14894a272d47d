"""Letting plugins write in a channel by themselves, and taking that back."""

from __future__ import annotations

from plexihub_sdk.models import Record
from plexihub_sdk.routes import Person

from .acting import Base, only


class SeatActions(Base):
    """Administrators give a plugin a seat in a channel; both steps stand in the audit."""

    async def seat(self, person: Person, channel: str, plugin: str) -> None:
        """Let a plugin write in a channel for nobody; nothing happens where it may already.

        Raises:
            PermissionDenied: The person is no administrator.
            NotFoundError: There is no such channel.
        """
        _only_admin(person)
        await self._store.channel(channel)
        async with self._database.unit_of_work():
            if await self._store.seat(channel, plugin) is None:
                await self._store.seats.create(
                    channel_id=channel, plugin_id=plugin, granted_by=person.id
                )
        self._audit.record("channel.open_to_plugin", channel, details={"plugin": plugin})

    async def unseat(self, person: Person, seat: Record) -> None:
        """Take a plugin's seat away.

        Raises:
            PermissionDenied: The person is no administrator.
        """
        _only_admin(person)
        channel, plugin = seat.channel_id, seat.plugin_id
        async with self._database.unit_of_work():
            await seat.delete()
        self._audit.record("channel.close_to_plugin", channel, details={"plugin": plugin})


def _only_admin(person: Person) -> None:
    only(person.is_admin, "Only administrators let plugins write by themselves.", "plugin")
