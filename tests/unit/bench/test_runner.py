"""The bench's runner: it measures, compares and reports."""

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import runner
from bench.case import Case


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Give a floor and one of ours, with known figures."""
    samples = iter([9.0, 1.0, 3.0, 2.0])
    yield [
        Case(group="g", name="floor", sample=lambda: 1.0, baseline=True),
        Case(group="g", name="PlexiHub", sample=lambda: next(samples), goal=2.5),
    ]


def broken() -> None:
    """Fail before anything is measured."""
    raise RuntimeError("no such engine")


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the runner find two modules of ours."""
    found = {"bench.good": SimpleNamespace(cases=cases), "bench.bad": SimpleNamespace(cases=broken)}
    monkeypatch.setattr(importlib, "import_module", found.__getitem__)
    monkeypatch.setattr(runner, "modules", lambda: ["good", "bad"])


def test_median_ratio_and_goal(tmp_path: Path) -> None:
    """The first sample is thrown away; the median is set beside floor and goal."""
    target = tmp_path / "bench.json"
    assert runner.main(["good", "--rounds", "3", "--json", str(target)]) == 0
    _floor, ours = json.loads(target.read_text())["results"]
    assert (ours["median"], ours["ratio"], ours["met"]) == (2.0, 2.0, True)


def test_broken_module_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be measured is named; the others are measured, and the exit code says so."""
    assert runner.main(["--rounds", "3"]) == 1
    assert "bad was not measured: RuntimeError: no such engine" in capsys.readouterr().out


def test_unknown_module_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is no module is answered with those there are."""
    assert runner.main(["nope"]) == 2
    assert "There are: ['good', 'bad']" in capsys.readouterr().err
