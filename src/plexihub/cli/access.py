"""`plexihub permission`: who may do what, what waits for a decision, and the access review."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from cyclopts import App

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table
from plexihub.services.permissions import review_csv

app = App(name="permission", help="See who may do what.")
_NO_OPTIONS = Common()


@app.command
async def who(permission: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """List the plugins that may use a permission, and the people who have the right to it.

    Parameters
    ----------
    permission
        Such as network:fetch.
    """
    async with connected(common) as api:
        found = await api.call("GET", f"/permissions/{segment(permission)}/who")
    if common.json:
        return show_json(found)
    risk = f"[dim]({found['risk']} risk)[/dim]"
    say(f"[bold]{found['name']}[/bold]  {harmless(found['says'])}  {risk}")
    plugins = [
        (
            one["id"],
            one["state"],
            one["scope"],
            one["last_used"] or "never",
            "runs" if one["active"] else "is off",
        )
        for one in found["plugins"]
    ]
    show_table(("plugin", "state", "scope", "last used", ""), plugins, empty="No plugin may.")
    people = [(one["username"], one["role"], one["through"]) for one in found["people"]]
    return show_table(("person", "role", "by"), people, empty="Nobody has the right to it.")


@app.command
async def waiting(*, common: Common = _NO_OPTIONS) -> None:
    """List the permissions that wait for an administrator."""
    async with connected(common) as api:
        items = await api.items("/permissions/waiting")
    if common.json:
        return show_json(items)
    rows = [
        (
            one["plugin"],
            one["name"],
            one["risk"],
            one["requested_by_name"],
            one["requested_at"],
            one["refused_times"],
            one["reason"],
        )
        for one in items
    ]
    columns = ("plugin", "permission", "risk", "asked by", "since", "refused", "reason")
    show_table(columns, rows, empty="Nothing waits for a decision.")
    if items:
        say("[dim]→[/dim] plexihub plugin approve PLUGIN PERMISSION, or refuse.")
    return None


@app.command
async def review(*, csv: Path | None = None, common: Common = _NO_OPTIONS) -> None:
    """List every plugin with its permissions and every person with the role.

    Parameters
    ----------
    csv
        Write a table into this file.
    """
    async with connected(common) as api:
        rows = await api.items("/access-review")
    if common.json:
        return show_json(rows)
    if csv is not None:
        write = partial(csv.write_text, review_csv(rows), encoding="utf-8", newline="")
        await asyncio.to_thread(write)
        return say(f"{len(rows)} rows are in {harmless(csv)}.")
    columns = ("kind", "id", "version_or_role", "permission", "state", "decided_by", "last_used")
    shown = [tuple(row[name] for name in columns) for row in rows]
    return show_table([one.replace("_", " ") for one in columns], shown, empty="There is nothing.")
