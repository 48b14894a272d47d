"""A new plugin is whole as it is: it checks, lints, tests and installs untouched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from plexihub.cli.main import app
from plexihub.kernel.ports import Tier
from plexihub.runtimes.deno import find_deno
from plexihub.scaffold import HIDDEN, Kind, equip, make
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.manifest import parse_manifest
from tests.support.hub import command, command_here
from tests.support.plugins import hub_here

KINDS: tuple[Kind, ...] = ("typescript", "python", "trusted")
NAME = "team-notes"


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Make a plugin of each kind."""
    home = make(NAME, tmp_path, request.param)
    equip(home)
    return home


def run(*arguments: str | Path, cwd: Path) -> None:
    """Run a tool of the author's; it must find nothing."""
    done = subprocess.run(
        arguments, cwd=cwd, capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_typescript_passes_every_tool_of_deno(tmp_path: Path) -> None:
    """Types resolve without a network; lint, format and the test are clean."""
    home = make(NAME, tmp_path, "typescript")
    equip(home)
    deno = find_deno()
    run(deno, "check", "--cached-only", "main.ts", "greeting_test.ts", "main_test.ts", cwd=home)
    run(deno, "lint", cwd=home)
    run(deno, "fmt", "--check", cwd=home)
    run(deno, "test", "--cached-only", "greeting_test.ts", cwd=home)


@pytest.mark.parametrize(("kind", "entry"), [("python", "main.py"), ("trusted", "plugin.py")])
def test_python_passes_the_usual_tools(tmp_path: Path, kind: Kind, entry: str) -> None:
    """Lint, format and the test are clean."""
    home = make(NAME, tmp_path, kind)
    ruff = [sys.executable, "-m", "ruff"]
    run(*ruff, "check", "--isolated", "--select=E,F,I,B,UP", "--line-length=100", ".", cwd=home)
    run(*ruff, "format", "--isolated", "--check", "--line-length=100", ".", cwd=home)
    tests = ("pytest", "-q", "-p", "no:cacheprovider", "test_greeting.py")
    run(sys.executable, "-m", *tests, cwd=home)
    compile((home / entry).read_text(), entry, "exec")


def test_no_name_of_the_template_is_left(made: Path) -> None:
    """Wherever it stood, the plugin's own name stands; the manifest is a right one."""
    texts = [one.read_text() for one in made.rglob("*") if one.is_file() and HIDDEN not in str(one)]
    assert not [text for text in texts if "tarter" in text]
    manifest = parse_manifest(json.loads((made / "plugin.json").read_text()))
    assert (manifest.id, manifest.name) == (NAME, "Team Notes")
    assert {"README.md", "LICENSE", ".gitignore", ".vscode"} <= {one.name for one in made.iterdir()}


@pytest.mark.anyio
@pytest.mark.parametrize("kind", KINDS)
async def test_untouched_plugin_installs_and_runs(tmp_path: Path, kind: Kind) -> None:
    """With what an editor needs beside it, which is no part of the package."""
    home = make(NAME, tmp_path, kind)
    equip(home)
    tier: Tier = "trusted" if kind == "trusted" else "sandboxed"
    async with hub_here(tmp_path / "hub") as running:
        if tier == "trusted":
            answer = await running.order(home)
        else:
            answer = await running.post("/plugins", source=str(home), tier=tier)
        assert answer.status_code == 201, answer.text
        enabled = (await running.post(f"/plugins/{NAME}/enable")).json()
        assert (enabled["state"], enabled["reason"]) == ("enabled", "")
        assert not (running.hub.folder.plugins / NAME / HIDDEN).exists()


@pytest.mark.parametrize("verb", ["validate", "pack"])
@pytest.mark.parametrize("kind", ["typescript", "python"])
def test_untouched_plugin_passes_the_other_commands(tmp_path: Path, kind: Kind, verb: str) -> None:
    """Whatever else this hub offers to authors has nothing to say against it."""
    if verb not in app["plugin"]:
        pytest.skip(f"this hub has no `plugin {verb}`")
    home = make(NAME, tmp_path, kind)
    equip(home)
    more = ["-o", str(tmp_path / "packed.plexi")] if verb == "pack" else []
    done = command("plugin", verb, str(home), *more, data=tmp_path / "data")
    assert done.returncode == 0, done.stdout + done.stderr


def test_doctor_looks_at_a_trusted_plugin_as_one(tmp_path: Path) -> None:
    """In the sandbox it does not load; the doctor says how it is meant to be asked."""
    home = make(NAME, tmp_path, "trusted")
    equip(home)
    as_stranger = command("plugin", "doctor", str(home), data=tmp_path / "data")
    assert (as_stranger.returncode, "--trusted" in as_stranger.stdout) == (1, True)
    done = command("plugin", "doctor", str(home), "--trusted", data=tmp_path / "data")
    assert done.returncode == 0, done.stdout
    assert "Nothing is amiss" in done.stdout


@pytest.mark.sandbox
@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", ["typescript", "python"])
def test_untouched_plugin_tests_all_of_itself(tmp_path: Path, kind: Kind) -> None:
    """Its own tests run each line in the sandbox, and need each permission that it asks for."""
    home = make(NAME, tmp_path, kind)
    equip(home)
    before = (home / "plugin.json").read_bytes()
    done = command(
        "plugin", "test", str(home), "--write-manifest", "--json", data=tmp_path / "data"
    )
    found = json.loads(done.stdout)
    assert (done.returncode, found["coverage"]["percent"]) == (0, 100.0), done.stderr
    assert len(found["coverage"]["files"]) == 2
    assert found["permissions"]["unused"] == []
    assert (home / "plugin.json").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("My Thing", "'my-thing'"),
        ("teamPulse", "'team-pulse'"),
        ("3d-view", "'d-view'"),
        ("../up", "'up'"),
        ("---", "my-plugin"),
    ],
)
def test_name_that_is_none_is_refused_with_a_guess(tmp_path: Path, text: str, guess: str) -> None:
    """And nothing is written."""
    with pytest.raises(InputError) as refused:
        make(text, tmp_path, "python")
    assert guess in refused.value.next
    assert list(tmp_path.iterdir()) == []


def test_underscores_and_empty_folders_are_taken(tmp_path: Path) -> None:
    """As every other command takes `team_notes` for `team-notes`."""
    (tmp_path / NAME).mkdir()
    assert make("team_notes", tmp_path, "python") == tmp_path / NAME
    assert (tmp_path / NAME / "main.py").is_file()


def test_folder_with_something_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    """Files, links and hidden files count."""
    (tmp_path / NAME).mkdir()
    (tmp_path / NAME / ".draft").write_text("mine")
    (tmp_path / "linked").symlink_to(tmp_path / "nowhere")
    for name in (NAME, "linked"):
        with pytest.raises(ConflictError):
            make(name, tmp_path, "python")
    assert (tmp_path / NAME / ".draft").read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["linked", NAME]


def test_command_makes_typescript_where_nothing_is_said(tmp_path: Path) -> None:
    """It asks nothing, and says what to type next."""
    arguments = ("plugin", "new", NAME, "--in", str(tmp_path))
    done = command_here(*arguments, data=tmp_path / "data")
    assert "plexihub plugin dev" in done.stdout
    assert (tmp_path / NAME / "main.ts").is_file()
    assert command_here(*arguments, data=tmp_path / "data").returncode == 1
    both = command_here("plugin", "new", "x", "--typescript", "--trusted", data=tmp_path / "data")
    assert both.returncode == 2
