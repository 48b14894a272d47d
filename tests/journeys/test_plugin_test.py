"""`plexihub plugin test`: the guide's own plugin and tests, run as the guide says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from plexihub.cli.main import run
from tests.support.hub import command_here

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "plugin-guide" / "testing.md"
BLOCK = re.compile(r"```(json|python|ts)\n(.*?)```", re.DOTALL)
TYPESCRIPT = """
export default {
  id: "tea-timer", version: "1.0.0",
  hooks: {
    async onActionExecute(context: { action: string }, plugin: any) {
      if (context.action === "tea-timer.start") {
        await plugin.api.storage.set("brewing", true, { ttl: 180 });
        return { result: new Date().toISOString().replace(".000Z", "+00:00") };
      }
      return { result: "nothing" };
    },
  },
};
"""
pytestmark = [pytest.mark.timeout(120), pytest.mark.sandbox]


def blocks(language: str) -> list[str]:
    """Answer the guide's blocks in a language."""
    return [
        text
        for found, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
        if found == language
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the guide's plugin."""
    made = tmp_path / "tea-timer"
    (made / "tests").mkdir(parents=True)
    (made / "plugin.json").write_text(blocks("json")[0], encoding="utf-8")
    return made


def test_guide_in_python(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The guide's tests pass in the sandbox; too little coverage fails, and lcov is written."""
    code, tests = blocks("python")
    (folder / "main.py").write_text(code, encoding="utf-8")
    (folder / "tests" / "test_tea.py").write_text(tests, encoding="utf-8")
    lcov = folder.parent / "lcov"
    status = run(
        ["plugin", "test", str(folder), "--min-coverage", "95", "--json", "--lcov", str(lcov)]
    )
    found = json.loads(capsys.readouterr().out)
    assert [suite["passed"] for suite in found["suites"]] == [True]
    assert found["coverage"]["files"][0]["missing"] == [12]
    assert found["permissions"]["used"] == ["network:fetch", "storage:own"]
    assert (status, found["passed"]) == (1, False)
    assert "DA:12,0" in lcov.read_text()


def test_guide_in_typescript(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same kit for `deno test`; V8's counts come out as lines of the source."""
    manifest = json.loads((folder / "plugin.json").read_text()) | {"entrypoint": "main.ts"}
    (folder / "plugin.json").write_text(json.dumps(manifest))
    (folder / "main.ts").write_text(TYPESCRIPT, encoding="utf-8")
    (folder / "main_test.ts").write_text(blocks("ts")[0], encoding="utf-8")
    status = run(["plugin", "test", str(folder), "--min-coverage", "70", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (status, found["passed"]) == (0, True)
    [file] = found["coverage"]["files"]
    assert file["missing"] == [10]


def test_nothing_to_run(folder: Path) -> None:
    """A plugin without a test does not pass."""
    (folder / "main.py").write_text(blocks("python")[0], encoding="utf-8")
    done = command_here("plugin", "test", str(folder), data=folder.parent / "hub")
    assert done.returncode == 1
    assert "There is nothing to run" in done.stderr


def test_tests_write_the_fewest_permissions(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What they used stays, with the scope they reached; another plugin's code does not count."""
    code, tests = blocks("python")
    manifest = json.loads((folder / "plugin.json").read_text())
    manifest["permissions"] += ["messages:write", "ui:render"]
    (folder / "plugin.json").write_text(json.dumps(manifest))
    (folder / "main.py").write_text(code, encoding="utf-8")
    (folder / "tests" / "test_tea.py").write_text(tests, encoding="utf-8")
    (folder / ".plexihub").mkdir()
    (folder / ".plexihub" / "test_hub.py").write_text("raise RuntimeError('not mine')")
    assert run(["plugin", "test", str(folder), "--write-manifest", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["path"] for one in found["coverage"]["files"]] == ["main.py"]
    asked = json.loads((folder / "plugin.json").read_text())["permissions"]
    assert asked == [
        "storage:own",
        {"name": "network:fetch", "hosts": ["api.example.com"], "methods": ["GET"]},
    ]


def test_manifest_stays_where_no_test_called_the_plugin(folder: Path) -> None:
    """What nobody tried would else lose every permission."""
    (folder / "main.py").write_text(blocks("python")[0], encoding="utf-8")
    (folder / "tests" / "test_tea.py").write_text("def test_nothing() -> None: ...")
    before = (folder / "plugin.json").read_bytes()
    done = command_here(
        "plugin", "test", str(folder), "--write-manifest", data=folder.parent / "hub"
    )
    assert (done.returncode, "stays as it is" in done.stderr) == (2, True)
    assert "No test called the plugin" in done.stderr
    assert (folder / "plugin.json").read_bytes() == before
