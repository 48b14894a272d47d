"""Putting an emoji to a message, and taking it back."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import ConflictError, NotFoundError
from plexihub_sdk.models import Record
from plexihub_sdk.routes import Person

from . import check
from .acting import Base

#: Different emoji on one message.
MOST_EMOJI = 20


class ReactionActions(Base):
    """One reaction a person and emoji."""

    async def react(self, person: Person, message: str, *, emoji: object) -> dict[str, Any]:
        """Put an emoji to a message; one that is there already stays the only one.

        Raises:
            InputError: It is no emoji, by the person or after a hook changed it.
            NotFoundError: There is no such message.
            ConflictError: The message has too many different ones.
            Veto: A plugin refused.
        """
        await self._store.message(message)
        draft = {"message_id": message, "user_id": person.id, "emoji": check.emoji(emoji)}
        if await self._store.reactions.find_one(draft) is not None:
            return await self._store.shown_reaction(message, draft["emoji"], person.id)
        draft = await self._creating("reaction", draft, "message_id", "user_id")
        draft["emoji"] = check.emoji(draft["emoji"])
        async with self._database.unit_of_work():
            record = await self._store.message(message)
            if await self._store.reactions.find_one(draft) is None:
                await self._be_room(message, draft["emoji"])
                await self._store.reactions.create(draft)
                await self._tell("reaction.created", record, draft)
            return await self._store.shown_reaction(message, draft["emoji"], person.id)

    async def unreact(self, person: Person, message: str, *, emoji: object) -> None:
        """Take one's own emoji back.

        Raises:
            NotFoundError: There is no such message, or one did not react so.
            Veto: A plugin refused.
        """
        await self._store.message(message)
        where = {"message_id": message, "user_id": person.id, "emoji": emoji}
        found = await self._own(where)
        await self._deleting("reaction", found.id)
        async with self._database.unit_of_work():
            record = await self._store.message(message)
            found = await self._own(where)
            await found.delete()
            gone = {"id": found.id, **where}
            await self._tell("reaction.deleted", record, gone, **gone)

    async def _own(self, where: dict[str, Any]) -> Record:
        found: Record | None = await self._store.reactions.find_one(where)
        if found is None:
            raise NotFoundError("You did not react with this.", where="emoji")
        return found

    async def _be_room(self, message: str, emoji: str) -> None:
        there = {one.emoji for one in await self._store.reactions.find({"message_id": message})}
        if emoji not in there and len(there) >= MOST_EMOJI:
            raise ConflictError(
                f"A message takes {MOST_EMOJI} different reactions.",
                where="emoji",
                next="Use one that is there.",
            )

    async def _tell(self, event: str, record: Record, use: dict[str, Any], **more: Any) -> None:
        record.rev += 1
        await record.save()
        state = await self._store.shown_reaction(record.id, use["emoji"])
        self._events.emit(event, {**more, "reaction": {**state, "user_id": use["user_id"]}})
