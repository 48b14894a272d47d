"""`plexihub plugin record`, `calls`, `export`, `replay`: calls of sandboxed plugins, run again."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import EXIT_FAILED, harmless, note, say, show_facts, show_json, show_table
from plexihub.kernel.recording import Recording, is_call_id, read_recording, write_recording
from plexihub.replay import Outcome, Step
from plexihub.replay import replay as run_again
from plexihub.replay.debug import debug as run_in_debugger
from plexihub.replay.outcome import request_text
from plexihub_sdk.errors import InputError

_NO_OPTIONS = Common()
_SECONDS = len("2030-01-01T12:00:00")


async def record(
    plugin: str, state: Literal["on", "off"], /, *, common: Common = _NO_OPTIONS
) -> None:
    """Record the calls of a sandboxed plugin, or no more; one that runs is started anew for it.

    Parameters
    ----------
    plugin
        Its id.
    state
        on or off.
    """
    async with connected(common) as api:
        path = f"/plugins/{segment(plugin)}/recording"
        changed = await api.call("PUT", path, json={"on": state == "on"})
        if common.json:
            return show_json(changed)
        says = "are recorded" if changed["on"] else "are not recorded"
        say(harmless(f"Calls of {plugin} {says}. See: plexihub plugin calls {plugin}"))
        return api.note_offline()


async def calls(plugin_or_call: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """List the recorded calls of a plugin, the newest first, or show what crossed in one.

    Parameters
    ----------
    plugin_or_call
        Id of a plugin, or of a recorded call.
    """
    if is_call_id(plugin_or_call):
        found, _folder = await _fetched(plugin_or_call, common)
        return show_json(msgspec.to_builtins(found)) if common.json else _show_call(found)
    async with connected(common) as api:
        listed = await api.call("GET", f"/plugins/{segment(plugin_or_call)}/calls")
    if common.json:
        return show_json(listed)
    rows = [
        (
            one["id"],
            one["at"][:_SECONDS],
            one["hook"],
            one["outcome"],
            one["requests"],
            one["message"],
        )
        for one in listed["items"]
    ]
    how = "" if listed["on"] else f" Switch it on: plexihub plugin record {plugin_or_call} on"
    return show_table(
        ("call", "at", "hook", "outcome", "requests", ""), rows, empty=f"Nothing is recorded.{how}"
    )


async def export(
    call: str,
    /,
    *,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"), help="File.")] = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Write a recorded call to a file, from which it can be replayed anywhere.

    Parameters
    ----------
    call
        Its id.
    """
    found, _folder = await _fetched(call, common)
    target = output or Path(f"{found.plugin}-{found.id}.json")
    try:
        await asyncio.to_thread(target.write_bytes, write_recording(found))
    except OSError as error:
        raise InputError(
            f"{target} cannot be written: {error.strerror}.", where=str(target)
        ) from None
    if common.json:
        return show_json({"call": found.id, "file": str(target)})
    return say(harmless(f"Call {found.id} of {found.plugin} is in {target}."))


async def replay(
    call_or_file: str,
    /,
    *,
    source: Annotated[Path | None, Parameter(help="The plugin's files, changed or not.")] = None,
    step: Annotated[bool, Parameter(negative="", help="Wait at each request.")] = False,
    debug: Annotated[bool, Parameter(negative="", help="Run it in a debugger.")] = False,
    common: Common = _NO_OPTIONS,
) -> int:
    """Run a recorded call again, offline, and compare; nothing is stored, sent or changed.

    Parameters
    ----------
    call_or_file
        Id of a recorded call, or the file of one.
    """
    recording, folder = await _opened(call_or_file, common)
    place = source or folder or Path()
    if debug:
        note(
            "[bold yellow]The debugger runs the plugin outside of its sandbox: Python with your"
            " rights, TypeScript with none of Deno's."
            "[/bold yellow]"
        )
        outcome = await run_in_debugger(recording, place, say=lambda text: note(harmless(text)))
    else:
        outcome = await run_again(recording, place, on_step=_stopped if step else None)
    if common.json:
        show_json(outcome.plain())
    else:
        _show_outcome(outcome)
    return 0 if outcome.is_same else EXIT_FAILED


async def _opened(call_or_file: str, common: Common) -> tuple[Recording, Path | None]:
    path = Path(call_or_file)
    if is_call_id(call_or_file) and not await asyncio.to_thread(path.exists):
        return await _fetched(call_or_file, common)
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.",
            where=str(path),
            next="Name a recorded call (plexihub plugin calls PLUGIN) or the file of one.",
        ) from None
    return read_recording(content, str(path)), None


async def _fetched(call: str, common: Common) -> tuple[Recording, Path | None]:
    async with connected(common) as api:
        found = await api.call("GET", f"/calls/{segment(call)}")
    recording = msgspec.convert(found["recording"], Recording)
    return recording, Path(found["folder"]) if found["folder"] else None


async def _stopped(step: Step) -> None:
    say(f"[bold]{step.number}[/bold] {harmless(step.request)}")
    say(f"  → {harmless(request_text('', step.answer)[1:-1])}")
    with contextlib.suppress(EOFError):  # nobody is there: it goes on by itself
        await asyncio.to_thread(input, "  Enter to go on ")


def _show_call(found: Recording) -> None:
    show_facts(
        {
            "call": found.id,
            "plugin": f"{found.plugin} {found.version}",
            "hook": found.hook,
            "at": found.at,
            "for": found.user or "nobody",
            "outcome": found.outcome,
            "message": "" if found.error is None else found.error.get("message", ""),
            "ms": found.ms,
            "trace": found.trace,
            "drawn": ", ".join(f"{key}: {len(values)}" for key, values in found.seen.items()),
        }
    )
    rows = [
        (
            number,
            request_text(one.method, one.params),
            "ok" if one.error is None else one.error.get("code", ""),
        )
        for number, one in enumerate(found.exchanges, 1)
    ]
    show_table(("", "request", "answer"), rows, empty="It asked the hub for nothing.")


def _show_outcome(outcome: Outcome) -> None:
    for mismatch in outcome.mismatches:
        say(f"[yellow]≠[/yellow] {harmless(mismatch.sentence())}")
    said = _ending(outcome)
    if outcome.has_same_answer:
        say(f"[green]The same[/green] as recorded: {harmless(said)}")
    else:
        say(f"[bold red]Differs[/bold red] from the recording: {harmless(said)}")
        for line in outcome.difference():
            say(harmless(line))
    for one in outcome.notes:
        note(harmless(one))


def _ending(outcome: Outcome) -> str:
    error: dict[str, Any] | None = outcome.error
    if error is not None:
        where = error.get("data", {}).get("where", "")
        return f"{error['message']}{f' ({where})' if where else ''}"
    return request_text("", outcome.value)[1:-1]
