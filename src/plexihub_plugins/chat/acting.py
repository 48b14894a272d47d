"""What every action needs."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import InputError, PermissionDenied
from plexihub_sdk.models import Record
from plexihub_sdk.routes import Person

from . import shape
from .attachment import Attachments
from .store import Store


class Base:
    """The chat's tables and the hub's services.

    Args:
        store: The chat's tables.
        get_service: Answers the hub's services by name.
        attachments: What hangs at messages.
    """

    def __init__(self, store: Store, get_service: Any, attachments: Attachments) -> None:
        self._store = store
        self._attachments = attachments
        self._database = get_service("database")
        self._hooks = get_service("hooks")
        self._events = get_service("events")
        self._audit = get_service("audit")

    async def _creating(self, entity: str, draft: dict[str, Any], *kept: str) -> dict[str, Any]:
        """Ask before a record is created, and answer what the plugins left of it.

        Args:
            entity: As the catalogue calls it.
            draft: What is to be stored.
            kept: Fields that no plugin may change: whose it is and where it belongs.

        Raises:
            Veto: A plugin refused.
            InputError: A plugin changed what it may not.
        """
        left: dict[str, Any] = await self._hooks.call(f"{entity}.creating", dict(draft))
        for name in kept:
            if left.get(name) != draft[name]:
                raise InputError(f"A plugin may not change `{name}`.", where=name)
        return left

    async def _updating(
        self, entity: str, identity: str, changes: dict[str, Any]
    ) -> dict[str, Any]:
        """Ask before a record changes, and answer the changes that the plugins left.

        Raises:
            Veto: A plugin refused.
            InputError: A plugin made it another record.
        """
        draft = {"id": identity, "changes": changes}
        draft = await self._hooks.call(f"{entity}.updating", draft)
        if draft["id"] != identity:
            raise InputError("A plugin may not change `id`.", where="id")
        left: dict[str, Any] = draft["changes"]
        return left

    async def _deleting(self, entity: str, identity: str) -> None:
        """Ask before a record is deleted.

        Raises:
            Veto: A plugin refused.
        """
        await self._hooks.call(f"{entity}.deleting", {"id": identity})

    async def _join_quietly(self, channel: Record, person: Person) -> None:
        """Store that a person is in a channel, with nothing left to read; inside a unit of work."""
        record = await self._store.memberships.create(
            channel_id=channel.id, user_id=person.id, last_read_seq=channel.last_seq
        )
        self._store.count_members_anew(channel.id)
        shown = await self._store.shown_membership(record)
        self._events.emit("membership.created", {"membership": shown})


def is_person(who: Person) -> bool:
    """Whether it is somebody who can be a member: a plugin that speaks cannot."""
    return not who.id.startswith(shape.PLUGIN_AUTHOR)


def only(allowed: bool, what: str, where: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Refuse what is not for this person.

    Raises:
        PermissionDenied: It is not.
    """
    if not allowed:
        raise PermissionDenied("chat", what, where=where, next="Ask an administrator of the hub.")
