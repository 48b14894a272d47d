"""A million audit records: how long an index takes, and how soon each question is answered.

The log is made without a hub and kept in a temporary folder; set PLEXIHUB_BENCH_RECORDS for
another size. Each question is asked anew every time, the page of fifty records read from the
segments, hashes checked, and the number of what fits counted. The floor looks for a text in the
bytes of every segment, as `grep` does, and reads nothing of what it finds.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.audit_material import write_log
from bench.case import Case
from plexihub.kernel.audit import AuditQuery, Place
from plexihub.kernel.audit.follow import read_placed
from plexihub.kernel.audit.segment import segments
from plexihub.services.trail.index import Index
from plexihub.services.trail.lookup import Lookup
from plexihub.services.trail.search import count, search

RECORDS = int(os.environ.get("PLEXIHUB_BENCH_RECORDS", "1000000"))
GOAL_MS = 200.0
BATCH = 1000
_DAY = {"since": "2026-01-01T10:00:00.000Z", "until": "2026-01-02T05:00:00.000Z"}
QUESTIONS: dict[str, dict[str, object]] = {
    "the newest": {},
    "a plugin": {"plugin": "plugin-3"},
    "a person": {"actor": "person7"},
    "beginning of an action": {"action": "gateway."},
    "an outcome": {"outcome": "crashed"},
    "a common outcome": {"outcome": "denied"},
    "a span of time": dict(_DAY),
    "an outcome in a span": {**_DAY, "outcome": "denied"},
    "a rare word": {"text": "4711"},
    "a common word": {"text": "weather"},
    "beginning of a word": {"text": "weath"},
    "four common words": {"text": "gateway network fetch method"},
    "a word nowhere": {"text": "zebra"},
    "a target": {"target": "data.query"},
    "a target and an outcome": {"target": "network.fetch", "outcome": "crashed"},
    "word, plugin, outcome": {"text": "weather", "plugin": "plugin-3", "outcome": "denied"},
    "person, plugin, outcome": {"actor": "person11", "plugin": "plugin-9", "outcome": "failed"},
    "a page far back": {"plugin": "plugin-3", "before": RECORDS // 10},
}


@contextmanager
def cases() -> Iterator[Iterator[Case]]:
    """Make the log and its index, and yield the cases."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        folder, path = base / "audit", base / "index.db"
        write_log(folder, RECORDS)
        built = _build(folder, path)
        with closing(Lookup(path)) as lookup:
            yield _cases(folder, lookup, built, path)


def _cases(folder: Path, lookup: Lookup, built: float, path: Path) -> Iterator[Case]:
    size = path.stat().st_size
    whole = sum(one.stat().st_size for one in segments(folder))
    yield Case(
        group=f"audit index of {RECORDS:,} records",
        name="PlexiHub",
        sample=lambda: built,
        unit="s CPU",
        rounds=1,
        note=f"{size / 2**20:.0f} MiB beside {whole / 2**20:.0f} MiB of segments",
    )
    asked = f"audit search in {RECORDS:,} records"
    yield Case(
        group=asked,
        name="look through the bytes",
        sample=lambda: _bytes_looked_through(folder),
        unit="ms",
        baseline=True,
        rounds=3,
    )
    for name, given in QUESTIONS.items():
        yield Case(
            group=asked, name=name, sample=_asker(folder, lookup, given), unit="ms", goal=GOAL_MS
        )
    everything = [_asker(folder, lookup, given) for given in QUESTIONS.values()]
    yield Case(
        group=asked,
        name="p95 of all of these",
        sample=lambda: statistics.quantiles([one() for one in everything], n=20)[-1],
        unit="ms",
        goal=GOAL_MS,
    )


def _build(folder: Path, path: Path) -> float:
    begun, place = time.process_time(), Place()
    with closing(Index(path)) as index:
        while True:
            found, place = read_placed(folder, place, BATCH)
            if not found:
                return time.process_time() - begun
            index.add(found, place)


def _asker(folder: Path, lookup: Lookup, given: dict[str, object]) -> Callable[[], float]:
    query = AuditQuery(**given)  # type: ignore[arg-type]

    def ask() -> float:
        begun = time.perf_counter()
        search(folder, lookup, query)
        count(folder, lookup, query)
        return (time.perf_counter() - begun) * 1000

    return ask


def _bytes_looked_through(folder: Path) -> float:
    begun = time.perf_counter()
    for path in segments(folder):
        with path.open("rb") as file:
            while block := file.read(2**20):
                block.count(b"zebra")
    return (time.perf_counter() - begun) * 1000
