"""What the guests counted, brought to lines: Python's own numbers, and V8's ranges by Deno."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plexihub.runtimes._spawn import run_program
from plexihub.runtimes.deno import find_deno
from plexihub.testing.lines import Coverage, measured

_SECONDS = 60.0
_MOST_TAKES = 5000
Counts = dict[str, dict[int, int]]


def coverage_of(folder: Path, takes: Sequence[Mapping[str, Any]]) -> Coverage:
    """Put together what every process of a plugin counted.

    Args:
        folder: The author's.
        takes: What was left of each hub: `root`, where the files lay, and `ran`.

    Raises:
        OSError: A file cannot be read, or Deno not be started.
        SyntaxError: A file is no Python.
        TimeoutError: Deno does not come to an end.
    """
    counts: Counts = defaultdict(lambda: defaultdict(int))
    for take in takes:
        for one in take["ran"]:
            if isinstance(one, dict):
                _add_python(counts, one)
    if any(isinstance(one, list) for take in takes for one in take["ran"]):
        _add_v8(counts, folder, takes)
    return measured(folder, {name: tuple(lines.items()) for name, lines in counts.items()})


def _add_python(counts: Counts, ran: Mapping[str, Any]) -> None:
    for name, lines in ran.items():
        for line in lines:
            counts[name][int(line)] += 1


def _add_v8(counts: Counts, folder: Path, takes: Sequence[Mapping[str, Any]]) -> None:
    with TemporaryDirectory(prefix="plexihub-v8-") as place:
        profiles, report = Path(place) / "profiles", Path(place) / "report.lcov"
        profiles.mkdir()
        written = 0
        for take in takes:
            for scripts in take["ran"]:
                for script in scripts if isinstance(scripts, list) else ():
                    if written < _MOST_TAKES and (moved := _moved(script, take["root"], folder)):
                        written += 1
                        (profiles / f"{written}.json").write_text(json.dumps(moved))
        if written:
            _run_deno(profiles, report, Path(place))
            _read_lcov(counts, folder, report)


def _moved(script: Mapping[str, Any], root: str, folder: Path) -> dict[str, Any] | None:
    """Say of a script that it lies in the author's folder; nothing of one that lies elsewhere."""
    start = Path(root).as_uri() + "/"
    url = str(script.get("url", ""))
    if not url.startswith(start):
        return None
    return {**script, "url": f"{folder.as_uri()}/{url[len(start) :]}"}


def _run_deno(profiles: Path, report: Path, place: Path) -> None:
    command = [
        str(find_deno()),
        *("coverage", "--quiet", "--lcov", f"--output={report}", "--exclude=^$"),
        str(profiles),
    ]
    env = {
        "HOME": str(place),
        "DENO_DIR": str(place / "cache"),
        "DENO_NO_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
    }
    with (place / "said").open("wb") as said:
        run_program(
            command,
            cwd=place,
            env={**env, "DENO_NO_UPDATE_CHECK": "1"},
            seconds=_SECONDS,
            output=said,
        )


def _read_lcov(counts: Counts, folder: Path, report: Path) -> None:
    if not report.exists():
        return
    name = ""
    for line in report.read_text(encoding="utf-8").splitlines():
        kind, _, value = line.partition(":")
        if kind == "SF":
            path = Path(value)
            name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else ""
        elif kind == "DA" and name:
            number, _, count = value.partition(",")
            counts[name][int(number)] += int(count.partition(",")[0])
