"""`/plugins/ID/widgets/WIDGET/actions`: a click of a button in a plugin's widget."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Annotated

import msgspec

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import NotFoundError, PluginRaisedError
from plexihub_sdk.permissions import UI_RENDER

_ACTIONS = "/api/v1/plugins/{plugin_id}/widgets/{widget}/actions"
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Click(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which button was clicked, and what stands in the fields."""

    action: _Name
    value: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    values: dict[_Name, Annotated[str, msgspec.Meta(max_length=2000)]] = {}


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "POST", _ACTIONS, partial(click, parts)


async def click(parts: HttpParts, call: Call) -> Answer:
    """Run what a button of a plugin's widget does."""
    person, _session = call.signed_in()
    clicked = await call.read(Click)
    plugin, widget = call.params["plugin_id"], call.params["widget"]
    blocks = parts.ui.blocks_of(person.id, plugin, widget)
    if blocks is None:
        raise NotFoundError(
            "There is no such widget on your dashboards.",
            where="widget",
            next="Load the dashboard again.",
        )
    done = await parts.interactions.click(
        plugin,
        blocks,
        msgspec.structs.asdict(clicked),
        {"source": "widget", "widgetId": widget, "userId": person.id},
        permission=UI_RENDER,
    )
    if done.blocks is not None or done.text is not None:
        raise PluginRaisedError(
            f"{plugin} answered with a message's text or blocks; a widget changes by renderWidget.",
            where=clicked.action,
        )
    return json_answer({"result": done.result, "metadata": done.metadata})
