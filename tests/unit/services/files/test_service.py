"""The service `files`, as plugins use it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel import plain
from plexihub.services.backup import restore
from plexihub_sdk.errors import NotFoundError

pytestmark = pytest.mark.anyio


def note(told: list[tuple[str, Any]], name: str, data: Any) -> None:
    """Keep what was told."""
    told.append((name, data))


async def test_plain_code_keeps_and_finds_files(tmp_path: Path) -> None:
    """A plugin's plain code saves, reads, renames, finds and deletes; each write is told."""
    told: list[tuple[str, Any]] = []
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        for name in ("file.created", "file.updated", "file.deleted"):
            hub.kernel.events.subscribe(name, partial(note, told, name))

        def work() -> bytes:
            files = hub.files
            record = files.save("report.txt", b"all well", owner="plugin:reporter")
            content: bytes = files.read(record.id)
            files.rename(record.id, "reports.txt")
            assert [one.name for one in files.find({"owner_id": "plugin:reporter"})] == [
                "reports.txt"
            ]
            path = files.open_path(record.id)
            assert path.read_bytes() == content
            files.delete(record.id)
            assert not path.exists()
            return content

        assert await plain.run(work) == b"all well"
        await hub.kernel.events.settle()
    assert [name for name, _ in told] == ["file.created", "file.updated", "file.deleted"]
    assert told[0][1]["file"]["content_type"] == "text/plain"


async def test_files_come_back_from_a_backup(tmp_path: Path) -> None:
    """What was kept is there after a restore, byte for byte."""
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        record = await hub.files.save("logo.png", b"\x89PNG", owner="ada")
        made = await hub.backup.create()
    await restore(Path(made.path), tmp_path / "again")
    async with Hub(HubOptions(data=tmp_path / "again")) as hub:
        assert await hub.files.read(record.id) == b"\x89PNG"
        assert (await hub.files.get(record.id)).name == "logo.png"


async def test_start_clears_what_has_no_row(tmp_path: Path) -> None:
    """Content without a row goes when it is old, half an upload at once; what has a row stays."""
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        record = await hub.files.save("a.txt", b"a", owner="ada")
        path = await hub.files.open_path(record.id)
        orphan = path.with_name(path.name[:-2] + "00")
        orphan.write_bytes(b"lost")
        fresh = path.with_name(path.name[:-2] + "01")
        fresh.write_bytes(b"on its way")
        staged = hub.folder.files / ".staging-uploads" / "half"
        staged.write_bytes(b"half")
    old = datetime.now(UTC).timestamp() - 7200
    for one in (path, orphan):
        os.utime(one, (old, old))
    async with Hub(HubOptions(data=tmp_path / "data")) as hub:
        assert [path.exists(), orphan.exists(), fresh.exists()] == [True, False, True]
        assert not staged.exists()
        path.unlink()
        with pytest.raises(NotFoundError, match="content of this file is gone"):
            await hub.files.read(record.id)
