"""`plexihub plugin test`: a plugin's own tests, its recordings, and what ran of its code."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from plexihub.cli.output import EXIT_FAILED, harmless, note, say, show_json, show_table
from plexihub.marketplace.minimal_manifest import write_permissions
from plexihub.runtimes._package import MANIFEST
from plexihub.testing.lines import Coverage, percent
from plexihub.testing.run import TESTS_SECONDS, TestReport, run_tests
from plexihub.testing.server import serve_tests
from plexihub_sdk.errors import InputError

_HERE = Path()
_CALL_IT = (
    "Call it with the testing kit: the pytest fixture `plugin`, or testHub() of"
    " @plexihub/sdk/testing."
)
_STDERR = 2
_WRITE = "Let plugin.json ask for what the tests used, and no more."


async def run(  # noqa: PLR0913 - each is an option of the command
    folder: Path = _HERE,
    /,
    *,
    min_coverage: Annotated[float, Parameter(help="Fail below so many percent.")] = 0.0,
    lcov: Annotated[Path | None, Parameter(help="Write what ran to this file, as lcov.")] = None,
    seconds: Annotated[float, Parameter(help="How long the tests may take.")] = TESTS_SECONDS,
    write_manifest: Annotated[bool, Parameter(negative="", help=_WRITE)] = False,
    json: Annotated[bool, Parameter(negative="", help="Print JSON for programs.")] = False,
) -> int:
    """Run a plugin's tests against a hub in memory, with the plugin in its real sandbox.

    Its tests are programs: they run on this machine with your rights. The plugin itself is confined
    as in any hub, and what runs of its code is counted there.

    Parameters
    ----------
    folder
        The plugin's folder.
    """
    output = _STDERR if json else None
    report = await run_tests(folder, seconds=seconds, output=output)
    if lcov is not None:
        await asyncio.to_thread(lcov.write_text, report.coverage.lcov(), encoding="utf-8")
    reached = report.coverage.reaches(min_coverage)
    passed = report.has_tests and report.passed and reached
    if json:
        show_json({**_plain(report), "passed": passed, "min_coverage": min_coverage})
    else:
        _show(report)
        _say_reached(report.coverage, min_coverage)
    if write_manifest:
        await _write_manifest(folder, report)
    return 0 if passed else EXIT_FAILED


async def serve() -> None:
    """Serve a hub in memory to the tests of another language, over standard input and output."""
    await serve_tests()


async def _write_manifest(folder: Path, report: TestReport) -> None:
    if not (report.passed and report.is_seen):
        raise InputError(
            "plugin.json stays as it is: no test that passed tells what the plugin needs.",
            where=MANIFEST,
            next=_CALL_IT if report.passed else "Mend the tests first.",
        )
    changed = await asyncio.to_thread(write_permissions, folder / MANIFEST, report.minimal)
    names = (one if isinstance(one, str) else one["name"] for one in report.minimal)
    says = "now asks for" if changed else "asks already for"
    note(f"plugin.json {says} what the tests used, and no more: {', '.join(names) or 'nothing'}.")


def _plain(report: TestReport) -> dict[str, Any]:
    coverage = report.coverage
    return {
        "plugin": report.plugin,
        "suites": [
            {"name": one.name, "files": one.files, "passed": one.passed, "reason": one.reason}
            for one in report.suites
        ],
        "replays": [{"file": name, **outcome.plain()} for name, outcome in report.replays],
        "coverage": {
            "percent": float(coverage.share * 100),
            "files": [
                {
                    "path": one.path,
                    "lines": one.total,
                    "covered": one.covered,
                    "missing": one.missing,
                }
                for one in coverage.files
            ],
        },
        "permissions": report.permissions,
        "minimal": report.minimal,
    }


def _show(report: TestReport) -> None:
    if not report.has_tests:
        note(
            "[bold red]There is nothing to run:[/bold red] no test_*.py, no *_test.ts, and nothing"
            " in recordings/."
        )
    for suite in report.suites:
        state = "[green]passed[/green]" if suite.passed else "[bold red]failed[/bold red]"
        why = f" ({harmless(suite.reason)})" if suite.reason else ""
        say(f"{suite.name}: {state}, {_files(suite.files)}{why}")
    for name, outcome in report.replays:
        state = "[green]same[/green]" if outcome.is_same else "[bold red]differs[/bold red]"
        say(f"replay of {harmless(name)}: {state}")
        for mismatch in outcome.mismatches:
            say(f"  {harmless(mismatch.sentence())}")
    if not report.is_seen:
        note(f"No test called the plugin, so no line of it was counted. {_CALL_IT}")
        return
    _show_lines(report.coverage)
    _show_permissions(report.permissions)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _show_lines(coverage: Coverage) -> None:
    rows = [
        (
            one.path,
            one.total,
            one.covered,
            f"{percent(one.covered, one.total)} %",
            _runs(one.missing),
        )
        for one in coverage.files
    ]
    total = sum(one.total for one in coverage.files)
    covered = sum(one.covered for one in coverage.files)
    rows.append(("all", total, covered, f"{percent(covered, total)} %", ""))
    show_table(("file", "lines", "ran", "", "missing"), rows, empty="")


def _runs(lines: list[int]) -> str:
    """Write `1-3, 7`."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _show_permissions(permissions: Mapping[str, list[str]]) -> None:
    for kind, sentence in (
        ("used", "Permissions used"),
        ("unused", "Declared and not used"),
        ("denied", "Denied"),
    ):
        if names := permissions.get(kind):
            say(f"{sentence}: {harmless(', '.join(names))}")


def _say_reached(coverage: Coverage, wanted: float) -> None:
    if not coverage.reaches(wanted):
        note(f"[bold red]Fewer than {wanted:g} % of the lines ran.[/bold red]")
