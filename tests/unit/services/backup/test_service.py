"""The service `backup`: what goes into an archive, who may ask for one, and how many stay."""

from __future__ import annotations

import asyncio
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.context import owner
from plexihub.services.backup import BackupError, read_manifest, verify
from plexihub_sdk.errors import ConflictError, Veto
from tests.unit.services.backup.conftest import Saved

pytestmark = pytest.mark.anyio
STARTED = "database.backup.started"


@contextmanager
def as_plugin(saved: Saved) -> Iterator[None]:
    """Run the block as a plugin's code."""
    token = owner.set(saved.plugin)
    try:
        yield
    finally:
        owner.reset(token)


async def settled(saved: Saved, count: int) -> None:
    """Wait until so many backups ended, and then a little longer."""
    async with asyncio.timeout(20):
        while len(saved.told("backup.created")) + len(saved.told("backup.failed")) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    await saved.kernel.events.settle()


@pytest.mark.checklist("P-13")
async def test_archive_holds_everything_that_is_kept(saved: Saved) -> None:
    """Database, audit log and plugins' files are in one private file, and events tell of it."""
    info = await saved.backup.create(note="before the update")
    path = saved.folder.backups / info.name
    manifest = verify(path)
    assert [one.name for one in manifest.members] == [
        "hub.db",
        "audit/head.json",
        "audit/audit-000001.jsonl",
        "audit/keys.jsonl",
        "audit/checkpoints.jsonl",
        "plugins/nightly/nightly.py",
        "plugin-data/nightly/notes.txt",
    ]
    assert manifest.folders == ["plugin-data/nightly/empty"]
    assert (manifest.note, manifest.version, manifest.left_out) == (
        "before the update",
        "1.2.3",
        [],
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert saved.names() == [info.name]
    await saved.kernel.events.settle()
    assert saved.told(STARTED) == [{"name": info.name}]
    assert [one["backup"]["name"] for one in saved.told("backup.created")] == [info.name]


async def test_same_content_gives_the_same_manifest(saved: Saved) -> None:
    """The manifest of two backups differs in what changed between them alone."""
    first, second = [await saved.backup.create() for _ in range(2)]
    one, two = (read_manifest(saved.folder.backups / info.name) for info in (first, second))
    same = [member for member in one.members if not member.name.startswith("audit/")]
    assert same == [member for member in two.members if not member.name.startswith("audit/")]


async def test_links_and_pipes_are_left_out_and_told(saved: Saved) -> None:
    """What is no plain file does not come along, and the manifest says so."""
    place = saved.folder.plugin_data / "nightly"
    (place / "link").symlink_to("/etc/passwd")
    (place / "folder").symlink_to("/etc")
    os.mkfifo(place / "pipe")
    info = await saved.backup.create()
    manifest = verify(saved.folder.backups / info.name)
    assert sorted(manifest.left_out) == [
        f"plugin-data/nightly/{name}" for name in ("folder", "link", "pipe")
    ]


@pytest.mark.checklist("P-16")
async def test_telling_the_event_as_a_plugin_makes_one_backup(saved: Saved) -> None:
    """A restorable archive appears, and the event is heard once: nothing tells it again."""
    with as_plugin(saved):
        saved.events.emit(STARTED, {"reason": "nightly"})
    await settled(saved, 1)
    (name,) = saved.names()
    verify(saved.folder.backups / name)
    assert saved.told(STARTED) == [{"reason": "nightly"}]
    records = await saved.kernel.audit.read(AuditQuery(limit=5, action="backup.create"))
    assert [(one.actor.kind, one.actor.id) for one in records] == [("plugin", "nightly")]


@pytest.mark.checklist("P-18")
async def test_plugin_that_tells_again_what_it_hears_makes_no_second_backup(saved: Saved) -> None:
    """Neither at once nor after the backup is whole does a re-told start make another."""

    async def again(data: Any) -> None:
        await asyncio.sleep(0.2)
        if len(saved.told(STARTED)) < 5:
            saved.events.emit(STARTED, data)

    with as_plugin(saved):
        saved.events.on(STARTED, again)
        saved.events.on("backup.created", again)
    await saved.backup.create()
    await asyncio.sleep(1.5)
    await saved.kernel.events.settle()
    assert len(saved.told(STARTED)) == 5
    assert len(saved.names()) == 1


async def test_vetoed_backup_is_not_made(saved: Saved) -> None:
    """A handler's refusal reaches who asked, is recorded, and leaves no file."""

    def refuse(_data: Any) -> None:
        raise Veto("not during the day")

    undo = saved.events.on("backup.creating", refuse)
    with pytest.raises(Veto, match="not during the day"):
        await saved.backup.create()
    undo()
    assert saved.names() == []
    (record,) = await saved.kernel.audit.read(AuditQuery(limit=5, action="backup.create"))
    assert (record.outcome, record.reason) == ("vetoed", "not during the day")


async def test_hook_changes_the_note(saved: Saved) -> None:
    """What a handler makes of the note is what the archive keeps; nonsense is left out."""
    undo = saved.events.on("backup.creating", lambda data: data.update(note=data["note"] + "!"))
    assert (await saved.backup.create(note="hi")).note == "hi!"
    undo()
    saved.events.on("backup.creating", lambda data: data.update(note=42))
    assert (await saved.backup.create(note="hi")).note == "hi"


async def test_oldest_own_archives_go(saved: Saved) -> None:
    """After a success as many stay as the setting says, and a file of another name is let be."""
    await saved.kernel.config.change("backup.keep", 2, saved.ctx)
    saved.folder.backups.mkdir()
    (saved.folder.backups / "mine.tar.gz").write_bytes(b"not a backup")
    made = [(await saved.backup.create()).name for _ in range(4)]
    assert saved.names() == ["mine.tar.gz", *made[2:]]
    listed = await saved.backup.list()
    assert [one.name for one in listed if not one.problem] == made[:1:-1]
    assert [one.name for one in listed if one.problem] == ["mine.tar.gz"]


async def test_second_backup_at_the_same_time_is_refused(saved: Saved) -> None:
    """One is made; the other is told to wait."""
    results = await asyncio.gather(
        saved.backup.create(), saved.backup.create(), return_exceptions=True
    )
    assert [type(one) for one in results if isinstance(one, Exception)] == [ConflictError]
    assert len(saved.names()) == 1


async def test_disk_that_refuses_leaves_nothing(saved: Saved) -> None:
    """A file that cannot grow ends the backup with a sentence, and no part of it stays."""
    (saved.folder.plugin_data / "nightly" / "large").write_bytes(os.urandom(12 * 2**20))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * 2**20, hard))
    try:
        with pytest.raises(BackupError, match="cannot be written: file too large"):
            await saved.backup.create()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert saved.names() == []
    await saved.kernel.events.settle()
    assert "too large" in saved.told("backup.failed")[0]["reason"]
    assert (await saved.backup.create()).files == 8


