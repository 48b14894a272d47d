"""`plexihub doctor`: what is amiss is said with what to do, and the exit status tells programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plexihub.cli import doctor
from plexihub.cli.main import run
from plexihub.runtimes.process.launcher import Launcher
from tests.support.hub import running_hub
from tests.support.lesser import MACHINES

pytestmark = [pytest.mark.slow, pytest.mark.checklist("A-05")]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def lesser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the doctor find itself on a machine without Landlock."""
    wrapper = MACHINES["a kernel without Landlock"].wrapper
    monkeypatch.setattr(doctor, "Launcher", lambda: Launcher(wrapper=wrapper))


def checks(captured: Captured) -> dict[str, dict[str, str]]:
    """Read what it printed for programs."""
    return {one["name"]: one for one in json.loads(captured.readouterr().out)["checks"]}


@pytest.mark.usefixtures("lesser")
def test_machine_is_checked_before_there_is_a_hub(tmp_path: Path, capsys: Captured) -> None:
    """Nothing is made; the layers are tried, and what lacks has a way out."""
    data = tmp_path / "none"
    assert run(["doctor", "--json", "--data", str(data)]) == 0
    found = checks(capsys)
    assert not data.exists()
    assert found["Data"]["verdict"] == "note"
    assert found["Sandbox"]["verdict"] == "note"
    assert "The isolation level is partial" in found["Sandbox"]["says"]
    assert "Use Linux 5.13 or newer" in "".join(found["Sandbox"]["next"])


def test_running_hub_answers_for_itself(tmp_path: Path) -> None:
    """All is well: plugins, sandbox and log; then one thing is amiss, and the status is 1."""
    with running_hub(tmp_path / "data") as hub:
        hub.wait_for("/isolation", lambda shown: shown["ready"] == 1)  # by the demo's plugin
        well = hub.run("doctor")
        assert well.returncode == 0, well.stdout + well.stderr
        assert "Confined processes of Deno that wait for a plugin: 1." in well.stdout
        assert "Nothing is amiss." in well.stdout
        assert "The isolation level is" in well.stdout
        broken = tmp_path / "broken.py"
        broken.write_text("class BrokenPlugin:\n    def __init__(self, context): raise OSError\n")
        consent = ["--trusted", "--consent", "I trust broken", "--enable"]
        hub.run("plugin", "install", str(broken), *consent)
        amiss = hub.run("doctor")
        assert amiss.returncode == 1, amiss.stdout
        assert "broken is failed" in amiss.stdout
        assert "plexihub plugin show broken" in amiss.stdout


def test_wrong_settings_are_one_check(tmp_path: Path, capsys: Captured) -> None:
    """A hub that cannot start is told so, and the sandbox is tried all the same."""
    data, settings = tmp_path / "data", tmp_path / "plexihub.toml"
    data.mkdir(mode=0o755)
    settings.write_text('[plugins]\nleast_isolation = "bulletproof"\n', encoding="utf-8")
    arguments = ["doctor", "--json", "--data", str(data), "--config", str(settings)]
    assert run(arguments) == 1
    found = checks(capsys)
    assert found["Hub"]["verdict"] == "problem"
    assert "must be one of none, weak, partial, strong, full" in found["Hub"]["says"]
    assert found["Data"]["next"] == f"chmod 700 {data}"
    assert "isolation level" in found["Sandbox"]["says"]
