"""Writing, changing and deleting messages, in a channel and below one of its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.models import Record, now
from plexihub_sdk.routes import Person

from . import check
from .acting import is_person, only
from .membership_action import MembershipActions
from .thread import Threads

_FIELDS = {"text": check.text}


@dataclass(frozen=True, slots=True)
class _Draft:
    channel: str
    thread: str | None
    text: str
    client_id: str
    files: list[Any]
    blocks: list[Any] | None


class MessageActions(MembershipActions):
    """Authors change and delete what they wrote; administrators delete anything.

    Who writes in a channel becomes a member of it.
    """

    async def post(  # noqa: PLR0913 - keyword-only fields
        self,
        person: Person,
        channel: str,
        *,
        text: object,
        client_id: object,
        thread_id: object = None,
        files: object = (),
        blocks: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Store a message, once for each `client_id` of its author, and answer it.

        `blocks` are a plugin's own, and checked: people write none.

        Raises:
            InputError: The text, the id or the files are wrong, by the person or after a hook
                changed them.
            NotFoundError: There is no such channel, no such message to answer, or no such file of
                this person.
            ConflictError: A file hangs at a message already.
            Veto: A plugin refused.
        """
        key, wanted = check.client_id(client_id), files or []
        words = check.text(text, least=0 if wanted or blocks else 1)
        if (known := await self._store.sent_before(person.id, key)) is not None:
            return await self._shown(known, person)
        await self._place(channel, thread_id)
        await self._attachments.checked(person, wanted)
        asked = {"channel_id": channel, "text": words, "thread_id": thread_id, "files": wanted}
        asked |= {"author_id": person.id, "blocks": blocks or []}
        left = await self._creating("message", asked, "author_id", "thread_id", "blocks")
        draft = await self._checked(person, left, key)
        await self._ask_for_more(person, draft)
        async with self._database.unit_of_work():
            if (known := await self._store.sent_before(person.id, key)) is not None:
                return await self._shown(known, person)
            record = await self._add(person, draft)
            await self._attachments.hang(record, draft.files)
            shown = await self._shown(record, person)
            self._events.emit("message.created", {"message": shown})
            if draft.thread is not None:
                await self._threads.answered(draft.thread, person.id)
            return shown

    async def edit(self, person: Person, message: str, *, text: object) -> dict[str, Any]:
        """Give one's own message another text.

        Raises:
            NotFoundError: There is no such message.
            PermissionDenied: Somebody else wrote it.
            InputError: The text is wrong, by the person or after a hook changed it.
            Veto: A plugin refused.
        """
        self._written_by(person, await self._store.message(message))
        changes = await self._updating("message", message, {"text": check.text(text)})
        wanted = check.changes(changes, _FIELDS)
        async with self._database.unit_of_work():
            record = await self._store.message(message)
            if (words := wanted.get("text", record.text)) != record.text:
                record.text, record.edited_at, record.rev = words, now(), record.rev + 1
                await record.save()
                self._events.emit("message.updated", {"message": await self._shown(record)})
            return await self._shown(record, person)

    async def rewrite(self, message: str, changes: dict[str, Any]) -> dict[str, Any]:
        """Give a plugin's message another text or other blocks, both checked.

        Raises:
            InputError: The text is too long, or it would be empty.
            Veto: A plugin refused.
        """
        await self._store.message(message)
        left = await self._updating("message", message, dict(changes))
        async with self._database.unit_of_work():
            record = await self._store.message(message)
            blocks = changes.get("blocks", record.blocks) or None
            text = check.text(left.get("text", record.text), least=0 if blocks else 1)
            if (text, blocks) != (record.text, record.blocks):
                record.text, record.blocks, record.rev = text, blocks, record.rev + 1
                await record.save()
                self._events.emit("message.updated", {"message": await self._shown(record)})
            return await self._shown(record)

    async def forget_file(self, file: str) -> None:
        """Take a file that was deleted from its message."""
        async with self._database.unit_of_work():
            if (message := await self._attachments.forget(file)) is None:
                return
            record = await self._store.messages.find_one({"id": message})
            if record is not None:
                record.rev += 1
                await record.save()
                self._events.emit("message.updated", {"message": await self._shown(record)})

    async def delete(self, person: Person, message: str) -> None:
        """Delete a message; one that has a thread keeps its place without its words.

        Raises:
            NotFoundError: There is no such message.
            PermissionDenied: Somebody else wrote it, and this is no administrator.
            Veto: A plugin refused.
        """
        record = await self._store.message(message)
        only(
            person.is_admin or record.author_id == person.id,
            "Only its author and administrators may delete a message.",
            "message",
        )
        await self._deleting("message", message)
        await self._threads.ask_to_shrink(record)
        async with self._database.unit_of_work():
            await self._delete(await self._store.message(message))
        if record.author_id != person.id:
            details = {"author_id": record.author_id, "channel_id": record.channel_id}
            self._audit.record("message.delete", message, details=details)

    async def _delete(self, record: Record) -> None:
        keeps_place = await self._store.threads.find_one({"message_id": record.id}) is not None
        if keeps_place:
            await self._store.reactions.delete({"message_id": record.id})
            record.text, record.deleted_at, record.rev = "", now(), record.rev + 1
            record.blocks = None
            await record.save()
        else:
            await record.delete()
        self._events.emit(
            "message.deleted",
            {
                "id": record.id,
                "channel_id": record.channel_id,
                "thread_id": record.thread_id,
                "keeps_place": keeps_place,
                "rev": record.rev,
            },
        )
        if record.thread_id is not None:
            await self._threads.lost(record.thread_id)

    @property
    def _threads(self) -> Threads:
        return Threads(self._store, self._hooks, self._events)

    async def _checked(self, person: Person, left: dict[str, Any], key: str) -> _Draft:
        """Check what the hook left: text and files may change, and the channel of no answer.

        Raises:
            InputError: It cannot be stored so.
            NotFoundError: A file is not theirs.
            ConflictError: A file hangs at a message already.
        """
        if not isinstance(left["channel_id"], str):
            raise InputError("`channel_id` must be text.", where="channel_id")
        files = await self._attachments.checked(person, left["files"])
        blocks = left["blocks"] or None
        text = check.text(left["text"], least=0 if files or blocks else 1)
        return _Draft(left["channel_id"], left["thread_id"], text, key, files, blocks)

    async def _place(self, channel: str, thread: object) -> None:
        await self._store.channel(channel)
        if thread is None:
            return
        if not isinstance(thread, str) or (await self._store.root(thread)).channel_id != channel:
            raise NotFoundError("There is no such thread in this channel.", where="thread_id")

    async def _ask_for_more(self, person: Person, draft: _Draft) -> None:
        """Ask about what this message brings with it: a membership, a thread."""
        await self._store.channel(draft.channel)
        if is_person(person) and not await self._store.membership(draft.channel, person.id):
            await self._ask_to_join(person, draft.channel)
        if draft.thread is not None:
            await self._threads.ask_to_grow(draft.thread, draft.channel)

    async def _add(self, person: Person, draft: _Draft) -> Record:
        if draft.thread is not None:
            await self._store.root(draft.thread)  # it may be gone by now
        channel = await self._store.channel(draft.channel)
        channel.last_seq += 1
        await channel.save()
        record: Record = await self._store.messages.create(
            channel_id=channel.id,
            thread_id=draft.thread,
            seq=channel.last_seq,
            author_id=person.id,
            client_id=draft.client_id,
            text=draft.text,
            blocks=draft.blocks,
        )
        if is_person(person):
            if await self._store.membership(channel.id, person.id) is None:
                await self._join_quietly(channel, person)
            elif draft.thread is None:
                await self._store.mark_read(channel.id, person.id, channel.last_seq)
        return record

    async def _shown(self, record: Record, viewer: Person | None = None) -> dict[str, Any]:
        return (await self._store.shown([record], viewer.id if viewer else ""))[0]

    def _written_by(self, person: Person, record: Record) -> None:
        only(record.author_id == person.id, "Only its author may edit a message.", "message")
