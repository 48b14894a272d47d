"""One plugin being written: its saves, its log, its errors, and what its author asks for by key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx

from plexihub.cli.common import RemoteError, segment
from plexihub.cli.dev import terminal
from plexihub.cli.dev.frame import Frame, find_frame
from plexihub.cli.dev.own_hub import Workbench
from plexihub.cli.dev.reload import Outcome, Reloader
from plexihub.cli.dev.watch import Watcher
from plexihub.cli.output import harmless, say
from plexihub.marketplace.minimal_manifest import write_permissions
from plexihub_sdk.errors import InputError, PlexiHubError

_WAIT_SECONDS = 20
_RETRY_SECONDS = 1.0
#: Lines of one stack come one after the other; what broke is asked for when they are there.
_STACK_SECONDS = 0.15


class DevSession:
    """Follows one plugin's files, and tells its author what happens.

    Args:
        bench: The hub.
        reloader: Installs the plugin.
        watcher: Tells what changed.
    """

    def __init__(self, bench: Workbench, reloader: Reloader, watcher: Watcher) -> None:
        self._bench = bench
        self._api = bench.api
        self._reloader = reloader
        self._watcher = watcher
        self._plugin: dict[str, Any] | None = None
        self._granted: list[str] = []
        self._last_error = ""
        self._is_broken = False

    async def begin(self) -> None:
        """Install the plugin as it is now; one that is wrong is told, and waited for."""
        await self._watcher.start()
        await self._reloader.clear()
        await self._take(await self._reloader.run(), set())

    async def follow(self) -> None:
        """Install the plugin anew each time that its files change, until cancelled."""
        async for changed in self._watcher.changes():
            await self._safely(lambda: self._save(changed))  # noqa: B023 - awaited at once

    async def tell(self) -> None:
        """Print what the plugin says, and what goes wrong in it, until cancelled."""
        after = 0
        while True:
            if self._plugin is None:
                await asyncio.sleep(_STACK_SECONDS)
                continue
            try:
                lines = await self._lines(after)
            except (RemoteError, httpx.HTTPError):
                await asyncio.sleep(_RETRY_SECONDS)  # it is being exchanged, or the hub stops
                continue
            await asyncio.sleep(0)  # whatever answers, the others have their turn
            for line in lines:
                terminal.show_line(line)
                after = max(after, line["seq"])
            if any(line["level"] == "error" for line in lines):
                await asyncio.sleep(_STACK_SECONDS)
                await self._safely(self._look_at_failure)

    async def press(self, key: str) -> None:
        """Do what a key asks for."""
        wanted: dict[str, Callable[[], Awaitable[None]]] = {
            "m": self.write_manifest,
            "p": self.show_facts,
            "r": self._again,
        }
        if key == "l" and self._bench.link is not None:
            say(f"Open [bold]{self._bench.link()}[/bold]")
        elif key in wanted:
            await self._safely(wanted[key])

    async def show_facts(self) -> None:
        """Print the permissions used, and the limits."""
        if self._plugin is None:
            return
        path = self._path
        if (used := await self._used()) is not None:
            terminal.show_used(used)
        if self._plugin["tier"] == "sandboxed":
            plugin = await self._api.call("GET", path)
            limits = await self._api.call("GET", f"{path}/limits")
            usage = await self._api.call("GET", f"{path}/usage")
            terminal.show_limits(usage, limits, plugin["health"]["last_call_ms"])

    async def write_manifest(self) -> None:
        """Write the fewest permissions that the plugin was seen to need into its plugin.json.

        Raises:
            InputError: There is no plugin.json, or nothing was seen.
        """
        source, used = self._reloader.source, await self._used()
        if used is None or not source.is_dir():
            raise InputError(
                "There is nothing to write: only a folder with a running plugin has a plugin.json.",
                where=str(source),
            )
        changed = await asyncio.to_thread(
            write_permissions, source / "plugin.json", used["minimal"]
        )
        names = [one if isinstance(one, str) else one["name"] for one in used["minimal"]]
        says = "now asks for" if changed else "asks already for"
        say(f"plugin.json {says} what was used, and no more: {', '.join(names) or 'nothing'}.")

    @property
    def _path(self) -> str:
        return f"/plugins/{segment(str(self._plugin['id']) if self._plugin else '')}"

    async def _again(self) -> None:
        if self._plugin is not None:
            await self._api.call("POST", f"{self._path}/reload")
            say(f"{self._plugin['id']} was started anew.")

    async def _used(self) -> dict[str, Any] | None:
        if self._plugin is None or self._plugin["tier"] == "trusted":
            return None
        used: dict[str, Any] = await self._api.call("GET", f"{self._path}/permissions/used")
        return used

    async def _lines(self, after: int) -> list[dict[str, Any]]:
        return await self._api.items(f"{self._path}/logs", after=after, wait=_WAIT_SECONDS)

    async def _save(self, changed: set[str]) -> None:
        outcome = await self._reloader.run()
        if not outcome.is_same:
            await self._take(outcome, changed)

    async def _take(self, outcome: Outcome, changed: set[str]) -> None:
        frame, error = None, None
        if outcome.plugin is not None:
            self._plugin, self._last_error = outcome.plugin, ""
            terminal.show_saved(outcome.plugin, outcome.took_ms, changed)
            self._show_granted(outcome.plugin)
        if outcome.error is not None:
            error = outcome.error
            texts = (str(error.get("where") or ""), str(error.get("message") or ""))
            frame = await asyncio.to_thread(find_frame, self._reloader.source, *texts)
            error = _shortened(error, frame)
            terminal.show_problem(error, frame, goes_on=self._plugin is not None)
        self._is_broken = outcome.error is not None
        await self._report(error, frame, outcome.took_ms)

    def _show_granted(self, plugin: dict[str, Any]) -> None:
        granted = plugin["permissions"]["granted"]
        if granted != self._granted or plugin["permissions"]["pending"]:
            terminal.show_granted(plugin, is_own=self._bench.is_own)
        self._granted = granted

    async def _look_at_failure(self) -> None:
        """Tell of a call that failed; what does not load was told already."""
        plugin = await self._api.call("GET", self._path)
        said = plugin["health"]["last_error"]
        if not said or said == self._last_error or self._is_broken:
            return
        self._last_error = said
        frame = await asyncio.to_thread(find_frame, self._reloader.source, said)
        error = {"message": said, "where": frame.where if frame else ""}
        terminal.show_problem(error, frame, goes_on=False)
        await self._report(error, frame, plugin["health"]["last_call_ms"] or 0.0)

    async def _report(
        self, error: dict[str, Any] | None, frame: Frame | None, took_ms: float
    ) -> None:
        """Let the open pages show it, where the hub is the author's own."""
        if not self._bench.is_own or self._plugin is None:
            return
        problem = None
        if error is not None:
            shown = asdict(frame) if frame else {"where": str(error.get("where") or "")}
            said = {name: str(error.get(name) or "") for name in ("message", "next")}
            problem = {**said, **shown}
        source = str(self._reloader.source.absolute())
        save = {"source": source, "took_ms": took_ms, "problem": problem}
        plugin = segment(str(self._plugin["id"]))
        await self._api.call("PUT", f"/development/{plugin}", json=save)

    async def _safely(self, work: Callable[[], Awaitable[None]]) -> None:
        """Say what cannot be done, and go on."""
        try:
            await work()
        except RemoteError as error:
            terminal.show_problem(error.error, None, goes_on=False)
        except PlexiHubError as error:
            said = {"message": error.message, "where": error.where, "next": error.next}
            terminal.show_problem(said, None, goes_on=False)
        except (httpx.HTTPError, OSError) as error:
            say(f"[yellow]{harmless(error)}[/yellow]")


def _shortened(error: dict[str, Any], frame: Frame | None) -> dict[str, Any]:
    """Leave out what the lines of the file, and the next save, say better."""
    if frame is None:
        return error
    return {**error, "message": str(error.get("message") or "").partition("\n")[0], "next": ""}


def read_source(folder: Path) -> Path:
    """Answer the plugin that is meant.

    Raises:
        InputError: There is none.
    """
    if folder.is_file() or any(folder.glob("plugin.json")):
        return folder
    if not folder.is_dir():
        problem = f"There is no plugin at {folder}."
    else:
        problem = f"{folder} holds no plugin.json."
    raise InputError(
        problem, where=str(folder), next="Make a plugin: plexihub plugin new my-plugin"
    )
