"""What Deno keeps of the hub's own modules, handed to each plugin's process."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from plexihub.runtimes.deno import DenoRuntime, find_deno
from plexihub.runtimes.deno.compiled import CompiledModules
from plexihub.runtimes.process.launcher import Launcher
from plexihub.runtimes.process.seed import unpack
from plexihub_sdk.errors import PluginLoadError
from tests.zoo.sandbox import Door

pytestmark = pytest.mark.anyio


async def test_made_once_and_whole(tmp_path: Path) -> None:
    """Also what SQLite had written beside its database only; nothing is left on the disk."""
    runs: list[Path] = []

    async def run(cache: Path) -> None:
        runs.append(cache)
        (cache / "main.js").write_text("1")
        with closing(sqlite3.connect(cache / "code_cache_v2")) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("CREATE TABLE kept (it)")
            database.execute("INSERT INTO kept VALUES ('compiled')")
            database.commit()

    compiled = CompiledModules(tmp_path / "deno")
    content = await compiled.content(run)
    assert await compiled.content(run) == content
    assert len(runs) == 1
    assert not list((tmp_path / "deno").iterdir())
    target = tmp_path / "target"
    target.mkdir()
    unpack(content, str(target))
    assert {path.name for path in target.iterdir()} == {"main.js", "code_cache_v2"}
    with closing(sqlite3.connect(target / "code_cache_v2")) as database:
        assert database.execute("SELECT it FROM kept").fetchall() == [("compiled",)]


async def test_deno_itself_leaves_what_it_compiled(tmp_path: Path) -> None:
    """The hub's own modules as JavaScript, and V8's code for them."""
    compiled = CompiledModules(tmp_path / "kept")
    with closing(Launcher()) as launcher:
        runtime = DenoRuntime(Door().dispatch, find_deno(), launcher=launcher, data_root=tmp_path)
        content = await compiled.content(runtime._run_nothing)
    unpack(content, str(tmp_path / "kept"))
    names = {path.name for path in (tmp_path / "kept").rglob("*") if path.is_file()}
    assert {"main.ts.js", "lockdown.ts.js", "v8_code_cache_v2"} <= names
    with closing(sqlite3.connect(tmp_path / "kept" / "v8_code_cache_v2")) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema")]
        assert any(database.execute(f"SELECT 1 FROM {name}").fetchone() for name in tables)  # noqa: S608


async def test_plugins_start_also_without(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where it cannot be made it is said once, and every start compiles for itself."""

    async def run(_cache: Path) -> None:
        raise PluginLoadError("no room")

    compiled = CompiledModules(tmp_path / "deno")
    assert await compiled.content(run) == b""
    assert await compiled.content(run) == b""
    assert len(caplog.records) == 1
    assert "start more slowly" in caplog.text
