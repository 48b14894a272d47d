"""`plexihub serve` and `plexihub init`."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import uvloop
from cyclopts import Parameter

from plexihub.app import Hub
from plexihub.cli.common import Common
from plexihub.cli.console import console
from plexihub.cli.output import harmless, say, show_json
from plexihub.cli.user import make_password, read_password
from plexihub.demo.seed import seed
from plexihub.demo.weather import add_weather, weather_server
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub_sdk.errors import ConflictError
from plexihub_sdk.permissions import ROLE_RIGHTS

_NO_OPTIONS = Common()
#: New objects between two looks of the collector; more than the largest message of a plugin makes.
_COLLECT_AFTER = 150_000
#: How long a thread that works in the background keeps the loop from going on, each time the loop
#: had let go of the interpreter: for a file, a lock, a statement. The usual 5 ms add up.
_SWITCH_SECONDS = 0.0005


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    policy: Path | None = None,
    demo: bool = True,
    common: Common = _NO_OPTIONS,
) -> None:
    """Run the hub until interrupted.

    An empty data folder is filled with demo people, channels and plugins first.

    Parameters
    ----------
    host
        Address to listen on [server.host].
    port
        Port to listen on [server.port].
    policy
        File with rules that decide about permissions [plugins.policy].
    demo
        Fill an empty data folder with demo content.
    """
    flags: dict[str, Any] = {"server.host": host, "server.port": port}
    flags["plugins.policy"] = str(policy.absolute()) if policy is not None else None
    given = {key: value for key, value in flags.items() if value is not None}
    sys.setswitchinterval(_SWITCH_SECONDS)
    with console("%(asctime)s %(levelname)-7s %(name)s: %(message)s"):
        uvloop.run(_serve(Hub(common.options(flags=given, listen=True)), demo=demo))


async def _serve(hub: Hub, *, demo: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with hub:
        if await hub.is_empty():
            await _first_run(hub, demo=demo)
        data = harmless(hub.folder.path)
        spare_collector()
        say(f"PlexiHub is at [bold]{hub.address}[/bold]  [dim]data in {data}[/dim]")
        with weather_server(hub):
            await stopped.wait()
        say("Stopping.")


def spare_collector() -> None:
    """Have the collector of garbage leave alone what is there for good: code, mostly.

    To look through all of it takes a tenth of a second, in which nobody is served.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])


async def _first_run(hub: Hub, *, demo: bool) -> None:
    password = make_password()
    if demo:
        people = await seed(hub, password)
        await add_weather(hub)
        say("This is the first run: there are demo people, channels and plugins to play with.")
        say(f"Sign in as [bold]{people[0]}[/bold] (administrator), {' or '.join(people[1:])}.")
    else:
        await create_admin(hub, "admin", password)
        say("Sign in as [bold]admin[/bold].")
    say(f"Password: [bold]{password}[/bold]  [dim]shown only now[/dim]")


async def init(
    *,
    admin: str = "admin",
    password_stdin: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> None:
    """Set up an empty data folder with one administrator and no demo content.

    Parameters
    ----------
    admin
        The administrator's username.
    password_stdin
        Read the password from standard input; otherwise it is asked for or made.
    """
    async with Hub(common.options(start_plugins=False)) as hub:
        if not await hub.is_empty():
            raise ConflictError(
                f"{hub.folder.path} is set up already.",
                next="Use plexihub user create for further people, or another --data folder.",
            )
        password, made = read_password(from_stdin=password_stdin)
        person = await create_admin(hub, admin, password)
    shown: dict[str, Any] = {"data": str(hub.folder.path), "admin": person}
    if common.json:
        return show_json({**shown, "password": password} if made else shown)
    say(f"{harmless(hub.folder.path)} is ready. Sign in as [bold]{person}[/bold].")
    if made:
        say(f"Password: [bold]{password}[/bold]   (shown only now)")
    where = f" --data {harmless(hub.folder.path)}" if common.data else ""
    return say(f"[dim]→[/dim] Start the hub: plexihub serve{where}")


async def create_admin(hub: Hub, username: str, password: str) -> str:
    """Create the first administrator and answer the username."""
    ctx = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])
    user = await hub.users.create(
        ctx, username=username, display_name=username, password=password, role="admin"
    )
    return str(user.username)
