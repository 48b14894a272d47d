"""`plexihub doctor`: looks whether everything that a hub needs is there, and says what to do."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.padding import Padding

from plexihub.cli.common import Api, Common, RemoteError, connected
from plexihub.cli.output import EXIT_FAILED, harmless, say, show_json
from plexihub.datadir import DataDir
from plexihub.kernel.isolation import LEVELS, REFUSED, Isolation, assess, unmeasured
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub_sdk.errors import PlexiHubError

_NO_OPTIONS = Common()
_MARKS = {"ok": "[green]ok[/green]     ", "note": "[yellow]note[/yellow]   "}
_PROBLEM = "[bold red]problem[/bold red]"
_LEAST_FREE = 1 << 30
_GOOD_ENOUGH = LEVELS.index("strong")
_INDENT = 10
_WRITERS = {
    "in the hub": "The hub's own process writes it: a trusted plugin could, too.",
    "same user": "A process of its own writes it, as the hub's user: what a trusted plugin changes"
    " in its files shows, unless it reads the key; a witness elsewhere shows that, too.",
}
Verdict = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what came of it.

    Args:
        name: One word or two.
        verdict: `note` is for what works and could be better.
        says: One sentence.
        next: What to do, or several things; empty for nothing.
        more: Further sentences.
    """

    name: str
    verdict: Verdict
    says: str
    next: str | tuple[str, ...] = ""
    more: tuple[str, ...] = ()


async def doctor(*, common: Common = _NO_OPTIONS) -> int:
    """Check this machine, the data folder and the hub; the exit status is 1 where one is amiss."""
    return show_checks([check async for check in _checks(common)], as_json=common.json)


def show_checks(checks: Sequence[Check], *, as_json: bool) -> int:
    """Print what was looked at, and answer the exit status: 1 where something is amiss."""
    amiss = sum(check.verdict == "problem" for check in checks)
    if as_json:
        show_json({"ok": not amiss, "checks": [asdict(check) for check in checks]})
    else:
        for check in checks:
            _print(check)
        say()
        say(f"[bold red]{amiss} to mend.[/bold red]" if amiss else "Nothing is amiss.")
    return EXIT_FAILED if amiss else 0


def _print(check: Check) -> None:
    console = Console(highlight=False)
    mark = _MARKS.get(check.verdict, _PROBLEM)
    console.print(f"{mark}  [bold]{check.name}[/bold]  {harmless(check.says)}", soft_wrap=True)
    for sentence in check.more:
        console.print(Padding(f"- {harmless(sentence)}", (0, 0, 0, _INDENT - 1)))
    for step in (check.next,) if isinstance(check.next, str) else check.next:
        if step:
            console.print(Padding(f"[dim]→[/dim] {harmless(step)}", (0, 0, 0, _INDENT - 1)))


async def _checks(common: Common) -> AsyncIterator[Check]:
    folder = DataDir(common.options().data.absolute())
    yield check_deno()
    is_there = folder.path.is_dir()
    for check in _data(folder.path) if is_there else [_no_data(folder.path)]:
        yield check
    async with AsyncExitStack() as stack:
        api = None
        if is_there:
            try:
                api = await stack.enter_async_context(connected(common))
            except PlexiHubError as error:
                yield Check("Hub", "problem", error.message, error.next)
        if api is None:
            yield check_sandbox(await _measured())
            return
        async for check in _of_hub(api):
            yield check


def check_deno() -> Check:
    """Look for Deno."""
    try:
        deno = find_deno()
    except PlexiHubError as error:
        return Check("Deno", "problem", error.message, error.next)
    return Check("Deno", "ok", f"It is at {deno}.")


def _no_data(path: Path) -> Check:
    return Check("Data", "note", f"{path} does not exist yet.", "Make a hub there: plexihub init")


def _data(path: Path) -> Iterator[Check]:
    if path.stat().st_mode & 0o077:
        yield Check("Data", "problem", f"Others can look into {path}.", f"chmod 700 {path}")
    else:
        yield Check("Data", "ok", f"{path} is its owner's alone.")
    free = shutil.disk_usage(path).free
    says = f"{free >> 20} MiB are free there."
    if free < _LEAST_FREE:
        yield Check("Room", "note", says, "Make room: backups and files need it.")
    else:
        yield Check("Room", "ok", says)


async def _measured() -> dict[str, Any]:
    """Try the layers without a hub; answers what one would, which demands nothing here."""
    launcher = Launcher()
    try:
        found: Isolation = assess(await launcher.probe())
    except Exception as error:  # noqa: BLE001 - whatever a machine lacks is what is told
        found = unmeasured(str(error) or type(error).__name__)
    finally:
        launcher.close()
    return {**found.describe(), "least": LEVELS[0], "enough": True, "next": ""}


async def _of_hub(api: Api) -> AsyncIterator[Check]:
    if api.live:
        yield Check("Hub", "ok", "It runs.")
    else:
        says = "No hub is running here; settings and database can be read."
        yield Check("Hub", "note", says, "Start it: plexihub serve")
    try:
        yield check_sandbox(await api.call("POST", "/isolation/measure"))
        for check in _plugins(await api.items("/plugins"), live=api.live):
            yield check
        yield _audit(await api.call("POST", "/audit/verify"))
    except RemoteError as error:
        yield Check("Hub", "problem", str(error), str(error.error.get("next", "")))


def check_sandbox(found: dict[str, Any]) -> Check:
    """Say how well this machine holds sandboxed plugins, as the hub measured it."""
    level = found["level"]
    says = f"The isolation level is {level}. {found['says']}"
    more = (*(loss["says"] for loss in found["losses"]), *_waiting(found.get("ready", 0)))
    steps = tuple(dict.fromkeys(layer["next"] for layer in found["layers"] if layer["next"]))
    if not found["enough"]:
        asked = f"{says} Sandboxed plugins do not run: {found['least']} is asked for."
        return Check("Sandbox", "problem", asked, (*steps, found["next"]), more)
    verdict: Verdict = "ok" if LEVELS.index(level) >= _GOOD_ENOUGH else "note"
    return Check("Sandbox", verdict, says, steps, more)


def _waiting(ready: int) -> Iterator[str]:
    if ready:
        yield f"Confined processes of Deno that wait for a plugin: {ready}."


def _plugins(plugins: list[dict[str, Any]], *, live: bool) -> Iterator[Check]:
    for one in plugins:
        # What fails for want of isolation is amiss once, above.
        if one["state"] in {"failed", "quarantined"} and not one["reason"].startswith(REFUSED):
            says = f"{one['id']} is {one['state']}: {one['reason']}"
            yield Check("Plugin", "problem", says, f"plexihub plugin show {one['id']}")
    running = sum(one["state"] == "enabled" for one in plugins)
    more = f", {running} run" if live else ""
    yield Check("Plugins", "ok", f"{len(plugins)} are installed{more}.")


def _audit(verdict: dict[str, Any]) -> Check:
    if verdict["ok"]:
        says = f"The log is whole, and signed up to record {verdict['signed']}."
        return Check("Audit", "ok", says, more=(_WRITERS[verdict["standing"]], *verdict["notes"]))
    says = "The log is not as it was written."
    return Check("Audit", "problem", says, "See where: plexihub audit verify")
