"""A thread follows the answers below a message: it opens with the first and goes with the last."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import ConflictError
from plexihub_sdk.models import Record, now

from .store import Store

#: Of the latest authors, so many are shown.
MOST_PEOPLE = 3


class Threads:
    """Counts answers. Plugins may refuse a change; the numbers themselves are the chat's.

    Args:
        store: The chat's tables.
        hooks: The service.
        events: The service.
    """

    def __init__(self, store: Store, hooks: Any, events: Any) -> None:
        self._store = store
        self._hooks = hooks
        self._events = events

    async def ask_to_grow(self, message: str, channel: str) -> None:
        """Ask before an answer opens a thread or joins it.

        Raises:
            ConflictError: A plugin moved the answer to another channel.
            Veto: A plugin refused.
        """
        if (await self._store.root(message)).channel_id != channel:
            raise ConflictError("An answer stays in the channel of its thread.", where="channel_id")
        record = await self._find(message)
        if record is None:
            draft = {"message_id": message, "channel_id": channel}
            await self._hooks.call("thread.creating", draft)
        else:
            await self._ask_to_count(record, record.replies + 1)

    async def ask_to_shrink(self, answer: Record) -> None:
        """Ask before a thread loses an answer; nothing is asked of a message that is none.

        Raises:
            Veto: A plugin refused.
        """
        record = await self._find(answer.thread_id) if answer.thread_id else None
        if record is None:
            return
        if record.replies > 1:
            await self._ask_to_count(record, record.replies - 1)
        else:
            await self._hooks.call("thread.deleting", {"id": record.id})

    async def _ask_to_count(self, record: Record, replies: int) -> None:
        draft = {"id": record.id, "changes": {"replies": replies}}
        await self._hooks.call("thread.updating", draft)

    async def answered(self, message: str, author: str) -> None:
        """Count an answer, and open the thread with the first; inside a unit of work."""
        root = await self._touched(message)
        record = await self._find(message)
        if record is None:
            record = await self._store.threads.create(
                message_id=message, channel_id=root.channel_id, replies=1, people=[author]
            )
            await self._tell("thread.created", record)
            return
        record.replies += 1
        record.people = [author, *(one for one in record.people if one != author)][:MOST_PEOPLE]
        record.last_reply_at = now()
        await record.save()
        await self._tell("thread.updated", record)

    async def lost(self, message: str) -> None:
        """Count an answer less; the last one takes the thread along; inside a unit of work."""
        record = await self._find(message)
        if record is None:
            return
        root = await self._touched(message)
        where = {"thread_id": message}
        left = await self._store.messages.find(where, order="-seq", limit=50)
        if left:
            record.replies = await self._store.messages.count(where)
            record.people = list(dict.fromkeys(one.author_id for one in left))[:MOST_PEOPLE]
            record.last_reply_at = left[0].created_at
            await record.save()
            await self._tell("thread.updated", record)
            return
        await record.delete()
        gone = {"id": record.id, "message_id": message, "channel_id": root.channel_id}
        self._events.emit("thread.deleted", {**gone, "rev": root.rev})
        if root.deleted_at is not None:  # its place was kept for the thread alone
            await root.delete()
            told = {"id": root.id, "channel_id": root.channel_id, "thread_id": None}
            self._events.emit(
                "message.deleted", {**told, "keeps_place": False, "rev": root.rev + 1}
            )

    async def _touched(self, message: str) -> Record:
        root = await self._store.root(message)
        root.rev += 1
        await root.save()
        return root

    async def _find(self, message: str) -> Record | None:
        found: Record | None = await self._store.threads.find_one({"message_id": message})
        return found

    async def _tell(self, event: str, record: Record) -> None:
        self._events.emit(event, {"thread": await self._store.shown_thread(record)})
