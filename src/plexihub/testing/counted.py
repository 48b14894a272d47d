"""What the guests counted, brought to lines: Python's own numbers, and V8's ranges by Deno."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from plexihub.runtimes._spawn import run_program
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.location import find_guest
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
        scripts = list(_scripts(folder, takes))
        for number, script in enumerate(scripts):
            (profiles / f"{number}.json").write_text(json.dumps(script))
        if scripts:
            _run_deno(Path(place), profiles, report, sorted({one["url"] for one in scripts}))
            _read_lcov(counts, folder, report)


def _scripts(folder: Path, takes: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """List what V8 counted of the plugin's files, as if they lay in the author's folder."""
    found = (
        (script, f"{Path(take['root']).as_uri()}/")
        for take in takes
        for scripts in take["ran"]
        for script in (scripts if isinstance(scripts, list) else ())
    )
    for script, start in islice(found, _MOST_TAKES):
        url = str(script.get("url", ""))
        if url.startswith(start):
            yield {**script, "url": f"{folder.as_uri()}/{url[len(start) :]}"}


def _run_deno(place: Path, profiles: Path, report: Path, urls: Sequence[str]) -> None:
    deno, offline = str(find_deno()), ("--quiet", "--no-config", "--no-lock")
    env = {
        "HOME": str(place),
        "DENO_DIR": str(place / "cache"),
        "DENO_NO_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
    }
    # V8's places are those of the JavaScript that Deno makes, which it has to make here, too.
    modules = f"--import-map={find_guest() / 'import_map.json'}"
    commands = (
        [deno, "cache", *offline, "--no-remote", "--no-npm", modules, *urls],
        [
            deno,
            "coverage",
            "--quiet",
            "--lcov",
            f"--output={report}",
            "--exclude=^$",
            str(profiles),
        ],
    )
    with (place / "said").open("wb") as said:
        for command in commands:
            run_program(command, cwd=place, env=env, seconds=_SECONDS, output=said)


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
