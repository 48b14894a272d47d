"""Versions and dependencies on the command line, while no hub runs."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.hub import command_here
from tests.support.plugins import write_plugin

pytestmark = pytest.mark.slow


def test_upgrade_and_rollback_by_command(tmp_path: Path) -> None:
    """A newer version is told as one, asks for what is new in it, and goes back."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return command_here("plugin", *arguments, data=tmp_path / "data")

    def install(version: str, *more: str, **fields: Any) -> subprocess.CompletedProcess[str]:
        source = write_plugin(tmp_path, "planner", version=version, **fields)
        return run("install", str(source), "--trusted", "--consent", "I trust planner", *more)

    needs = {"almanac": ">=1"}
    assert "Installed planner 1.0.0" in install("1.0.0", dependencies=needs).stdout
    upgraded = install("1.1.0", dependencies=needs, permissions=["ui:render"])
    assert "planner 1.0.0 is installed; this is 1.1.0." in upgraded.stderr
    assert "planner is 1.1.0 now; it was 1.0.0." in upgraded.stdout
    older = install("1.0.5")
    assert (older.returncode, "1.0.5 is not newer" in older.stderr) == (1, True)
    assert "--allow-downgrade" in older.stderr
    forced = install("1.0.5", "--allow-downgrade", "--json", dependencies=needs)
    assert json.loads(forced.stdout)["previous_version"] == "1.1.0"
    assert "planner is 1.1.0 now." in run("rollback", "planner").stdout
    shown = run("show", "planner").stdout
    assert "1.0.5" in shown
    assert "almanac >=1 (missing)" in shown
    refused = run("enable", "planner")
    assert "planner needs almanac >=1, which is not installed." in refused.stderr
    assert "is disabled, so there is nothing to reload." in run("reload", "planner").stderr
