"""`/config`: the hub's settings; secret values are never shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any, TypedDict

import msgspec

from plexihub.services.http.answer import NOTHING, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import ConfigError, NotFoundError
from plexihub_sdk.permissions import SYSTEM_CONFIG

_ALL = "/api/v1/config"
_ONE = "/api/v1/config/{key}"


class NewValue(msgspec.Struct, forbid_unknown_fields=True):
    """A setting's new value."""

    value: str | int | float | bool | list[str]


class SettingShown(TypedDict):
    """A setting; a secret value is shown as `********`."""

    key: str
    value: Any
    default: Any
    source: str
    type: str
    secret: bool
    doc: str


class Settings(TypedDict):
    """Every setting."""

    items: list[SettingShown]
    next: str | None


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ALL, partial(show_all, parts)
    yield "GET", _ONE, partial(show, parts)
    yield "PUT", _ONE, partial(change, parts)
    yield "DELETE", _ONE, partial(reset, parts)


async def show_all(parts: HttpParts, call: Call) -> Answer:
    """List every setting, and the sections of plugins that some of them stand in."""
    call.require(SYSTEM_CONFIG)
    config = parts.kernel.config
    listed = {"items": config.describe(), "sections": config.sections(), "next": None}
    return json_answer(listed)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Show one setting."""
    call.require(SYSTEM_CONFIG)
    return json_answer(_row(parts, call))


def _row(parts: HttpParts, call: Call) -> dict[str, Any]:
    try:
        return parts.kernel.config.row(call.params["key"])
    except ConfigError as error:
        raise NotFoundError(error.message, where="key") from None


async def change(parts: HttpParts, call: Call) -> Answer:
    """Change a setting."""
    call.require(SYSTEM_CONFIG)
    key = _row(parts, call)["key"]
    given = await call.read(NewValue)
    await parts.kernel.config.change(key, given.value, call.ctx)
    return json_answer(_row(parts, call))


async def reset(parts: HttpParts, call: Call) -> Answer:
    """Let a setting fall back to the layers below."""
    call.require(SYSTEM_CONFIG)
    key = _row(parts, call)["key"]
    await parts.kernel.config.revert(key, call.ctx)
    return NOTHING
