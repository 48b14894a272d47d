"""`plexihub plugin permissions`, `approve`, `request`, `refuse`, `explain`: what one may do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from cyclopts import Parameter

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


async def refuse(
    plugin: str,
    permission: str,
    /,
    *,
    only_request: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Take a permission from a sandboxed plugin, or refuse what it asks for; it acts at once.

    Parameters
    ----------
    plugin
        Its id.
    permission
        Such as admin:users.
    only_request
        Refuse what it asks for beyond its grant, and leave that.
    """
    said = f"{plugin} may not use {permission}."
    if only_request:
        said = f"{plugin} keeps what it was granted of {permission}, and no more."
    wanted = {"only": "request"} if only_request else {}
    async with connected(common) as api:
        path = f"/plugins/{segment(plugin)}/permissions/{segment(permission)}"
        _told(await api.call("DELETE", path, params=wanted), said, api, common)


async def _change(
    method: Literal["POST", "DELETE"],
    plugin: str,
    permission: str,
    said: str,
    common: Common,
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
        (
            one["name"],
            f"{one['state']}, wider asked" if one["wider"] else one["state"],
            one["requested_by_name"] or "",
            one["risk"],
            one["refused_times"] or "",
            one["asked_words"] or one["says"],
        )
        for one in found["items"]
    ]
    columns = ("permission", "state", "asked by", "risk", "refused", "")
    show_table(columns, rows, empty="It asks for nothing.")
    for one in found["changes"]:
        before = f" (before: {one['before_words']})" if one["before_words"] else ""
        say(harmless(f"{one['kind']} since the version before: {one['name']}{before}"))
    return None


async def explain(
    plugin: str,
    permission: str,
    /,
    *,
    person: Annotated[str | None, Parameter(name="--for")] = None,
    to: str | None = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Say why a plugin may use a permission, or why not, and who decided that.

    Parameters
    ----------
    plugin
        Its id.
    permission
        Such as network:fetch.
    person
        For whom it would act: a username.
    to
        A host or a model, such as api.example.com or users.
    """
    wanted = {name: text for name, text in (("person", person), ("to", to)) if text}
    async with connected(common) as api:
        path = f"/plugins/{segment(plugin)}/permissions/{segment(permission)}/why"
        found = await api.call("GET", path, params=wanted)
    if common.json:
        return show_json(found)
    verdict = "[green]may[/green]" if found["allowed"] else "[red]may not[/red]"
    say(f"{found['id']} {verdict} use {found['permission']}.  [dim]{harmless(found['says'])}[/dim]")
    marks = {True: "[green]✓[/green]", False: "[red]✗[/red]", None: "[dim]·[/dim]"}
    for step in found["steps"]:
        say(f"  {marks[step['passed']]} {harmless(step['says'])}")
    return None


COMMANDS = (permissions, approve, request, refuse, explain)
