"""Archives made to hurt are refused, and nothing on the hub's disk is another afterwards."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plexihub.marketplace.archive import read_archive, write_archive
from plexihub.marketplace.trust import verify
from plexihub_sdk.errors import InputError, PackageError
from tests.attacks.conftest import Target
from tests.attacks.hostile_archives import CODE, GOOD, HOSTILE, MANIFEST, deflated, zipped
from tests.support.plugins import hub_here

pytestmark = pytest.mark.anyio


def disk(folder: Path) -> dict[str, tuple[int, bytes | str]]:
    """Tell everything that stands below a folder, byte for byte; the books of the hub are not."""
    found: dict[str, tuple[int, bytes | str]] = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            inner = path.relative_to(folder).as_posix()
            if inner.startswith(("hub.", "audit")):
                continue  # each refusal is recorded there
            stat = path.lstat()
            held = path.read_bytes() if path.is_file() and not path.is_symlink() else ""
            found[inner] = (stat.st_mode, held)
    return found


@pytest.fixture(scope="module")
async def room(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: object
) -> AsyncIterator[Target]:
    """Run one hub for all of them."""
    del anyio_backend
    async with hub_here(tmp_path_factory.mktemp("archives")) as running:
        yield Target(running.hub, [])


@pytest.mark.parametrize("what", HOSTILE)
async def test_hostile_archive_changes_nothing(room: Target, tmp_path: Path, what: str) -> None:
    """It is refused in words that name a place and what to do, and the disk is as before."""
    path = tmp_path / "evil.plexi"
    path.write_bytes(HOSTILE[what])
    around, within = disk(tmp_path), disk(room.hub.folder.path)
    order = {"source": str(path), "tier": "trusted", "consent": "I trust a-b"}
    for way in ("/api/v1/plugins/describe", "/api/v1/plugins"):
        client = room.operator()
        answer = await client.post(way, json=order)
        await client.aclose()
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (400, "package_error"), error
        assert error["where"]
        assert error["next"] or "larger than" in error["message"] or "more than" in error["message"]
        assert error["message"].isprintable()
    assert disk(tmp_path) == around
    assert disk(room.hub.folder.path) == within


def test_there_are_enough_of_them() -> None:
    """A list that shrinks is noticed."""
    assert len(HOSTILE) >= 90


async def test_the_same_files_without_malice_are_taken(room: Target, tmp_path: Path) -> None:
    """What is hostile above is so by its one trait: the rest of it is a good package."""
    for data in (zipped(*GOOD), zipped(deflated(b"main.py", CODE), GOOD[1])):
        path = tmp_path / "good.plexi"
        path.write_bytes(data)
        order = {"source": str(path), "tier": "trusted"}
        client = room.operator()
        answer = await client.post("/api/v1/plugins/describe", json=order)
        await client.aclose()
        assert answer.status_code == 200, answer.text


def test_every_cut_and_every_flipped_byte_is_noticed() -> None:
    """No damaged archive is read as another package than the one that was written."""
    files = {"main.py": CODE, "plugin.json": MANIFEST}
    data = write_archive(files)
    whole = read_archive(data)
    for at in range(len(data)):
        with pytest.raises(PackageError):
            read_archive(data[:at])
        flipped = bytearray(data)
        flipped[at] ^= 0x40
        try:
            found = read_archive(bytes(flipped))
        except PackageError:
            continue
        # Times, versions and unused attributes say nothing of the content.
        assert found == whole


def test_checksum_off_by_one_bit_is_refused(tmp_path: Path) -> None:
    """Of an archive and of one file; a folder has none."""
    path = tmp_path / "a.plexi"
    path.write_bytes(zipped(*GOOD))
    right = hashlib.sha256(path.read_bytes()).hexdigest()
    assert verify(path, f"sha256:{right.upper()}").members
    wrong = f"{int(right, 16) ^ 1:064x}"
    with pytest.raises(PackageError, match=right) as caught:
        verify(path, wrong)
    assert caught.value.where == "sha256"
    for text in (right[:-1], right + "0", "x" * 64, ""):
        with pytest.raises(InputError, match="64 hexadecimal"):
            verify(path, text)
    with pytest.raises(InputError, match="folder"):
        verify(tmp_path, right)
