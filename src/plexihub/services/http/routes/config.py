"""`/config`: the hub's settings; secret values are never shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import ConfigError, NotFoundError

_ALL = "/api/v1/config"
_ONE = "/api/v1/config/{key}"


class NewValue(msgspec.Struct, forbid_unknown_fields=True):
    """A setting's new value."""

    value: str | int | float | bool


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "GET", _ONE, partial(show, parts)
    yield "PUT", _ONE, partial(change, parts)
    yield "DELETE", _ONE, partial(reset, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List every setting."""
    call.require_admin()
    return json_answer({"items": parts.kernel.config.describe(), "next": None})


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show one setting."""
    call.require_admin()
    return json_answer(_row(parts, call))


def _row(parts: HttpParts, call: Call) -> dict[str, Any]:
    key = call.params["key"]
    try:
        parts.kernel.config.setting(key)
    except ConfigError as error:
        raise NotFoundError(error.message, where="key") from None
    return next(row for row in parts.kernel.config.describe() if row["key"] == key)


async def change(parts: HttpParts, call: Call) -> Answer:
    """Change a setting."""
    call.require_admin()
    key = _row(parts, call)["key"]
    given = await call.read(NewValue)
    await parts.kernel.config.change(key, given.value, call.ctx)
    return json_answer(_row(parts, call))


async def reset(parts: HttpParts, call: Call) -> Answer:
    """Let a setting fall back to the layers below."""
    call.require_admin()
    key = _row(parts, call)["key"]
    await parts.kernel.config.reset(key, call.ctx)
    return NOTHING
