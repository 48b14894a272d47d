"""Runs a recorded call again: the real guest, its walls, its limits, and no hub.

The files may be those that were recorded or changed ones: what differs is told, never hidden.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.limits import Limits, SameForAll
from plexihub.kernel.ports import Json, PluginInstance, PluginSource
from plexihub.kernel.recording import Recording, Redactor, error_of
from plexihub.marketplace.staging import digest
from plexihub.replay.outcome import Outcome, request_text
from plexihub.replay.tape import Player
from plexihub.runtimes._governor import Governor
from plexihub.runtimes._package import MANIFEST, read_manifest
from plexihub.runtimes._sandboxed import SandboxedRuntime
from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.runtime import ProcessRuntime
from plexihub_sdk.errors import InputError, PlexiHubError, PluginLoadError
from plexihub_sdk.ids import UserId

#: A call that a person looks at step by step has so long.
STEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Step:
    """One request on its way, for a person who looks at it.

    Args:
        number: From 1.
        request: As an author writes it.
        answer: What the recording answers, or the error.
    """

    number: int
    request: str
    answer: Any


OnStep = Callable[[Step], Awaitable[None]]


async def replay(
    recording: Recording,
    folder: Path,
    *,
    on_step: OnStep | None = None,
    launcher: Launcher | None = None,
    ran: list[Any] | None = None,
) -> Outcome:
    """Run a recorded call again and compare.

    Args:
        recording: The call.
        folder: The plugin's files: its folder or one file.
        on_step: Told of each request before it is answered; the call has an hour then.
        launcher: Starts the process; one of its own where it is absent.
        ran: Where what ran of the plugin is left, as its guest counts it; None counts nothing.

    Raises:
        InputError: The folder is that of another plugin.
        PluginLoadError: The plugin does not load.
        ManifestError: What it says of itself is wrong.
        StartupError: Deno is not installed.
    """
    await asyncio.to_thread(check_plugin, recording, folder)
    player = Player(recording, ran)
    outcome = Outcome(recording=recording, digest=await asyncio.to_thread(digest, folder))
    async with AsyncExitStack() as stack:
        if launcher is None:
            launcher = Launcher()
            stack.callback(launcher.close)
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="replay-")))
        seconds = recording.seconds if on_step is None else STEP_SECONDS
        limits = Limits(call_seconds=max(seconds, 1.0), memory_mb=recording.memory_mb)
        runtime = _runtime(player, folder, scratch, Governor(SameForAll(limits)), launcher, on_step)
        instance = await _started(runtime, folder, scratch)
        stack.push_async_callback(instance.stop)
        await _call(instance, recording, outcome, limits.call_seconds)
    player.tape.finish()
    outcome.mismatches = player.tape.mismatches
    outcome.notes = _notes(outcome)
    return outcome


async def _call(
    instance: PluginInstance, recording: Recording, outcome: Outcome, seconds: float
) -> None:
    user = None if recording.user is None else UserId(recording.user)
    ctx = CallContext(
        actor=Actor("plugin", recording.plugin, recording.plugin),
        on_behalf_of=user,
        trace=recording.trace,  # type: ignore[arg-type]
    ).within(seconds)
    try:
        outcome.value = await instance.call_hook(recording.hook, recording.payload, ctx)
    except PlexiHubError as error:
        outcome.error = Redactor().clean(error_of(error))
    outcome.value = Redactor().clean(outcome.value)


def _runtime(  # noqa: PLR0913, PLR0917 - what a runtime stands on
    player: Player,
    folder: Path,
    scratch: Path,
    governor: Governor,
    launcher: Launcher,
    on_step: OnStep | None,
) -> SandboxedRuntime:
    dispatch = player.tape.dispatch if on_step is None else _stepping(player, on_step)
    if is_python(folder):
        return ProcessRuntime(
            dispatch, launcher=launcher, governor=governor, watch=lambda _plugin: player
        )
    return DenoRuntime(
        dispatch,
        find_deno(),
        launcher=launcher,
        governor=governor,
        data_root=scratch,
        watch=lambda _plugin: player,
    )


def _stepping(player: Player, on_step: OnStep) -> Any:
    count = 0

    async def dispatch(ctx: CallContext, method: str, params: Mapping[str, Json]) -> Json:
        nonlocal count
        count += 1
        number = count
        try:
            answer = await player.tape.dispatch(ctx, method, params)
        except PlexiHubError as error:
            await on_step(Step(number, request_text(method, params), error_of(error)))
            raise
        await on_step(Step(number, request_text(method, params), answer))
        return answer

    return dispatch


async def _started(runtime: SandboxedRuntime, folder: Path, scratch: Path) -> PluginInstance:
    if await asyncio.to_thread(folder.is_dir):
        root, manifest = folder, await asyncio.to_thread(read_manifest, folder / MANIFEST)
    else:
        root, manifest = folder.parent, await runtime.describe(folder)
    return await runtime.start(PluginSource(root=root, manifest=manifest, data_dir=scratch))


def check_plugin(recording: Recording, folder: Path) -> None:
    """Refuse the files of another plugin.

    Raises:
        InputError: They are not there, or another plugin's.
        ManifestError: plugin.json is wrong.
    """
    if not folder.exists():
        raise InputError(
            f"The files of {recording.plugin} are not at {folder}.",
            where=str(folder),
            next="Name them: --source FOLDER",
        )
    if not (folder / MANIFEST).is_file():
        return
    found = read_manifest(folder / MANIFEST).id
    if found != recording.plugin:
        raise InputError(
            f"The recording is of {recording.plugin!r}, and {folder} holds {found!r}.",
            where=str(folder),
            next="Name the plugin's own folder: --source FOLDER",
        )


def is_python(folder: Path) -> bool:
    """Whether a plugin is written in Python.

    Raises:
        PluginLoadError: Nothing says in which language it is.
        ManifestError: plugin.json is wrong.
    """
    entry = folder
    if folder.is_dir():
        if not (folder / MANIFEST).is_file():
            raise PluginLoadError(f"{folder} has no {MANIFEST}.", where=str(folder))
        entry = Path(read_manifest(folder / MANIFEST).entrypoint)
    return entry.suffix in ProcessRuntime.suffixes


def _notes(outcome: Outcome) -> list[str]:
    recording, notes = outcome.recording, []
    if recording.cut:
        notes.append("The recording came to its bound, so the replay is faithful up to there only.")
    if recording.redacted:
        notes.append(f"{recording.redacted} values were left out of the recording, as secrets.")
    if outcome.digest != recording.digest:
        notes.append("The files are not those that were recorded.")
    if not outcome.is_same and recording.served:
        notes.append(
            f"The recorded process had served {recording.served} calls before: what the plugin"
            " kept in its own memory from them is not part of the recording."
        )
    return notes
