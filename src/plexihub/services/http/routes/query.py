"""`/query`: what belongs to the person who asks, as plugins let them see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Annotated, Any, TypedDict

import msgspec

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts

_QUERY = "/api/v1/query"
_READABLES = "/api/v1/readables"


class DataQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of one model: those that match, in an order."""

    query: Annotated[str, msgspec.Meta(min_length=1, max_length=63)]
    filters: Annotated[dict[str, Any], msgspec.Meta(max_length=20)] = {}
    order: Annotated[str, msgspec.Meta(max_length=65)] = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100


class DataShown(TypedDict):
    """What a person sees of what they queried."""

    query: str
    data: Any


class ReadableShown(TypedDict):
    """Something that can be queried; the kind of each column."""

    name: str
    doc: str
    columns: dict[str, str]


class Readables(TypedDict):
    """All that can be queried."""

    items: list[ReadableShown]
    next: str | None


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "POST", _QUERY, partial(query, parts)
    yield "GET", _READABLES, partial(readables, parts)


async def query(parts: HttpParts, call: Call) -> Answer:
    """Answer what is the person's own; `data.fetching` changes what they see of it."""
    call.signed_in()
    asked = await call.read(DataQuery)
    data = await parts.data.fetch(
        call.ctx, asked.query, asked.filters, order=asked.order, limit=asked.limit
    )
    return json_answer({"query": asked.query, "data": data})


async def readables(parts: HttpParts, call: Call) -> Answer:
    """List what can be queried, and its columns."""
    call.signed_in()
    offers = parts.data.offers_for(call.ctx)
    items = [
        {
            "name": offer.readable.name,
            "doc": offer.readable.doc,
            "columns": {column.name: column.kind for column in offer.readable.columns},
        }
        for offer in offers
    ]
    return json_answer({"items": items, "next": None})
