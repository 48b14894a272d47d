"""`plexihub plugin doctor`: what is wrong with a plugin, for who writes it, and what to do."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.common import Api, Common, RemoteError, connected, segment
from plexihub.cli.dev.frame import find_frame
from plexihub.cli.doctor import Check, check_deno, check_sandbox, show_checks
from plexihub.datadir import DataDir
from plexihub.kernel.plugins.record import State
from plexihub.scaffold import HIDDEN
from plexihub_sdk.api_version import API_VERSION
from plexihub_sdk.errors import NotFoundError

_NO_OPTIONS = Common()
_WRONG: tuple[State, ...] = ("failed", "quarantined", "restarting")
_RULES = {
    "not_asked": "its plugin.json does not ask for it",
    "not_granted": "no administrator granted it",
}


async def doctor(
    subject: str = "",
    /,
    *,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> int:
    """Look for what is wrong with a plugin; the exit status is 1 where something is.

    Parameters
    ----------
    subject
        A plugin's folder or file, or the id of an installed one; else the folder one is in, or
        every plugin of the hub. With --data it is an id.
    trusted
        The files are those of a trusted plugin; they are read, and not run.
    """
    source = await asyncio.to_thread(_source_of, subject, is_hub_named=common.data is not None)
    checks = [check_deno()]
    async with _hub(None if source else common) as api:
        checks.append(check_sandbox(await api.call("POST", "/isolation/measure")))
        if source is not None:
            checks += [check async for check in _of_source(api, source, trusted=trusted)]
        else:
            checks += [check async for check in _of_installed(api, subject)]
    return show_checks(checks, as_json=common.json)


def _source_of(subject: str, *, is_hub_named: bool) -> Path | None:
    """Answer the files that are meant; None where an installed plugin is, or all of them."""
    if is_hub_named:
        return None
    if not subject:
        return Path.cwd() if Path("plugin.json").exists() else None
    return Path(subject).absolute() if Path(subject).exists() else None


@asynccontextmanager
async def _hub(common: Common | None) -> AsyncIterator[Api]:
    """Reach the hub; for files an empty one, so that looking at them needs none and changes none.

    Raises:
        NotFoundError: There is no hub.
    """
    if common is None:
        with tempfile.TemporaryDirectory(prefix="plexihub-doctor-") as folder:
            data = Path(folder)
            async with connected(Common(data=data / "hub", config=data / "none.toml")) as api:
                yield api
        return
    home = DataDir(common.options().data.absolute())
    if not home.path.is_dir():
        raise NotFoundError(
            f"There is no hub at {home.path}.",
            where="--data",
            next="Name a plugin's folder, or the hub's with --data.",
        )
    async with connected(common) as api:
        yield api


async def _of_source(api: Api, source: Path, *, trusted: bool) -> AsyncIterator[Check]:
    order = {"source": str(source), "tier": "trusted" if trusted else "sandboxed"}
    try:
        found = await api.call("POST", "/plugins/describe", json=order)
    except RemoteError as refused:
        yield await asyncio.to_thread(_not_loaded, source, refused.error)
        return
    asked = ", ".join(found["permissions"]["asked"]) or "nothing"
    hooks = ", ".join(found["hooks"]) or "none"
    how = "can be installed as trusted" if trusted else "loads in the sandbox"
    yield Check("Plugin", "ok", f"{found['id']} {found['version']} {how}.")
    yield Check("API", "ok", f"It is written for version {API_VERSION}, which this hub speaks.")
    yield Check("Asks for", "ok", f"{asked}.", more=(f"Hooks: {hooks}.",))
    for need in found["needs"]:
        if need["state"] != "enabled":
            says = f"It needs {need['id']} {need['versions']}."
            yield Check("Needs", "note", says, "Install it in the hub as well.")
    if await asyncio.to_thread(_is_bare, source):
        says = "Your editor does not know the SDK's types here yet."
        yield Check("Editor", "note", says, "plexihub plugin dev puts them into .plexihub/.")


def _is_bare(source: Path) -> bool:
    return source.is_dir() and not (source / HIDDEN).is_dir()


def _not_loaded(source: Path, error: dict[str, Any]) -> Check:
    where, message = str(error.get("where") or ""), str(error.get("message") or "")
    frame = find_frame(source, where, message)
    place = frame.where if frame else where
    message = message.partition("\n")[0]
    says = message if not place or place in message else f"{message} ({place})"
    steps = [str(error.get("next") or "")]
    if source.is_dir() and "has no service" in message:
        steps.append("Of a trusted plugin: plexihub plugin doctor --trusted")
    return Check("Plugin", "problem", says, tuple(filter(None, steps)))


async def _of_installed(api: Api, subject: str) -> AsyncIterator[Check]:
    plugins = [one for one in await api.items("/plugins") if not one["builtin"] or subject]
    if subject:
        plugins = [await api.call("GET", f"/plugins/{segment(subject)}")]
    for plugin in plugins:
        for check in _state(plugin, live=api.live):
            yield check
        if plugin["tier"] == "sandboxed":
            async for check in _permissions(api, plugin):
                yield check


def _state(plugin: dict[str, Any], *, live: bool) -> Iterator[Check]:
    name, state, reason = plugin["id"], plugin["state"], plugin["reason"]
    if state in _WRONG:
        why = f": {reason}" if reason else "."
        steps = (f"See what it said: plexihub plugin logs {name}", f"plexihub plugin enable {name}")
        yield Check(name, "problem", f"It is {state}{why}", steps)
    elif state == "disabled" and live:
        yield Check(name, "note", "It is disabled.", f"plexihub plugin enable {name}")
    else:
        yield Check(name, "ok", f"{plugin['version']} is {state}. {reason}".strip())
    if error := plugin["health"]["last_error"]:
        yield Check("Last error", "note", error, f"plexihub plugin logs {name}")
    for need in plugin["needs"]:
        if need["state"] != "enabled":
            says = f"{name} needs {need['id']} {need['versions']}, which is {need['state']}."
            yield Check("Needs", "problem", says, f"plexihub plugin enable {need['id']}")


async def _permissions(api: Api, plugin: dict[str, Any]) -> AsyncIterator[Check]:
    name = plugin["id"]
    for permission in plugin["permissions"]["pending"]:
        step = f"plexihub plugin approve {name} {permission}"
        yield Check("Permission", "note", f"{permission} waits for approval.", step)
    for one in await api.items(f"/plugins/{segment(name)}/permissions/used"):
        for rule, times in one["rules"].items():
            if rule in _RULES:
                says = f"{one['name']} was refused {times} times: {_RULES[rule]}."
                yield Check("Permission", "note", says, _remedy(name, one["name"], rule))


def _remedy(plugin: str, permission: str, rule: str) -> str:
    if rule == "not_granted":
        return f"plexihub plugin approve {plugin} {permission}"
    return f'Add "{permission}" to `permissions`, or run: plexihub plugin dev --write-manifest'
