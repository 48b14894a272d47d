"""Joining and leaving channels, and reading in them."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import NotFoundError
from plexihub_sdk.models import Record
from plexihub_sdk.routes import Person

from .acting import Base


class MembershipActions(Base):
    """People join and leave by themselves; nobody needs to be a member to read."""

    async def join(self, person: Person, channel: str) -> dict[str, Any]:
        """Become a member; for who is one already nothing changes.

        Raises:
            NotFoundError: There is no such channel.
            Veto: A plugin refused.
        """
        await self._store.channel(channel)
        if await self._store.membership(channel, person.id) is None:
            await self._ask_to_join(person, channel)
            async with self._database.unit_of_work():
                if await self._store.membership(channel, person.id) is None:
                    await self._join_quietly(await self._store.channel(channel), person)
        return await self._membership(channel, person)

    async def leave(self, person: Person, channel: str) -> None:
        """Stop being a member; what one wrote stays.

        Raises:
            NotFoundError: There is no such channel, or one is no member.
            Veto: A plugin refused.
        """
        await self._store.channel(channel)
        record = await self._mine(channel, person)
        await self._deleting("membership", record.id)
        async with self._database.unit_of_work():
            record = await self._mine(channel, person)
            await record.delete()
            self._store.count_members_anew(channel)
            gone = {"id": record.id, "channel_id": channel, "user_id": person.id}
            self._events.emit("membership.deleted", gone)

    async def read(self, person: Person, channel: str, *, seq: int) -> None:
        """Note that a member has read a channel up to a message; of others nothing is kept.

        Raises:
            NotFoundError: There is no such channel.
            InputError: A plugin left no number.
            Veto: A plugin refused.
        """
        record = await self._store.channel(channel)
        mark = await self._store.membership(channel, person.id)
        if mark is None or mark.last_read_seq >= min(seq, record.last_seq):
            return
        changes = await self._updating("membership", mark.id, {"last_read_seq": seq})
        seq = int(changes["last_read_seq"])
        async with self._database.unit_of_work():
            record = await self._store.channel(channel)
            await self._store.mark_read(channel, person.id, min(seq, record.last_seq))
            shown = await self._membership(channel, person)
            self._events.emit("membership.updated", {"membership": shown})

    async def _ask_to_join(self, person: Person, channel: str) -> None:
        draft = {"channel_id": channel, "user_id": person.id}
        await self._creating("membership", draft, "channel_id", "user_id")

    async def _membership(self, channel: str, person: Person) -> dict[str, Any]:
        return await self._store.shown_membership(await self._mine(channel, person))

    async def _mine(self, channel: str, person: Person) -> Record:
        record = await self._store.membership(channel, person.id)
        if record is None:
            raise NotFoundError("You are not in this channel.", where="channel")
        return record
