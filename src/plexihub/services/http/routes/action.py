"""`/actions`: what a person triggers and a plugin's `onActionExecute` does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import entered
from plexihub.kernel.hooks import Failures
from plexihub.kernel.inputs import LONGEST_ACTION
from plexihub.services.http.action import EXECUTING, SOURCE
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import NotFoundError, PlexiHubError, PluginRaisedError


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An action of a plugin's, and what it is to be done with."""

    action: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ACTION)]
    payload: dict[str, Any] | None = None


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "POST", "/api/v1/actions", partial(execute, parts)


async def execute(parts: HttpParts, call: Call) -> Answer:
    """Have an action done by the plugins that know it, and answer its result."""
    call.require_user()
    asked = await call.read(Action)
    failures: Failures = []
    # Who acts is the session, whatever the body says; and no button of the hub's was clicked.
    context = {
        **{key: value for key, value in (asked.payload or {}).items() if key != SOURCE},
        "userId": call.user.id if call.user else None,
    }
    if (plugin := _named(parts, asked.action)) is not None:
        with entered(call.ctx):
            done = await parts.interactions.execute(
                plugin, asked.action, context, permission=None, name=asked.action
            )
        return json_answer({"result": done.result, "metadata": done.metadata})
    payload: dict[str, Any] = {
        "action": asked.action,
        "context": context,
        "result": None,
        "metadata": {},
    }
    payload = await parts.kernel.hooks.call(EXECUTING, payload, call.ctx, failures=failures)
    if payload["result"] is None and not payload["metadata"]:
        raise _nothing(asked.action, failures)
    return json_answer({"result": payload["result"], "metadata": payload["metadata"]})


def _named(parts: HttpParts, action: str) -> str | None:
    """Answer the sandboxed plugin whose id stands before the action; nobody else's hears of it."""
    name, dot, _rest = action.partition(".")
    registry = parts.kernel.registry
    return name if dot and registry.find(name) and registry.is_sandboxed(name) else None


def _nothing(action: str, failures: Failures) -> PlexiHubError:
    for plugin, error in failures:
        if isinstance(error, PlexiHubError):
            return error
        return PluginRaisedError(f"{plugin or 'The hub'} failed to do this.", where=action)
    return NotFoundError(
        f"No plugin does {action!r}.",
        where="action",
        next="Enable the plugin that it belongs to, or check the name.",
    )
