"""`plexihub user`: create, list, role, permissions, password."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Annotated

from cyclopts import App, Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import say, show_json, show_table
from plexihub_sdk.errors import InputError

app = App(name="user", help="Manage the people of the hub.")
_NO_OPTIONS = Common()


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List the people."""
    async with connected(common) as api:
        people = await api.items("/users")
    if common.json:
        return show_json(people)
    rows = [
        (
            one["username"],
            one["display_name"],
            one["role"],
            "active" if one["is_active"] else "inactive",
            ", ".join(one["tags"]),
        )
        for one in people
    ]
    return show_table(("username", "name", "role", "", "tags"), rows, empty="There is nobody yet.")


@app.command
async def create(
    username: str,
    /,
    *,
    name: str | None = None,
    role: str = "member",
    password_stdin: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Create a person; without a password on standard input one is asked for or made.

    Parameters
    ----------
    username
        3 to 32 letters, digits, dots, underscores or hyphens.
    name
        How the person is shown; the username when absent.
    role
        admin, member, or a role of your own (`plexihub role list`).
    password_stdin
        Read the password from standard input.
    """
    password, made = read_password(from_stdin=password_stdin)
    body = {
        "username": username,
        "display_name": name or username,
        "role": role,
        "password": password,
    }
    async with connected(common) as api:
        person = await api.call("POST", "/users", json=body)
        if common.json:
            return show_json({**person, "password": password} if made else person)
        say(f"Created {person['username']} ({person['role']}).")
        if made:
            say(f"Password: {password}")
        return api.note_offline()


@app.command
async def role(username: str, role: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Change a person's role.

    Parameters
    ----------
    username
        Whose.
    role
        admin, member, or a role of your own (`plexihub role list`).
    """
    async with connected(common) as api:
        person = await api.call("PATCH", f"/users/{segment(username)}", json={"role": role})
    if common.json:
        return show_json(person)
    return say(f"{person['username']} is now {person['role']}.")


@app.command
async def permissions(username: str, /, *permissions: str, common: Common = _NO_OPTIONS) -> None:
    """Say anew what one person may do beyond their role; it counts from the next request.

    Parameters
    ----------
    username
        Whose.
    permissions
        All of them, such as admin:users; none takes every one away.
    """
    body = {"permissions": list(permissions)}
    async with connected(common) as api:
        person = await api.call("PATCH", f"/users/{segment(username)}", json=body)
    if common.json:
        return show_json(person)
    extra = ", ".join(person["permissions"]) or "nothing"
    return say(f"Beyond the role {person['role']}, {person['username']} may: {extra}.")


@app.command
async def password(
    username: str,
    /,
    *,
    password_stdin: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Set a person's password; every session of theirs ends.

    Parameters
    ----------
    username
        Whose.
    password_stdin
        Read the password from standard input.
    """
    text, made = read_password(from_stdin=password_stdin)
    async with connected(common) as api:
        person = await api.call("PATCH", f"/users/{segment(username)}", json={"password": text})
    if common.json:
        return show_json({**person, "password": text} if made else person)
    say(f"The password of {person['username']} was changed.")
    return say(f"Password: {text}") if made else None


def make_password() -> str:
    """Make a password a person can type: four groups, about 80 bits."""
    alphabet = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(4))


def read_password(*, from_stdin: bool) -> tuple[str, bool]:
    """Read a password from standard input or the terminal, or make one.

    Returns:
        The password, and whether it was made here and must be shown.

    Raises:
        InputError: Standard input is empty, or the two typed passwords differ.
    """
    if from_stdin:
        text = sys.stdin.readline().rstrip("\r\n")
        if not text:
            raise InputError("Standard input holds no password.", where="--password-stdin")
        return text, False
    if not sys.stdin.isatty():
        return make_password(), True
    text = getpass.getpass("Password (empty: make one): ")
    if not text:
        return make_password(), True
    if getpass.getpass("Again: ") != text:
        raise InputError("The two passwords differ; nothing was changed.")
    return text, False
