"""The command itself: chooses the hub, follows the plugin, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Annotated

import uvloop
from cyclopts import Parameter

from plexihub.cli.common import Common, connected
from plexihub.cli.dev.browser import open_link
from plexihub.cli.dev.keys import keys
from plexihub.cli.dev.own_hub import Workbench, data_folder, kept_at, own_hub
from plexihub.cli.dev.reload import Reloader
from plexihub.cli.dev.session import DevSession, read_source
from plexihub.cli.dev.watch import Watcher
from plexihub.cli.output import harmless, say
from plexihub.kernel.ports import Tier
from plexihub.scaffold import equip
from plexihub.services.plugin_log import LOGGER
from plexihub_sdk.errors import InputError, StartupError

_KEYS = "l sign-in link · m minimal manifest · p permissions and limits · r start anew · q quit"


def dev(  # noqa: PLR0913 - each is an option of the command
    folder: Path = Path(),
    /,
    *,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    hub: str | None = None,
    port: int = 0,
    fresh: Annotated[bool, Parameter(negative="")] = False,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    write_manifest: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Run a plugin in a hub of its own while you write it: what you save is seen at once.

    The hub serves this machine alone. What the plugin asks for is granted without a question; it is
    confined as it is anywhere else.

    Parameters
    ----------
    folder
        The plugin's folder, or its one .ts, .js or .py file.
    trusted
        As a trusted plugin: you run your own code inside the hub.
    hub
        Data folder of a hub that runs on this machine, to be used in place of one of your own.
    port
        Where the hub listens; a free port where nothing is said.
    fresh
        Forget what the hub kept from earlier runs.
    open_
        Open the browser.
    write_manifest
        At the end, let plugin.json ask for what was used, and no more.
    """
    source = read_source(folder)
    data = _data_of(hub)
    tier: Tier = "trusted" if trusted else "sandboxed"
    logging.basicConfig(format="%(levelname)-7s %(name)s: %(message)s")
    # The author reads these lines below, in the order and colours of this command.
    lines = logging.getLogger(LOGGER)
    lines.propagate, lines.level = False, logging.DEBUG
    if source.is_dir():
        _prepare(source, fresh=fresh)
    uvloop.run(_dev(source, tier, data, port, open_=open_, write_manifest=write_manifest))


def _data_of(hub: str | None) -> Path | None:
    if hub is not None and "://" in hub:
        raise InputError(
            "A hub takes a plugin from its own machine's disk, so it is named by its data folder.",
            where="--hub",
            next="Give the folder that `plexihub serve` printed, such as --hub data.",
        )
    return None if hub is None else Path(hub)


def _prepare(source: Path, *, fresh: bool) -> None:
    equip(source)
    home = kept_at(source)
    if fresh and home is not None:
        shutil.rmtree(home, ignore_errors=True)


async def _dev(  # noqa: PLR0913 - the command's options
    source: Path,
    tier: Tier,
    hub: Path | None,
    port: int,
    *,
    open_: bool,
    write_manifest: bool,
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    async with _workbench(source, hub, port) as bench:
        reloader = Reloader(bench.api, source, tier, bench.approve)
        session = DevSession(bench, reloader, Watcher(source))
        await session.begin()
        _say_where(bench, open_=open_)
        await _until(stopped, session)
        if write_manifest:
            await session.press("m")
        await session.press("p")
        say("Stopping.")


@asynccontextmanager
async def _workbench(source: Path, hub: Path | None, port: int) -> AsyncIterator[Workbench]:
    async with AsyncExitStack() as stack:
        if hub is None:
            data = stack.enter_context(data_folder(source))
            yield await stack.enter_async_context(own_hub(data, port))
            return
        api = await stack.enter_async_context(connected(Common(data=hub)))
        if not api.live:
            raise StartupError(
                f"No hub is running on {hub}.",
                where="--hub",
                next=f"Start it: plexihub serve --data {hub}; or leave --hub out.",
            )
        yield Workbench(api, str(hub), hub)


def _say_where(bench: Workbench, *, open_: bool) -> None:
    name, data = harmless(bench.name), harmless(bench.data)
    say(f"PlexiHub is at [bold]{name}[/bold]  [dim]data in {data}[/dim]")
    if bench.link is None:
        return say("Sign in there as ever. Ctrl-C ends this; the plugin stays installed.")
    link = bench.link()
    if open_ and open_link(link, bench.data):
        return say("Your browser shows it, signed in.")
    return say(f"Open [bold]{link}[/bold]  [dim]signs you in, once, within five minutes[/dim]")


async def _until(stopped: asyncio.Event, session: DevSession) -> None:
    pressed: asyncio.Queue[str] = asyncio.Queue(maxsize=64)

    def press(key: str) -> None:
        if key == "q":
            stopped.set()
        elif not pressed.full():
            pressed.put_nowait(key)

    async def act() -> None:
        while True:
            await session.press(await pressed.get())

    with keys(press) as is_there:
        say(f"[dim]{_KEYS if is_there else 'Ctrl-C ends it.'}[/dim]")
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work()) for work in (session.follow, session.tell, act)]
            await stopped.wait()
            for task in tasks:
                task.cancel()
