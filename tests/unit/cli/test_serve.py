"""The collector of garbage does not look through a hub's code while people are served."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from plexihub.runtimes._values import MAX_VALUES

_PROGRAM = """
import gc, json
from plexihub.cli.serve import spare_collector
before = len(gc.get_objects())
spare_collector()
print(json.dumps([before, len(gc.get_objects()), gc.get_threshold()[0], gc.isenabled()]))
"""


@pytest.mark.checklist("A-05")
def test_collector_leaves_alone_what_is_there_for_good() -> None:
    """Of a hundred thousand objects and more, next to none is looked at again."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    before, after, threshold, is_on = json.loads(done.stdout)
    assert before > 100_000
    assert after < before / 20
    assert threshold > MAX_VALUES
    assert is_on
