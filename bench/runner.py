"""The one runner: finds the modules, measures in turns, prints one table.

Within a group each round measures every case once, so that a noisy moment of the machine falls on
all of them. What counts is the median of the rounds; a ratio is the median of the ratios within a
round, beside the middle half of them.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

import bench
from bench.case import Case

ROUNDS = 9
_OWN = {"__main__", "audit_material", "case", "client", "guests", "peers", "runner"}
#: Fewer have no quartiles.
_LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one case came to."""

    module: str
    group: str
    name: str
    unit: str
    median: float
    low: float
    high: float
    ratio: float | None
    spread: tuple[float, float] | None
    goal: float | None
    met: bool | None
    note: str


def modules() -> list[str]:
    """List the modules that take part."""
    return sorted(one.name for one in pkgutil.iter_modules(bench.__path__) if one.name not in _OWN)


def measure(module: str, rounds: int) -> list[Result]:
    """Measure the cases of one module.

    Raises:
        Exception: Whatever keeps the module from being measured.
    """
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    with importlib.import_module(f"bench.{module}").cases() as cases:
        for case in cases:
            groups[case.group].append(case)
        return [
            result for group in groups.values() for result in _measure_group(module, group, rounds)
        ]


def _measure_group(module: str, cases: list[Case], rounds: int) -> Iterator[Result]:
    samples: dict[str, list[float]] = {case.name: [] for case in cases}
    for case in cases:
        case.sample()  # warms caches up and is thrown away
    for number in range(rounds):
        for case in cases:
            if number < (case.rounds or rounds):
                samples[case.name].append(case.sample())
    base = next((samples[one.name] for one in cases if one.baseline), [])
    for case in cases:
        yield _result(module, case, samples[case.name], base)


def _result(module: str, case: Case, samples: list[float], base: list[float]) -> Result:
    median = statistics.median(samples)
    ratios = [one / other for one, other in zip(samples, base, strict=False)]
    met = None
    if case.goal is not None:
        met = median >= case.goal if case.more_is_better else median <= case.goal
    return Result(
        module=module,
        group=case.group,
        name=case.name,
        unit=case.unit,
        median=median,
        low=min(samples),
        high=max(samples),
        ratio=statistics.median(ratios) if ratios else None,
        spread=_middle_half(ratios),
        goal=case.goal,
        met=met,
        note=case.note,
    )


def _middle_half(ratios: list[float]) -> tuple[float, float] | None:
    if len(ratios) < _LEAST:
        return None
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return low, high


def show(results: Sequence[Result], console: Console) -> None:
    """Print the table."""
    table = Table(title="Medians; ratio to the first of each group that is marked as 1.00")
    for title in ("what", "whose"):
        table.add_column(title)
    for title in ("median", "range", "ratio", "goal"):
        table.add_column(title, justify="right")
    table.add_column("note")
    last = ""
    for one in results:
        if last and one.group != last:
            table.add_section()
        table.add_row(one.group if one.group != last else "", *_cells(one))
        last = one.group
    console.print(table)


def _cells(one: Result) -> tuple[str, ...]:
    goal = ""
    if one.goal is not None:
        goal = f"{one.goal:g} {'met' if one.met else 'MISSED'}"
    return (
        one.name,
        f"{one.median:,.3g} {one.unit}",
        f"{one.low:,.3g} to {one.high:,.3g}",
        _ratio(one),
        goal,
        one.note,
    )


def _ratio(one: Result) -> str:
    if one.ratio is None:
        return ""
    if one.spread is None:
        return f"{one.ratio:.2f}"
    return f"{one.ratio:.2f} ({one.spread[0]:.2f} to {one.spread[1]:.2f})"


def _report(results: Sequence[Result], skipped: dict[str, str]) -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "results": [asdict(one) for one in results],
        "skipped": skipped,
    }


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of: {', '.join(modules())}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="measurements of each case")
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="write JSON as well")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print and answer the exit code: 1 where a module could not be measured."""
    arguments = _arguments(argv)
    unknown = sorted(set(arguments.modules) - set(modules()))
    if unknown:
        sys.stderr.write(f"No such module: {', '.join(unknown)}. There are: {modules()}\n")
        return 2
    results: list[Result] = []
    skipped: dict[str, str] = {}
    for module in arguments.modules or modules():
        try:
            results += measure(module, max(1, arguments.rounds))
        except Exception as error:  # noqa: BLE001 - told below; the others are measured all the same
            skipped[module] = f"{type(error).__name__}: {error}"
    _print(results, skipped, arguments.json)
    return 1 if skipped else 0


def _print(results: Sequence[Result], skipped: dict[str, str], target: str | None) -> None:
    console = Console(stderr=target == "-")
    show(results, console)
    for module, reason in skipped.items():
        console.print(f"{module} was not measured: {reason}", markup=False)
    if target is not None:
        text = json.dumps(_report(results, skipped), indent=2, ensure_ascii=False) + "\n"
        sys.stdout.write(text) if target == "-" else Path(target).write_text(text, encoding="utf-8")
