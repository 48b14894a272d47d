"""Lets plugins change what a person's page is about to be given: `ui.rendering`.

A handler renames, moves, changes and leaves out what is there. What is new comes by the service
`ui`, where it is checked and has an owner; nothing is let in here that was not there before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.hooks import HookTable
from plexihub.services.ui.shelf import Shown

HOOK = "ui.rendering"
LONGEST = 200
_Lists = dict[str, list[Shown]]
#: What tells one item of a list from another, and is never changed.
_KEYS = {"pages": ("path",)}
_USUAL = ("owner", "id")
#: The shell brings these itself, so it must be told which of them not to show.
_NAMED_HIDDEN = frozenset({"pages"})
#: What a handler may change of an item; the rest says what it is and does.
_CHANGEABLE = frozenset({"title", "label", "text", "icon", "order"})


async def rendered(hooks: HookTable, ctx: CallContext, user: str | None, lists: _Lists) -> _Lists:
    """Answer the lists as plugins left them.

    Args:
        hooks: Whom to ask.
        ctx: Of the person's call.
        user: Whose page it is.
        lists: What it is about to be given.

    Raises:
        Veto: A handler refused the page.
    """
    if not hooks.has(HOOK):
        return lists
    page = {name: [dict(one) for one in items] for name, items in lists.items()}
    payload: dict[str, Any] = {"user_id": user, "page": page}
    await hooks.call(HOOK, payload, ctx)
    return {name: _left(name, items, payload["page"].get(name)) for name, items in lists.items()}


def _left(name: str, before: list[Shown], after: Any) -> list[Shown]:
    """Answer what is still there of a list, in its new order and with its changes."""
    known = {_key(name, one): one for one in before}
    found = []
    for one in after if isinstance(after, list) else ():
        original = known.pop(_key(name, one), None) if isinstance(one, Mapping) else None
        if original is not None:
            found.append(_changed(original, one))
    if name in _NAMED_HIDDEN:
        found += [{**one, "hidden": True} for one in known.values()]
    return found


def _key(name: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(one.get(part)) for part in _KEYS.get(name, _USUAL))


def _changed(original: Shown, wanted: Mapping[str, Any]) -> Shown:
    changes = {
        name: wanted[name]
        for name in _CHANGEABLE & original.keys() & wanted.keys()
        if type(wanted[name]) is type(original[name]) and len(str(wanted[name])) <= LONGEST
    }
    return {**original, **changes}
