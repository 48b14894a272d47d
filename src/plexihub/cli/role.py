"""`plexihub role`: list, create, permissions, remove."""

from __future__ import annotations

from cyclopts import App

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import say, show_json, show_table

app = App(name="role", help="Manage what groups of people may do.")
_NO_OPTIONS = Common()


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List the roles."""
    async with connected(common) as api:
        roles = await api.items("/roles")
    if common.json:
        return show_json(roles)
    rows = [(one["name"], one["title"], ", ".join(one["permissions"])) for one in roles]
    return show_table(("role", "title", "permissions"), rows, empty="There is no role.")


@app.command
async def create(
    name: str, /, *permissions: str, title: str | None = None, common: Common = _NO_OPTIONS
) -> None:
    """Create a role.

    Parameters
    ----------
    name
        2 to 16 small letters, digits or hyphens.
    permissions
        What it may do, such as admin:users.
    title
        How it is shown; the name when absent.
    """
    body = {"name": name, "title": title or name, "permissions": list(permissions)}
    async with connected(common) as api:
        role = await api.call("POST", "/roles", json=body)
    if common.json:
        return show_json(role)
    return say(f"Created the role {role['name']}.")


@app.command
async def permissions(name: str, /, *permissions: str, common: Common = _NO_OPTIONS) -> None:
    """Say anew what a role may do; it counts from the next request.

    Parameters
    ----------
    name
        Which role.
    permissions
        All of them, such as data:read admin:users; none takes every one away.
    """
    body = {"permissions": list(permissions)}
    async with connected(common) as api:
        role = await api.call("PATCH", f"/roles/{segment(name)}", json=body)
    if common.json:
        return show_json(role)
    return say(f"{role['name']} may now: {', '.join(role['permissions']) or 'nothing'}.")


@app.command
async def remove(name: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Remove a role that nobody has.

    Parameters
    ----------
    name
        Which role.
    """
    async with connected(common) as api:
        await api.call("DELETE", f"/roles/{segment(name)}")
    say(f"Removed the role {name}.")
