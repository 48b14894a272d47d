"""What a sandboxed plugin keeps by key: `plugin.api.storage`, and `.mine` for each person's own."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.storage import (
    LARGEST_NUMBER,
    LONGEST_TTL,
    MOST_LISTED,
    Entry,
    Place,
    Values,
    When,
)
from plexihub_sdk.errors import InputError
from plexihub_sdk.permissions import STORAGE_OWN

LONGEST_KEY = 200
_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_KEY)]
_Start = Annotated[str, msgspec.Meta(max_length=LONGEST_KEY)]
_Ttl = Annotated[float, msgspec.Meta(gt=0, le=LONGEST_TTL)]
_Version = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)]
_Amount = Annotated[int, msgspec.Meta(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
_Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST_LISTED)]
#: Chooses the compartment, by who calls.
_Choose = Callable[[CallContext], Place]
_MINE = "storage.mine"


class _Params(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Base of the parameters."""


class Get(_Params):
    """Which value."""

    key: _Key


class Put(_Params):
    """A value, how long it stays, and what there must be now."""

    key: _Key
    value: Any
    ttl: _Ttl | None = None
    if_version: _Version | None = None
    if_absent: bool = False


class Delete(_Params):
    """Which value, and which version it must have."""

    key: _Key
    if_version: _Version | None = None


class ListKeys(_Params):
    """Which keys."""

    prefix: _Start = ""
    after: _Start = ""
    limit: _Limit = 100


class Increment(_Params):
    """Which number, and by how much."""

    key: _Key
    by: _Amount = 1
    ttl: _Ttl | None = None


def storage_methods(values: Values) -> Iterator[Method]:
    """Make the methods for values that are kept by key.

    Args:
        values: Where they are kept.
    """
    yield from _methods("storage", _Door(values, _own), "the plugin's own")
    yield from _methods(_MINE, _Door(values, _mine), "the person's own")


def _own(ctx: CallContext) -> Place:
    return Place(ctx.actor.id)


def _mine(ctx: CallContext) -> Place:
    if ctx.on_behalf_of is None:
        raise InputError(
            "There is no person now whose compartment this could be.",
            where=_MINE,
            next="Call it in a hook that runs for a person, or use plugin.api.storage.",
        )
    return Place(ctx.actor.id, ctx.on_behalf_of)


@dataclass(frozen=True, slots=True)
class _Door:
    values: Values
    place: _Choose

    async def get(self, ctx: CallContext, params: Get) -> Any:
        found = await self.values.find(self.place(ctx), _key(params.key))
        return None if found is None else found.value

    async def entry(self, ctx: CallContext, params: Get) -> dict[str, Any] | None:
        found = await self.values.find(self.place(ctx), _key(params.key))
        return None if found is None else _shown(found)

    async def set(self, ctx: CallContext, params: Put) -> dict[str, Any]:
        when = When(ttl=params.ttl, if_version=params.if_version, if_absent=params.if_absent)
        key = _key(params.key)
        return {"version": await self.values.put(self.place(ctx), key, params.value, when)}

    async def delete(self, ctx: CallContext, params: Delete) -> bool:
        return await self.values.remove(self.place(ctx), _key(params.key), params.if_version)

    async def list(self, ctx: CallContext, params: ListKeys) -> dict[str, Any]:
        prefix, after = (one and _key(one) for one in (params.prefix, params.after))
        items, more = await self.values.page(
            self.place(ctx), prefix=prefix, after=after, limit=params.limit
        )
        return {"items": [_shown(one) for one in items], "next": more}

    async def increment(self, ctx: CallContext, params: Increment) -> int:
        key = _key(params.key)
        return await self.values.increment(self.place(ctx), key, params.by, params.ttl)


def _methods(name: str, door: _Door, whose: str) -> Iterator[Method]:
    handlers: tuple[tuple[str, type[_Params], Callable[..., Awaitable[Any]], str], ...] = (
        ("get", Get, door.get, "Read a value"),
        ("entry", Get, door.entry, "Read a value with its version and its end"),
        ("set", Put, door.set, "Keep a value"),
        ("delete", Delete, door.delete, "Delete a value"),
        ("list", ListKeys, door.list, "List values by key"),
        ("increment", Increment, door.increment, "Add to a number"),
    )
    for verb, params, handler, doc in handlers:
        yield Method(f"{name}.{verb}", STORAGE_OWN, params, handler, f"{doc}, {whose}.")


def _key(key: str) -> str:
    # One spelling for one key: what looks the same is the same.
    if not key.isprintable() or not unicodedata.is_normalized("NFC", key):
        raise InputError(
            "A key is printable text in Unicode's composed form (NFC).",
            where="key",
            next='Leave out control signs, and normalise it: key.normalize("NFC").',
        )
    return key


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "value": entry.value,
        "version": entry.version,
        "expiresAt": entry.expires_at and entry.expires_at.isoformat().replace("+00:00", "Z"),
    }
