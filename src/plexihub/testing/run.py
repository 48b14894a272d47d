"""Runs a plugin's own tests and replays its recordings, and measures what ran of its code.

The plugin runs in its real sandbox. Its *tests* are programs of its author: they run as whoever
calls this, with every right of theirs, and are bounded in time only.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from plexihub.kernel.recording import read_recording
from plexihub.replay import Outcome, replay
from plexihub.runtimes._package import MANIFEST, read_manifest
from plexihub.runtimes._spawn import run_program
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.location import find_sdk
from plexihub.runtimes.process.launcher import Launcher
from plexihub.testing.counted import coverage_of
from plexihub.testing.lines import Coverage, is_others
from plexihub.testing.place import FOLDER, PYTHON, REPORT
from plexihub.testing.used import joined_names, minimal_of
from plexihub_sdk.errors import InputError, StartupError

TESTS_SECONDS = 600.0
MOST_RECORDINGS = 500
_RECORDINGS = "recordings"
_NO_TESTS = 5  # pytest's status where it found nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One run of a test program.

    Args:
        name: `pytest` or `deno test`.
        files: How many files of tests.
        passed: Whether all of them passed.
        reason: Why not, where it did not run to its end.
    """

    name: str
    files: int
    passed: bool
    reason: str = ""


@dataclass(slots=True, kw_only=True)
class TestReport:
    """What came of testing a plugin.

    Args:
        plugin: Its id.
        suites: The test programs.
        replays: The recordings.
        coverage: What ran of its code.
        permissions: Which are declared, were used, and were denied.
        minimal: The fewest that would have done, as they stand in a manifest.
        is_seen: Whether a test or a recording called the plugin in its sandbox.
    """

    __test__ = False  # a class of this name is none of pytest's

    plugin: str
    suites: list[Suite] = field(default_factory=list)
    replays: list[tuple[str, Outcome]] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    permissions: dict[str, list[str]] = field(default_factory=dict)
    minimal: list[Any] = field(default_factory=list)
    is_seen: bool = False

    @property
    def has_tests(self) -> bool:
        """Whether there was anything to run."""
        return bool(self.suites or self.replays)

    @property
    def passed(self) -> bool:
        """Whether everything passed."""
        return all(one.passed for one in self.suites) and all(
            outcome.is_same for _name, outcome in self.replays
        )


async def run_tests(
    folder: Path,
    *,
    seconds: float = TESTS_SECONDS,
    output: IO[bytes] | int | None = None,
    arguments: tuple[str, ...] = (),
) -> TestReport:
    """Run a plugin's tests and replay its recordings.

    Args:
        folder: The plugin's, with its `plugin.json`.
        seconds: How long each test program may take.
        output: Where they print; the terminal where it is absent.
        arguments: Further ones for the test program.

    Raises:
        InputError: The folder holds no plugin, or a recording is none.
        ManifestError: plugin.json is wrong.
        StartupError: pytest or Deno is not installed.
    """
    folder = await asyncio.to_thread(folder.resolve)
    if not await asyncio.to_thread((folder / MANIFEST).is_file):
        raise InputError(
            f"{folder} holds no plugin: it has no {MANIFEST}.",
            where=str(folder),
            next="Name the plugin's folder: plexihub plugin test FOLDER",
        )
    manifest = await asyncio.to_thread(read_manifest, folder / MANIFEST)
    report = TestReport(plugin=manifest.id)
    with TemporaryDirectory(prefix="plexihub-report-") as place:
        bench = _Bench(folder, Path(place), seconds, output, arguments)
        report.suites = await asyncio.to_thread(bench.run)
        takes = await asyncio.to_thread(_left, Path(place), folder)
        takes += await _replayed(folder, report)
        report.coverage = await asyncio.to_thread(coverage_of, folder, takes)
    report.permissions = joined_names(takes, manifest.permissions)
    report.minimal = minimal_of(manifest, takes)
    report.is_seen = bool(takes)
    return report


class _Bench:
    def __init__(
        self,
        folder: Path,
        report: Path,
        seconds: float,
        output: IO[bytes] | int | None,
        arguments: tuple[str, ...],
    ) -> None:
        self._folder = folder
        self._seconds = seconds
        self._output = output
        self._arguments = arguments
        self._env = {**os.environ, REPORT: str(report), FOLDER: str(folder)}

    def run(self) -> list[Suite]:
        suites = []
        if python := [*_found(self._folder, "test_*.py"), *_found(self._folder, "*_test.py")]:
            suites.append(self._pytest(python))
        if deno := [*_found(self._folder, "*_test.ts"), *_found(self._folder, "*.test.ts")]:
            suites.append(self._deno(deno))
        return suites

    def _pytest(self, files: list[Path]) -> Suite:
        if find_spec("pytest") is None:
            raise StartupError(
                "The tests are written for pytest, which is not installed.",
                next='Install it: pip install "plexihub[testing]"',
            )
        command = [
            *(sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"),
            *("-c", os.devnull, f"--rootdir={self._folder}", "--import-mode=importlib"),
            *self._arguments,
            *map(str, files),
        ]
        return self._finished("pytest", command, len(files))

    def _deno(self, files: list[Path]) -> Suite:
        command = [
            *(str(find_deno()), "test", "--quiet", "--no-prompt", "--no-lock", "--no-config"),
            f"--import-map={find_sdk() / 'import_map.json'}",
            *("--allow-read", f"--allow-run={sys.executable}"),
            f"--allow-env={PYTHON},{FOLDER}",
            *self._arguments,
            *map(str, files),
        ]
        self._env[PYTHON] = sys.executable
        return self._finished("deno test", command, len(files))

    def _finished(self, name: str, command: list[str], files: int) -> Suite:
        try:
            status = run_program(
                command,
                cwd=self._folder,
                env=self._env,
                seconds=self._seconds,
                output=self._output,
            )
        except TimeoutError as error:
            return Suite(name=name, files=files, passed=False, reason=str(error))
        reason = "they hold no test" if status == _NO_TESTS and name == "pytest" else ""
        return Suite(name=name, files=files, passed=status == 0, reason=reason)


def _found(folder: Path, pattern: str) -> list[Path]:
    return [
        path for path in sorted(folder.rglob(pattern)) if not is_others(path.relative_to(folder))
    ]


def _left(place: Path, folder: Path) -> list[dict[str, Any]]:
    takes = (json.loads(path.read_bytes()) for path in sorted(place.glob("*.json")))
    # A test may load other plugins, too; what they ran and used is not this one's.
    return [one for one in takes if folder in (Path(one["folder"]), Path(one["folder"]).parent)]


async def _replayed(folder: Path, report: TestReport) -> list[dict[str, Any]]:
    files = await asyncio.to_thread(_found, folder / _RECORDINGS, "*.json")
    if not files:
        return []
    ran: list[Any] = []
    launcher = Launcher()
    try:
        for path in files[:MOST_RECORDINGS]:
            content = await asyncio.to_thread(path.read_bytes)
            recording = read_recording(content, path.name)
            outcome = await replay(recording, folder, launcher=launcher, ran=ran)
            report.replays.append((path.name, outcome))
    finally:
        launcher.close()
    return [{"root": str(folder), "ran": ran, "permissions": {}}]
