"""What the audit hook costs a call that it hears of: for the hub's own code, and for a plugin's.

The hook cannot be removed from a process, so each sample is taken in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.case import Case
from plexihub.kernel.audit import AuditLog
from plexihub.kernel.context import owner
from plexihub.runtimes.access import hook
from plexihub.runtimes.access.usage import Usage
from plexihub.runtimes.access.watch import Watch
from plexihub_sdk.ids import PluginId

COUNT = 2_000
BATCHES = 5
PLUGIN = PluginId("bench")
CODE = "def work(path):\n    open(path).close()\n"
MODES = {
    "without a hook": "no plugin owns the running code",
    "PlexiHub, the hub's own code": "no plugin owns the running code",
    "PlexiHub, a plugin's own file": "own folder: neither recorded nor refused",
    "PlexiHub, a plugin, another file": "counted; recorded once",
}


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Offer one case a way of calling `open`."""
    yield [
        Case(
            group="open() and close()",
            name=name,
            sample=_elsewhere(number),
            baseline=number == 0,
            note=note,
            rounds=3,
        )
        for number, (name, note) in enumerate(MODES.items())
    ]


def _elsewhere(number: int) -> Callable[[], float]:
    def sample() -> float:
        done = subprocess.run(  # noqa: S603 - this very module
            [sys.executable, "-m", __name__, str(number)],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return float(done.stdout)

    return sample


def _measure(number: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        own, other = Path(folder) / "own", Path(folder) / "other"
        own.mkdir()
        other.mkdir()
        for one in (own, other):
            (one / "file").touch()
        if number:
            usage = Usage(PLUGIN, AuditLog(Path(folder)))
            hook.add(
                Watch(
                    PLUGIN,
                    "_plexihub_bench_1",
                    folders=(own, own),
                    granted=lambda: ("files",),
                    usage=usage,
                )
            )
        code: dict[str, Callable[[str], None]] = {"__name__": "_plexihub_bench_1"}  # type: ignore[dict-item]
        exec(CODE, code)  # noqa: S102 - as the modules of a plugin are named
        path = str((other if number == len(MODES) - 1 else own) / "file")
        if number > 1:
            owner.set(PLUGIN)
        found = min(_batch(code["work"], path) for _ in range(BATCHES))
        owner.set(None)
        return found


def _batch(work: Callable[[str], None], path: str) -> float:
    # Processor time, and the least of several: other processes of the machine are not meant.
    start = time.process_time()
    for _ in range(COUNT):
        work(path)
    return (time.process_time() - start) / COUNT * 1e6


if __name__ == "__main__":
    print(_measure(int(sys.argv[1])))
