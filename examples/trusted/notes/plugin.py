"""Keeps everybody's own notes: REST routes over a table of the plugin's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from plexihub_sdk import Model, Response, column, new_id, now
from plexihub_sdk.errors import InputError, NotFoundError

PATH = "/api/v1/notes"
LONGEST = 4000


class Note(Model, table="notes_notes"):
    id: str = column(primary_key=True, default=new_id)
    author_id: str = column(references="User.id", index=True)
    text: str = column(max_length=LONGEST)
    written_at: datetime = column(default=now)


@dataclass
class NewNote:
    text: str


class NoteShown(TypedDict):
    id: str
    text: str
    written_at: str


class NotesShown(TypedDict):
    items: list[NoteShown]


class NotesPlugin:
    def __init__(self, context):
        (self.notes,) = context.get_service("database").register_models([Note])
        api = context.get_service("api")
        # Who may call them is left at its default: people who are signed in.
        api.register_route("GET", PATH, self.list, answer=NotesShown)
        api.register_route("POST", PATH, self.write, body=NewNote, answer=NoteShown)
        api.register_route("DELETE", PATH + "/{note_id}", self.delete)

    async def list(self, request):
        """List your own notes, the newest first."""
        mine = {"author_id": request.signed_in().id}
        found = await self.notes.find(mine, order="-written_at", limit=200)
        return {"items": [shown(note) for note in found]}

    async def write(self, request):
        """Write a note."""
        text = request.data.text.strip()
        if not text:
            raise InputError("A note needs some words.", where="text")
        note = await self.notes.create(author_id=request.signed_in().id, text=text)
        return Response(status=201, json=shown(note))

    async def delete(self, request):
        """Delete a note of yours."""
        wanted = {"id": request.params["note_id"], "author_id": request.signed_in().id}
        if not await self.notes.delete(wanted):
            raise NotFoundError("You have no such note.", where="note_id")
        return Response(status=204)


def shown(note):
    return {"id": note.id, "text": note.text, "written_at": note.written_at.isoformat()}
