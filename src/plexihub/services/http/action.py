"""Asks the plugins before a button of a page does what its plugin made it for.

A message action, a button beside the field for messages and one of the settings page each call a
route of their plugin. Such a call is an action, as a slash command is. With nobody listening this
costs one look-up in a table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from plexihub.kernel.hooks import HookTable
from plexihub.services.http.call import Call
from plexihub.services.http.table import Route
from plexihub_sdk.routes import Request

EXECUTING = "action.executing"
#: In the context of an action: which of the hub's own buttons was clicked. Nobody writes it else.
SOURCE = "source"


class HasButtons(Protocol):
    """What plugins add to the pages."""

    @property
    def action_of(self) -> Callable[[str, str], str | None]:
        """Tells which button calls a route."""


class Buttons:
    """Runs `action.executing` for buttons.

    Args:
        hooks: Whom to ask.
        ui: Knows the buttons.
        is_sandboxed: Whether a plugin is; its own buttons are asked about where it is called.
    """

    def __init__(
        self,
        hooks: HookTable,
        ui: HasButtons,
        is_sandboxed: Callable[[str], bool] = lambda _plugin: False,
    ) -> None:
        self._hooks = hooks
        self._ui = ui
        self._is_sandboxed = is_sandboxed

    async def ask(self, route: Route, request: Request, call: Call) -> dict[str, Any] | None:
        """Ask before a button's route is called.

        Returns:
            What is answered in the route's place, where a handler left a `result`; else None.

        Raises:
            Veto: A handler refused.
        """
        if not self._hooks.has(EXECUTING):
            return None
        if route.owner is not None and self._is_sandboxed(route.owner):
            return None
        action = self._ui.action_of(route.method, route.path)
        if action is None:
            return None
        given = request.json if isinstance(request.json, dict) else {}
        payload: dict[str, Any] = {
            "action": action,
            # Who clicks is the session, whatever the body says.
            "context": {
                **{key: value for key, value in given.items() if key != SOURCE},
                "userId": call.user.id if call.user else None,
            },
            "result": None,
            "metadata": {},
        }
        # What stands in a button's call is for its plugin, not for every stranger's.
        payload = await self._hooks.call(EXECUTING, payload, call.ctx, hosts_only=True)
        result = payload.get("result")
        if isinstance(result, dict):
            return result
        return {"message": result} if isinstance(result, str) else None
