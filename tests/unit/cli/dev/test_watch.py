"""A save is heard once, when it is whole; what an editor writes beside a file is not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from plexihub.cli.dev.frame import find_frame
from plexihub.cli.dev.watch import Watcher, look

pytestmark = pytest.mark.anyio
SECONDS = 5.0


async def heard(watcher: Watcher) -> set[str]:
    """Wait for the next change."""
    async with asyncio.timeout(SECONDS):
        return await anext(watcher.changes())


@pytest.mark.parametrize(
    "name",
    [".main.ts.swp", "main.ts~", "#main.ts#", ".#main.ts", "4913", "a.tmp", ".git/HEAD",
     ".plexihub/hub/hub.db", "__pycache__/main.pyc", "node_modules/x/y.js"],
)  # fmt: skip
async def test_what_is_no_part_of_the_plugin_is_passed_over(tmp_path: Path, name: str) -> None:
    """Temporary files of editors, and folders of tools."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("x")
    assert look(tmp_path) == {}


async def test_save_by_renaming_is_heard_once(tmp_path: Path) -> None:
    """As editors do it: written beside, and put in the file's place."""
    (tmp_path / "main.py").write_text("1")
    watcher = Watcher(tmp_path)
    await watcher.start()
    (tmp_path / "main.py.tmp").write_text("2")
    (tmp_path / "main.py.tmp").rename(tmp_path / "main.py")
    (tmp_path / "week.py").write_text("new")
    assert await heard(watcher) == {"main.py", "week.py"}
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.4):
            await anext(watcher.changes())


async def test_slow_save_is_taken_when_it_is_whole(tmp_path: Path) -> None:
    """A file that is still being written is waited for."""
    path = tmp_path / "main.py"
    path.write_text("whole")
    watcher = Watcher(tmp_path)
    await watcher.start()
    waiting = asyncio.ensure_future(heard(watcher))
    for part in range(15):
        path.write_text("part" * part)
        await asyncio.sleep(0.015)
    path.write_text("at last")
    assert await waiting == {"main.py"}
    assert path.read_text() == "at last"


async def test_removed_file_and_single_file_are_heard(tmp_path: Path) -> None:
    """A plugin of one file is watched alone."""
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("1")
    other.write_text("1")
    folder, file = Watcher(tmp_path), Watcher(one)
    await folder.start()
    await file.start()
    other.unlink()
    assert await heard(folder) == {"other.py"}
    one.write_text("22")
    assert await heard(file) == {"one.py"}


async def test_frame_shows_no_file_but_the_plugins_own(tmp_path: Path) -> None:
    """What a plugin raises is its text: it may name any file of the machine."""
    home = tmp_path / "plugin"
    home.mkdir()
    (tmp_path / "secret.py").write_text("key\n")
    (home / "main.py").write_text("".join(f"line {n}\n" for n in range(1, 12)))
    (home / "away.py").symlink_to(tmp_path / "secret.py")
    for text in ("../secret.py:1", f"{tmp_path}/secret.py:1", "away.py:1", "main.py:99", "x"):
        assert find_frame(home, text) is None
    found = find_frame(home, "KeyError: 'name' (main.py:9)")
    assert found is not None
    assert found.where == "main.py:9"
    assert found.lines[2] == ">  9 | line 9"
