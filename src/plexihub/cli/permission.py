"""`plexihub plugin permissions`, `approve`, `request`, `refuse`: what a sandboxed plugin may do."""

from __future__ import annotations

from typing import Any, Literal

from plexihub.cli.common import Api, Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table
from plexihub_sdk.errors import NotFoundError

_NO_OPTIONS = Common()


async def permissions(plugin: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Show what a sandboxed plugin asks for, what it has, and what waits for approval.

    Parameters
    ----------
    plugin
        Its id.
    """
    async with connected(common) as api:
        _show(await api.call("GET", f"/plugins/{segment(plugin)}/permissions"), common)


async def approve(plugin: str, permission: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Give a sandboxed plugin a permission that it asks for; it acts at once.

    Parameters
    ----------
    plugin
        Its id.
    permission
        Such as admin:users.
    """
    async with connected(common) as api:
        path = f"/plugins/{segment(plugin)}/permissions"
        items = (await api.call("GET", path))["items"]
        row = next((one for one in items if one["name"] == permission), None)
        if row is None:
            asked = ", ".join(one["name"] for one in items) or "nothing"
            raise NotFoundError(
                f"{plugin} does not ask for {permission!r}.",
                where="permission",
                next=f"It asks for {asked}.",
            )
        shown = {"digest": row["digest"]}
        changed = await api.call("PUT", f"{path}/{segment(permission)}", json=shown)
        _told(changed, f"{plugin} may use {permission} now.", api, common)


async def request(plugin: str, permission: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Ask anew for a permission that was refused or taken back; an administrator approves it.

    Parameters
    ----------
    plugin
        Its id.
    permission
        Such as admin:users.
    """
    said = f"{permission} for {plugin} waits for an administrator's approval."
    await _change("POST", plugin, permission, said, common)


async def refuse(plugin: str, permission: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Take a permission from a sandboxed plugin, or refuse what it asks for; it acts at once.

    Parameters
    ----------
    plugin
        Its id.
    permission
        Such as admin:users.
    """
    await _change("DELETE", plugin, permission, f"{plugin} may not use {permission}.", common)


async def _change(
    method: Literal["POST", "DELETE"], plugin: str, permission: str, said: str, common: Common
) -> None:
    async with connected(common) as api:
        path = f"/plugins/{segment(plugin)}/permissions/{segment(permission)}"
        _told(await api.call(method, path), said, api, common)


def _told(changed: dict[str, Any], said: str, api: Api, common: Common) -> None:
    if common.json:
        return show_json(changed)
    say(harmless(said))
    return api.note_offline()


def _show(found: dict[str, Any], common: Common) -> None:
    if common.json:
        return show_json(found)
    rows = [
        (one["name"], one["state"], one["requested_by_name"] or "", one["risk"], one["says"])
        for one in found["items"]
    ]
    return show_table(
        ("permission", "state", "asked by", "risk", ""), rows, empty="It asks for nothing."
    )


COMMANDS = (permissions, approve, request, refuse)
