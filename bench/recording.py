"""What it costs to record a plugin's calls: the same call, unrecorded and recorded.

Compare the processor time of hub and plugin together; the files are written beside it, by one task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from time import process_time

from bench.case import Case
from bench.guests import LANGUAGES, UNSLOWED, Guests, guests
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance, StoredPlugin
from plexihub.kernel.recording import Recording, write_recording
from plexihub.runtimes._liveness import cpu_seconds
from plexihub.services.recordings import Recorder
from plexihub_sdk.ids import PluginId

CALLS = 300
_HOOKS = {"echo": "onDashboardLoad", "asks the gateway once": "onDataFetch"}


def _keep(recording: Recording) -> None:
    write_recording(recording)


def _recorder(found: Guests, _plugin: PluginId) -> Recorder:
    source = found.source
    stored = StoredPlugin(
        id=source.manifest.id,
        manifest=source.manifest,
        tier="sandboxed",
        runtime="",
        root=source.root,
    )
    return Recorder(lambda: stored, lambda: UNSLOWED, _keep)


def _processor_time(found: Guests, plugin: PluginInstance, hook: str) -> float:
    async def calls() -> None:
        ctx = CallContext()
        for _ in range(CALLS):
            await plugin.call_hook(hook, {"text": "x" * 89}, ctx)

    def computed() -> float:
        return process_time() + cpu_seconds(plugin.stats().pid or 0)

    before = computed()
    found.run.run(calls())
    return (computed() - before) / CALLS * 1e6


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with ExitStack() as stack:
        listed = []
        for language in LANGUAGES:
            found = stack.enter_context(guests(language))
            plain = found.start()
            found.runtime.watch_with(partial(_recorder, found))
            recorded = found.start()
            stack.callback(found.stop, plain, recorded)
            for what, hook in _HOOKS.items():
                for name, plugin in (("unrecorded", plain), ("recorded", recorded)):
                    listed.append(
                        Case(
                            group=f"recorded call, {language}, {what}, processor time",
                            name=name,
                            sample=partial(_processor_time, found, plugin, hook),
                            baseline=name == "unrecorded",
                        )
                    )
        yield listed
