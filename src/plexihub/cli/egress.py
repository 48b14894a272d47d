"""`plexihub plugin hosts` and `secret`: where a sandboxed plugin may go, and with what."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table
from plexihub_sdk.errors import InputError

_NO_OPTIONS = Common()


async def hosts(  # noqa: PLR0913 - each is an option of the command
    plugin: str,
    /,
    *,
    allow: str | None = None,
    once: str | None = None,
    refuse: str | None = None,
    forget: str | None = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Show which hosts a sandboxed plugin may call and which it waits for, or decide about one.

    Parameters
    ----------
    plugin
        Its id.
    allow
        Let it call this host from now on, such as api.example.com or '*.example.org:8443'.
    once
        Let one request to this host pass.
    refuse
        Never let it call this host, whatever it was granted.
    forget
        Take back what was decided about this host.
    """
    given = {"allow": allow, "once": once, "refuse": refuse, "forget": forget}
    wanted = [(decision, host) for decision, host in given.items() if host is not None]
    path = f"/plugins/{segment(plugin)}/hosts"
    async with connected(common) as api:
        found = await api.call("GET", path) if not wanted else {}
        for decision, host in wanted:
            found = await api.call("POST", path, json={"host": host, "decision": decision})
    if common.json:
        return show_json(found)
    rows = [(host, "granted", "") for host in found["granted"]]
    rows += [(one["host"], one["decision"], "by an administrator") for one in found["decided"]]
    rows += [(one["host"], "asked", _asked(one)) for one in found["asked"]]
    return show_table(("host", "", ""), rows, empty="It may call no host.")


def _asked(one: dict[str, Any]) -> str:
    times = f"{one['times']} times since {one['since']}"
    waits = f", {one['waiting']} waiting now" if one["waiting"] else ""
    return harmless(f"{one['url']}, {times}{waits}")


async def secret(
    plugin: str,
    name: str | None = None,
    /,
    *,
    host: list[str] | None = None,
    forget: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """List a sandboxed plugin's secrets, or set one; its value is read from the terminal or a pipe.

    Parameters
    ----------
    plugin
        Its id.
    name
        As its requests name it: {{secret:NAME}}.
    host
        A host that it may go to; give it several times for several.
    forget
        Delete it.
    """
    path = f"/plugins/{segment(plugin)}/secrets"
    async with connected(common) as api:
        if name is None:
            found = await api.call("GET", path)
            return show_json(found) if common.json else _print(found)
        place = f"{path}/{segment(name)}"
        if forget:
            await api.call("DELETE", place)
            return show_json({"deleted": name}) if common.json else say("Deleted.")
        if not host:
            raise InputError("Say where it may go: --host api.example.com.", where="--host")
        found = await api.call("PUT", place, json={"value": _value(), "hosts": host})
    return show_json(found) if common.json else _print(found)


def _value() -> str:
    # Never an argument: those are seen by everybody on the machine.
    if sys.stdin.isatty():
        return getpass.getpass("Secret: ")
    return sys.stdin.readline().rstrip("\r\n")


def _print(found: dict[str, Any]) -> None:
    rows = [
        (harmless(one["name"]), ", ".join(one["hosts"]), harmless(one["set_by"]))
        for one in found["items"]
    ]
    return show_table(("secret", "goes to", "set by"), rows, empty="It has no secrets.")
