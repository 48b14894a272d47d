"""The service `interactions`: what a click of a button in a plugin's block or widget does.

First those who guard actions are asked, trusted plugins among them; then the one plugin whose
button it is. No other sandboxed plugin hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import current
from plexihub.kernel.direct import DirectCalls
from plexihub.kernel.hooks import HookTable
from plexihub_sdk.blocks import check_blocks, is_offered, read_values
from plexihub_sdk.errors import InputError, PluginRaisedError

HOOK = "action.executing"
HANDLER = "onActionExecute"
MOST_BYTES = 64 * 1024
LONGEST_TEXT = 4000


class Executed(msgspec.Struct, forbid_unknown_fields=True):
    """What came of an action.

    Args:
        result: For who clicked; text is shown to them.
        metadata: Further facts.
        text: The message's text from now on; None leaves it.
        blocks: The message's blocks from now on; None leaves them.
    """

    result: Any = None
    metadata: dict[str, Any] = {}
    text: Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)] | None = None
    blocks: list[Any] | None = None


class Interactions:
    """Runs the actions of buttons.

    Args:
        hooks: Asks those who guard actions.
        direct: Calls the plugin.
    """

    def __init__(self, hooks: HookTable, direct: DirectCalls) -> None:
        self._hooks = hooks
        self._direct = direct

    async def click(
        self,
        plugin: str,
        blocks: list[dict[str, Any]],
        clicked: Mapping[str, Any],
        context: Mapping[str, Any],
        *,
        permission: str,
    ) -> Executed:
        """Run what a button of these blocks does, for whom the call that runs is made.

        Args:
            plugin: Whose blocks they are, as the hub knows it.
            blocks: As they are kept.
            clicked: From the page: `action`, `value` of the button, `values` of the fields.
            context: What the plugin is told of the place.
            permission: What showing the blocks took.

        Raises:
            InputError: There is no such button or field.
            PermissionDenied: The plugin lost its permission.
            Veto: Somebody refused.
            PluginError: The plugin failed, or its answer is none.
        """
        action, value = clicked.get("action"), clicked.get("value")
        if not is_offered(blocks, action, value):
            raise InputError(
                "There is no such button here.",
                where="action",
                next="It may have changed: look again, and click what is there now.",
            )
        values = read_values(blocks, clicked.get("values") or {})
        told = {**context, "value": value, "values": values}
        return await self.execute(plugin, str(action), told, permission=permission)

    async def execute(
        self,
        plugin: str,
        action: str,
        context: Mapping[str, Any],
        *,
        permission: str | None,
        name: str = "",
    ) -> Executed:
        """Run an action of a plugin's, and answer what came of it.

        Args:
            plugin: Whose.
            action: As the plugin knows it.
            context: What it is told.
            permission: What the offer took; None where a person names the plugin's action.
            name: Under what those who guard actions are asked; the plugin's id and the action
                where it is absent.

        Raises:
            PermissionDenied: The plugin lost its permission.
            Veto: Somebody refused.
            PluginError: The plugin failed, or its answer is none.
        """
        asked: dict[str, Any] = {
            "action": name or f"{plugin}.{action}",
            "context": dict(context),
            "result": None,
            "metadata": {},
        }
        asked = await self._hooks.call(HOOK, asked, current(), hosts_only=True)
        if asked.get("result") is not None:
            return Executed(result=asked["result"], metadata=dict(asked.get("metadata") or {}))
        payload = {"action": action, "context": dict(context)}
        answer = await self._direct.call(plugin, HANDLER, payload, permission=permission)
        return _read(answer, f"{plugin}.{action}")


def _read(answer: object, where: str) -> Executed:
    if answer is None:
        return Executed()
    try:
        done = msgspec.convert(answer, Executed)
        if done.blocks is not None:
            done.blocks = check_blocks(done.blocks)
        size = len(msgspec.json.encode((done.result, done.metadata)))
    except (msgspec.ValidationError, InputError) as error:
        raise _wrong(where, str(error)) from error
    if size > MOST_BYTES:
        raise _wrong(where, f"it has more than {MOST_BYTES} bytes")
    return done


def _wrong(where: str, why: str) -> PluginRaisedError:
    return PluginRaisedError(
        f"{where} gave an answer that cannot be used: {why}.",
        where=where,
        next="Tell an administrator of the hub.",
    )
