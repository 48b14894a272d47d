"""The whole guest after confinement: greet, lock the room, let the plugin in, serve to the end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any, NoReturn

from plexihub_sdk.guest import modules
from plexihub_sdk.guest.api import Api, Plugin
from plexihub_sdk.guest.channel import Channel
from plexihub_sdk.guest.coverage import note_lines
from plexihub_sdk.guest.errors import describe, to_wire
from plexihub_sdk.guest.importer import Importer, install, read_archive
from plexihub_sdk.guest.load import Loaded, load
from plexihub_sdk.guest.lockdown import guard, hidden_names, plugin_builtins
from plexihub_sdk.guest.log import Log
from plexihub_sdk.guest.senses import Senses
from plexihub_sdk.guest.senses_modules import watched_modules
from plexihub_sdk.guest.serve import Guest
from plexihub_sdk.guest.text import encode
from plexihub_sdk.sandbox import become
from plexihub_sdk.wire import PROTOCOL_VERSION

MAX_DESCRIPTION = 64 * 1024
_STDERR = 2
_REHEARSALS = 20
_NOT_IN_NAMES = re.compile(r"\W")
#: Made beforehand: where it is needed there is no room to make it.
_OUT_OF_MEMORY = b"Error: the sandbox failed: out of memory\n"


def warm_up() -> None:
    """Import what every plugin shares; called once, before a process is forked for each."""
    modules.warm_up()
    hidden_names()
    # Code that ran often enough is rewritten in place by the interpreter: not in each process.
    for _ in range(_REHEARSALS):
        encode({"type": "log", "level": "info", "text": "warm"})


def run(rpc_fd: int, archive: bytes) -> NoReturn:
    """Be a plugin's process; does not return.

    Args:
        rpc_fd: The pipe to the hub: a connected stream socket.
        archive: The plugin's files, as a zip file without compression.
    """
    try:
        _run(Channel(rpc_fd), archive)
    except EOFError:
        os._exit(0)
    except MemoryError:
        os.write(_STDERR, _OUT_OF_MEMORY)
    except BaseException as error:  # noqa: BLE001 - told on standard error, which the hub shows
        _complain(f"Error: the sandbox failed: {describe(error)}\n")
    os._exit(1)


def _complain(text: str) -> None:
    with contextlib.suppress(OSError):
        os.write(_STDERR, text.encode("utf-8", "replace"))


def _run(channel: Channel, archive: bytes) -> NoReturn:
    def say(level: str, text: str) -> None:
        channel.post(encode({"type": "log", "level": level, "text": text}))

    log = Log(say)
    guest = Guest(channel, log.complain)
    hello = guest.next_frame()
    if hello["protocol"] != PROTOCOL_VERSION:
        raise RuntimeError(f"the hub speaks protocol {hello['protocol']}")
    plugin = Plugin(hello["plugin"], Api(guest))
    become(plugin)
    asyncio.events._set_running_loop(guest.loop)  # noqa: SLF001 - what `run_forever` does
    log.take_over()
    own = plugin_builtins()
    package = _NOT_IN_NAMES.sub("_", f"plugin_{hello['plugin']}")
    importer = Importer(package, read_archive(archive), own)
    del archive
    install(importer)
    guard(own, importer, watched(guest, importer, hello["watch"]))
    channel.post(_greeting(guest, hello, importer, plugin))
    while True:
        guest.turn()


def watched(
    guest: Guest, importer: Importer, watch: Mapping[str, Any] | None
) -> Mapping[str, ModuleType]:
    """Begin to watch a plugin that is not loaded yet; answers the modules it gets instead.

    Args:
        guest: Serves it.
        importer: Has its files.
        watch: What is watched, as the hub says; None for nothing.
    """
    if watch is None:
        return {}
    guest.senses = senses = Senses(watch)
    if watch["coverage"]:
        guest.covered = note_lines(importer.sources())
    return watched_modules(senses)


def _greeting(guest: Guest, hello: dict[str, Any], importer: Importer, plugin: Plugin) -> bytes:
    nonce = hello["nonce"]
    try:
        loaded = load(hello["entry"], importer, plugin)
        ready = _ready(nonce, loaded)[:-1] + guest.senses.end(0) + b"}"
    except BaseException as error:  # noqa: BLE001 - also a SystemExit at the top level
        return encode({"type": "failed", "nonce": nonce, "error": to_wire(error)})
    guest.open(loaded.hooks)
    return ready


def _ready(nonce: str, loaded: Loaded) -> bytes:
    body = encode(
        {
            "type": "ready",
            "protocol": PROTOCOL_VERSION,
            "nonce": nonce,
            "plugin": loaded.facts,
            "hooks": list(loaded.hooks),
        }
    )
    if len(body) > MAX_DESCRIPTION:
        raise ValueError("The plugin's description is too long.")
    return body
