"""The command line of a plugin's process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plexihub.kernel.limits import Limits
from plexihub.runtimes.deno import find_deno
from plexihub.runtimes.deno.flags import command, environment
from plexihub.runtimes.deno.location import find_guest
from plexihub_sdk.errors import PluginLoadError, StartupError


def line(*readable: str) -> list[str]:
    """Build a command line."""
    return command(Path("/bin/deno"), Path("/guest"), [Path(one) for one in readable], Limits())


@pytest.mark.checklist("A-19", "A-20")
def test_one_folder_is_allowed_and_nothing_else() -> None:
    """Of all permissions there is one, to read the plugin's own files."""
    flags = line("/plugins/x")
    assert [flag for flag in flags if flag.startswith("--allow")] == [
        "--allow-read=/plugins/x,/guest/blocked.ts,/guest/vendor/zod/zod.js"
    ]
    for kind in ("write", "net", "env", "sys", "run", "ffi", "import"):
        assert f"--deny-{kind}" in flags
    for flag in ("--no-prompt", "--no-remote", "--no-npm", "--no-config", "--cached-only"):
        assert flag in flags


def test_comma_in_a_path_allows_no_second_folder() -> None:
    """Deno reads commas as the end of a path."""
    with pytest.raises(PluginLoadError, match="comma"):
        line("/plugins/a,/etc")


def test_memory_is_bounded() -> None:
    """The heap's limit reaches the engine."""
    flags = command(Path("d"), Path("g"), [Path("p")], Limits(memory_mb=77))
    assert "--v8-flags=--max-old-space-size=77,--max-semi-space-size=4" in flags


def test_environment_holds_nothing_of_the_hubs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets of the hub's environment stay there."""
    monkeypatch.setenv("PLEXIHUB_SECRET", "hidden")
    assert set(environment(Path("/cache"))) == {
        *("HOME", "DENO_DIR", "DENO_NO_UPDATE_CHECK", "NO_COLOR", "LANG", "TZ")
    }


def test_missing_deno_is_one_sentence(tmp_path: Path) -> None:
    """What is missing, and what to do."""
    with pytest.raises(StartupError, match="Deno is missing") as caught:
        find_deno(str(tmp_path / "deno"))
    assert "pip install deno" in caught.value.next


def test_deno_that_cannot_run_is_one_sentence(tmp_path: Path) -> None:
    """A file without the right to be run is no program."""
    (tmp_path / "deno").touch(mode=0o600)
    with pytest.raises(StartupError, match="not executable"):
        find_deno(str(tmp_path / "deno"))


@pytest.mark.checklist("A-20")
def test_every_node_module_is_mapped_away(tmp_path: Path) -> None:
    """Each built-in module of this Deno's, under both spellings, leads to a refusal."""
    from plexihub.runtimes._spawn import spawn  # noqa: PLC0415 - the one module that starts one

    script = tmp_path / "list.ts"
    script.write_text(
        'import { builtinModules } from "node:module";console.log(JSON.stringify(builtinModules));'
    )
    run = [str(find_deno()), "run", "--quiet", "--no-config", str(script)]
    child = spawn(run, env=environment(tmp_path / "cache"), cwd=tmp_path)
    child.pipe.setblocking(True)
    with child.pipe.makefile("rb") as output:
        names = {name.removeprefix("node:") for name in json.loads(output.read())}
    child.reap()
    child.pipe.close()
    mapped = json.loads((find_guest() / "import_map.json").read_text())["imports"]
    wanted = {f"node:{name}" for name in names} | (names - {"test", "sqlite", "test/reporters"})
    assert {name for name in wanted if mapped.get(name) != "./blocked.ts"} == set()
