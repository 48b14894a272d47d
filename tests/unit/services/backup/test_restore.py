"""Back from an archive: wholly or not at all, whatever the archive or the folder is like."""

from __future__ import annotations

import gzip
import hashlib
import io
import sqlite3
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from plexihub.datadir import DataDir
from plexihub.kernel.audit import verify as verify_audit
from plexihub.services.backup import BackupInfo, DamagedBackupError, restore, verify
from plexihub_sdk.errors import ConflictError, NotFoundError, StartupError
from tests.unit.services.backup.conftest import Saved

pytestmark = pytest.mark.anyio
Entries = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture
async def archive(saved: Saved) -> Path:
    """Make a backup."""
    info: BackupInfo = await saved.backup.create()
    return saved.folder.backups / info.name


def names(folder: Path) -> list[str]:
    """Tell what stands in a folder."""
    return sorted(path.name for path in folder.iterdir())


def cut(archive: Path, part: float) -> None:
    """Let an archive end too early."""
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])


def with_changed_bytes(archive: Path) -> Iterator[int]:
    """Change one byte after another, and answer where."""
    whole = archive.read_bytes()
    for place in range(100, len(whole), len(whole) // 60):
        archive.write_bytes(bytes([*whole[:place], whole[place] ^ 0x20, *whole[place + 1 :]]))
        yield place


def entries(archive: Path) -> Entries:
    """Read every file of an archive."""
    with tarfile.open(archive, "r:gz") as tar:
        return [(one, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]


def contents(archive: Path) -> dict[str, bytes]:
    """Read every file of an archive by its name."""
    return {info.name: content for info, content in entries(archive)}


def rebuilt(archive: Path, change: Callable[[dict[str, Any], Entries], None]) -> Path:
    """Write an archive anew, as an attacker would, with a manifest that fits again."""
    (head, text), *rest = entries(archive)
    manifest = msgspec.json.decode(text)
    change(manifest, rest)
    text = msgspec.json.encode(manifest)
    head.size = len(text)
    target = archive.with_name("forged.tar.gz")
    with gzip.open(target, "wb") as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        tar.addfile(head, io.BytesIO(text))
        for info, content in rest:
            tar.addfile(info, io.BytesIO(content))
    return target


def with_file(name: str, content: bytes = b"x", **facts: Any) -> Callable[..., None]:
    """Add a file to archive and manifest."""

    def change(manifest: dict[str, Any], rest: Entries) -> None:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        for key, value in facts.items():
            setattr(info, key, value)
        digest = hashlib.sha256(content).hexdigest()
        manifest["members"].append({"name": name, "size": len(content), "sha256": digest})
        rest.append((info, content))

    return change


async def test_restored_folder_holds_what_was_saved(archive: Path, tmp_path: Path) -> None:
    """Files, empty folders, database and audit log are there, and the log tells of the restore."""
    target = tmp_path / "elsewhere" / "data"
    done = await restore(archive, target)
    assert (done.folder, done.aside) == (target, None)
    assert (target / "plugin-data" / "nightly" / "notes.txt").read_text() == "kept"
    assert (target / "plugin-data" / "nightly" / "empty").is_dir()
    assert verify_audit(target / "audit").ok
    assert "backup.restore" in (target / "audit" / "audit-000002.jsonl").read_text()
    assert [path.name for path in target.parent.iterdir()] == ["data"]


async def test_folder_that_holds_something_is_refused(archive: Path, tmp_path: Path) -> None:
    """Nothing is written where something is, unless it is to be moved aside."""
    target = tmp_path / "full"
    target.mkdir()
    (target / "mine").write_text("precious")
    with pytest.raises(ConflictError, match="not empty"):
        await restore(archive, target)
    assert [path.name for path in target.iterdir()] == ["mine"]
    done = await restore(archive, target, replace=True)
    assert done.aside is not None
    assert (done.aside / "mine").read_text() == "precious"
    assert (target / "hub.db").is_file()


async def test_folder_of_a_running_hub_is_refused(saved: Saved, archive: Path) -> None:
    """A hub that runs keeps its folder, even from --replace."""
    with (
        saved.folder.locked(),
        pytest.raises(StartupError, match="Another hub uses"),
    ):
        await restore(archive, saved.folder.path, replace=True)
    assert archive.name in saved.names()


async def test_failing_last_step_puts_the_old_folder_back(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the new folder cannot take its place, the old one is where it was."""
    target = tmp_path / "full"
    target.mkdir()
    (target / "mine").write_text("precious")
    before = names(tmp_path)
    rename = Path.rename

    def failing(self: Path, other: Path) -> Path:
        if ".restoring-" in self.name:
            raise OSError(5, "Input/output error")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(Exception, match="as it was"):
        await restore(archive, target, replace=True)
    assert names(tmp_path) == before
    assert (target / "mine").read_text() == "precious"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (with_file("plugins/../../escaped"), "no place"),
        (with_file("/etc/escaped"), "no place"),
        (with_file("elsewhere/file"), "no place"),
        (with_file("hub.lock"), "no place"),
        (with_file("audit/x/audit-000009.jsonl"), "no place"),
        (with_file("plugins"), "no place"),
        (with_file("plugins/link", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "not what"),
        (with_file("plugins/link", b"", type=tarfile.LNKTYPE, linkname="hub.db"), "not what"),
        (with_file("plugins/device", b"", type=tarfile.CHRTYPE), "not what"),
        (lambda manifest, _rest: manifest["folders"].append("../out"), "no place"),
        (lambda manifest, _rest: manifest["members"].pop(), "not what"),
        (lambda _manifest, rest: rest.pop(), "missing"),
        (lambda _manifest, rest: rest.append(rest[0]), "not what"),
        (lambda manifest, _rest: manifest["members"].append(manifest["members"][0]), "twice"),
        (lambda manifest, _rest: manifest.update(format=9), "format 1, not 9"),
        (lambda manifest, _rest: manifest.update(surprise=1), "manifest cannot be read"),
        (lambda manifest, _rest: manifest["members"][0].update(sha256="0" * 64), "as it was"),
    ],
)
async def test_forged_archive_is_refused(
    archive: Path, tmp_path: Path, change: Callable[..., None], says: str
) -> None:
    """Ways out of the folder, links, devices and lies write nothing that stays."""
    forged = rebuilt(archive, change)
    with pytest.raises(DamagedBackupError, match=says):
        verify(forged)
    with pytest.raises(DamagedBackupError, match=says):
        await restore(forged, tmp_path / "new")
    assert names(tmp_path) == ["data"]


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.99])
async def test_truncated_archive_is_refused(archive: Path, tmp_path: Path, part: float) -> None:
    """Wherever an archive ends too early, one sentence says so and nothing is left."""
    cut(archive, part)
    with pytest.raises(DamagedBackupError, match="no whole backup"):
        verify(archive)
    with pytest.raises(DamagedBackupError, match="no whole backup"):
        await restore(archive, tmp_path / "new")
    assert names(tmp_path) == ["data"]


async def test_changed_byte_is_found(archive: Path) -> None:
    """No byte of any file can change unnoticed; gzip itself has bits that mean nothing."""
    before = contents(archive)
    for _place in with_changed_bytes(archive):
        try:
            verify(archive)
        except DamagedBackupError:
            continue
        assert contents(archive) == before


async def test_damaged_database_is_found(archive: Path) -> None:
    """Right digests do not make a database whole."""

    def change(manifest: dict[str, Any], rest: Entries) -> None:
        info, content = rest[0]
        content = content[:8192] + b"\xff" * 4096 + content[12288:]
        rest[0] = info, content
        manifest["members"][0]["sha256"] = hashlib.sha256(content).hexdigest()

    with pytest.raises(DamagedBackupError, match="database is damaged"):
        verify(rebuilt(archive, change))


async def test_newer_schema_is_refused(archive: Path, tmp_path: Path) -> None:
    """A backup of a newer release is not touched by this one."""

    def change(manifest: dict[str, Any], _rest: Entries) -> None:
        manifest.update(schema="9999", version="9.0.0")

    with pytest.raises(ConflictError, match=r"newer release 9\.0\.0"):
        await restore(rebuilt(archive, change), tmp_path / "new")
    assert not (tmp_path / "new").exists()


async def test_missing_archive_is_named(tmp_path: Path) -> None:
    """There is nothing to restore from a file that is not there."""
    with pytest.raises(NotFoundError, match=r"nope\.tar\.gz"):
        await restore(tmp_path / "nope.tar.gz", tmp_path / "new")


async def test_installed_plugin_is_found_in_the_new_folder(saved: Saved, tmp_path: Path) -> None:
    """The database of the restored folder names the plugin's new place."""
    home = saved.folder.plugins / "nightly"
    values = {"id": "nightly", "root": str(home)}
    await saved.database.execute(
        "INSERT INTO plugins (id, position, manifest, tier, runtime, root, enabled, quarantined,"
        " granted, digest, builtin, installed_at)"
        " VALUES (:id, 9, '{}', 'trusted', 'trusted', :root, 1, '', '[]', '', 0, '')",
        values,
    )
    info = await saved.backup.create()
    target = tmp_path / "new"
    await restore(saved.folder.backups / info.name, target)
    with closing(sqlite3.connect(DataDir(target).path / "hub.db")) as connection:
        rows = connection.execute("SELECT root FROM plugins WHERE id = 'nightly'").fetchall()
    assert rows == [(str(target / "plugins" / "nightly"),)]
