"""The Python guest in a debugger: the plugin's handlers under pdb, at a terminal, without walls.

Run as `python -m plexihub.replay.terminal DESCRIPTOR ARCHIVE`; started by `plexihub plugin replay
--debug` alone.
"""

from __future__ import annotations

import asyncio
import pdb  # noqa: T100 - what it is for
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plexihub_sdk.guest import modules
from plexihub_sdk.guest.api import Api, Plugin
from plexihub_sdk.guest.channel import Channel
from plexihub_sdk.guest.errors import to_wire
from plexihub_sdk.guest.importer import Importer, read_archive
from plexihub_sdk.guest.load import load
from plexihub_sdk.guest.lockdown import plugin_builtins
from plexihub_sdk.guest.main import watched
from plexihub_sdk.guest.serve import Guest, Hooked
from plexihub_sdk.guest.text import encode
from plexihub_sdk.sandbox import become
from plexihub_sdk.wire import PROTOCOL_VERSION

_NOT_IN_NAMES = re.compile(r"\W")


def main() -> None:
    """Be a plugin's process at a terminal."""
    channel = Channel(int(sys.argv[1]))
    guest = Guest(channel, lambda problem: print(problem, file=sys.stderr))  # noqa: T201 - a terminal
    hello = guest.next_frame()
    plugin = Plugin(hello["plugin"], Api(guest))
    become(plugin)
    asyncio.events._set_running_loop(guest.loop)  # noqa: SLF001 - what `run_forever` does
    modules.warm_up()
    try:
        channel.post(_loaded(guest, hello, plugin))
    except BaseException as error:  # noqa: BLE001 - told to the hub, whatever it is
        failed = {"type": "failed", "nonce": hello["nonce"], "error": to_wire(error)}
        channel.post(encode(failed))
    while True:
        guest.turn()


def _loaded(guest: Guest, hello: Mapping[str, Any], plugin: Plugin) -> bytes:
    package = _NOT_IN_NAMES.sub("_", f"plugin_{hello['plugin']}")
    own = plugin_builtins()
    importer = Importer(package, read_archive(Path(sys.argv[2]).read_bytes()), own)
    own["__import__"] = _seeing(watched(guest, importer, hello["watch"]))
    for name in ("open", "input", "breakpoint"):
        own[name] = getattr(__import__("builtins"), name)
    sys.meta_path.insert(0, _Beside(importer))
    loaded = load(hello["entry"], importer, plugin)
    guest.open({name: _under_pdb(hook) for name, hook in loaded.hooks.items()})
    ready = {
        "type": "ready",
        "protocol": PROTOCOL_VERSION,
        "nonce": hello["nonce"],
        "plugin": loaded.facts,
        "hooks": list(loaded.hooks),
    }
    return encode(ready)[:-1] + guest.senses.end(0) + b"}"


class _Beside:
    """Finds the plugin's modules, and leaves every other import to those who find the rest."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Find one of the plugin's modules."""
        try:
            return self._importer.find_spec(fullname, path, target)
        except ModuleNotFoundError:
            return None


def _seeing(instead: Mapping[str, Any]) -> Any:
    real = __import__

    def plugin_import(name: str, *rest: Any, **named: Any) -> Any:
        return instead[name] if name in instead else real(name, *rest, **named)

    return plugin_import


def _under_pdb(hook: Hooked) -> Hooked:
    def stopping(payload: Any) -> Any:
        debugger = pdb.Pdb(skip=["__main__", "plexihub_sdk.*", "asyncio.*"])
        if hook.is_async:
            debugger.set_trace()
            return hook.call(payload)
        return debugger.runcall(hook.call, payload)

    return Hooked(stopping, is_async=hook.is_async)


if __name__ == "__main__":
    main()
