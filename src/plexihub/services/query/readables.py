"""What can be read: the offers of the hub and of plugins, and what of them one call sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub_sdk.data import Readable, Writer
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import PluginId

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
#: Names that SQLite keeps for itself, and what hides the rows of others.
_RESERVED = ("sqlite_", "pragma_", "plexihub_")


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to read, what writes it, and whose it is."""

    readable: Readable
    writer: Writer | None = None
    owner: PluginId | None = None


class Readables:
    """The offers by name.

    Args:
        ownership: Whose they are: an offer ends with its plugin.
    """

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership
        self._offers: dict[tuple[str, str], Offer] = {}
        self.own: Callable[[str], Sequence[Readable]] = lambda _plugin: ()

    def offer(self, readable: Readable, writer: Writer | None = None) -> Undo:
        """Let plugins read rows, and write them through `writer`.

        Raises:
            InputError: A name in it is none.
            ConflictError: The name is taken.
        """
        _check(readable)
        place = (readable.plugin, readable.name)
        if place in self._offers or ("", readable.name) in self._offers:
            raise ConflictError(
                f"There is something to read named {readable.name!r} already.",
                where=readable.name,
                next="Choose another name.",
            )
        offer = self._offers[place] = Offer(readable, writer, owner.get())

        def forget() -> None:
            if self._offers.get(place) is offer:
                del self._offers[place]

        return self._ownership.note(forget)

    def all(self) -> list[Readable]:
        """List everything that is offered, by name."""
        return sorted((one.readable for one in self._offers.values()), key=lambda one: one.name)

    def seen_by(self, plugin: str, only: Collection[str] | None = None) -> tuple[Offer, ...]:
        """Answer what one plugin may read, by name.

        Args:
            plugin: Who asks.
            only: The models that its permission names; every one when None. A plugin's own tables
                need no naming.
        """
        found = self._chosen(
            lambda one: (
                one.plugin == plugin or (not one.plugin and (only is None or one.name in only))
            )
        )
        # What the hub and trusted plugins offer keeps its name: no plugin's table stands before it.
        taken = {name for _, name in self._offers}
        mine = (Offer(one) for one in self.own(plugin) if one.name not in taken)
        return tuple(sorted((*found, *mine), key=lambda offer: offer.readable.name))

    def _chosen(self, wanted: Callable[[Readable], bool]) -> tuple[Offer, ...]:
        found = (offer for offer in self._offers.values() if wanted(offer.readable))
        return tuple(sorted(found, key=lambda offer: offer.readable.name))


def _check(readable: Readable) -> None:
    names = [readable.name, readable.table, *(one.name for one in readable.columns)]
    for name in names:
        if not NAME.match(name) or name.startswith(_RESERVED):
            raise InputError(
                f"{name!r} is no name for what can be read.",
                where=readable.name,
                next="Use small letters, digits and underscores.",
            )
    columns = names[2:]
    if not columns or len(set(columns)) < len(columns):
        raise InputError("What can be read needs columns of different names.", where=readable.name)