async def test_place_that_cannot_be_written_is_named(saved: Saved) -> None:
    """Where a file stands in the way of the folder, the sentence names the place."""
    saved.folder.backups.write_text("in the way")
    with pytest.raises(BackupError, match="cannot be written") as raised:
        await saved.backup.create()
    assert raised.value.where == str(saved.folder.backups)


async def test_stopping_hub_ends_the_backup(saved: Saved) -> None:
    """A backup that is not whole when the hub stops leaves nothing."""
    (saved.folder.plugin_data / "nightly" / "large").write_bytes(os.urandom(40 * 2**20))
    made = asyncio.ensure_future(saved.backup.create())
    async with asyncio.timeout(10):
        while not saved.names():  # noqa: ASYNC110 - a file is no event
            await asyncio.sleep(0)
    await saved.backup.close()
    with pytest.raises(BackupError, match="The hub stopped"):
        await made
    assert saved.names() == []


async def test_handler_keeps_a_backup_from_being_deleted(saved: Saved) -> None:
    """A veto holds against people and against the bound on their number; deleting is told."""
    await saved.kernel.config.change("backup.keep", 1, saved.ctx)
    first = await saved.backup.create()

    def keep(payload: dict[str, Any]) -> None:
        if payload["name"] == first.name:
            raise Veto("It is evidence.")

    saved.kernel.hooks.add("backup.deleting", keep)
    with pytest.raises(Veto):
        await saved.backup.delete(first.name)
    second = await saved.backup.create()
    third = await saved.backup.create()
    await saved.kernel.events.settle()
    assert saved.names() == [first.name, third.name]
    assert saved.told("backup.deleted") == [{"name": second.name, "reason": "retention"}]
