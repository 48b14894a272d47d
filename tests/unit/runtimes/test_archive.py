"""A plugin's files on their way into its process."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from plexihub.runtimes._package import Package
from plexihub.runtimes.process import archive
from plexihub.runtimes.process.archive import entry_of, pack
from plexihub_sdk.errors import PluginLoadError
from plexihub_sdk.guest.importer import read_archive
from tests.zoo.sandbox import write


def package(folder: Path) -> Package:
    """Make a plugin of a folder with three files and what does not belong to it."""
    entry = write(folder, "src/main.py", "x = 1\n")
    write(folder, "src/wörter.txt", "grün\n")
    write(folder, "empty.txt", "")
    write(folder, "__pycache__/main.pyc", "old")
    write(folder, ".git/config", "mine")
    return Package(entry=entry, readable=folder)


def test_files_arrive_as_they_are(tmp_path: Path) -> None:
    """Names and contents are the same on the other side; what tools left behind stays there."""
    found = package(tmp_path)
    assert read_archive(pack(found)) == {
        "empty.txt": b"",
        "src/main.py": b"x = 1\n",
        "src/wörter.txt": "grün\n".encode(),
    }
    assert entry_of(found) == "src/main.py"


def test_bare_file_brings_nothing_that_lies_beside_it(tmp_path: Path) -> None:
    """Of a plugin of one file only that file goes."""
    entry = write(tmp_path, "one.py", "x = 1\n")
    write(tmp_path, "secret.txt", "the secret")
    found = Package(entry=entry, readable=entry)
    assert (entry_of(found), read_archive(pack(found))) == ("one.py", {"one.py": b"x = 1\n"})


def test_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    """The moment at which files were written is in no archive."""
    one, other = (pack(package(tmp_path / name)) for name in ("a", "b"))
    assert one == other


def test_too_large_plugin_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More bytes than a package may have never reach a process."""
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    with pytest.raises(PluginLoadError, match="more than"):
        pack(package(tmp_path))


@pytest.mark.parametrize("cut", [20, -30])
def test_broken_archive_is_refused(tmp_path: Path, cut: int) -> None:
    """One that ends early, or is compressed, is read by nobody."""
    whole = pack(package(tmp_path))
    squeezed = io.BytesIO()
    with zipfile.ZipFile(squeezed, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("main.py", "x = 1\n" * 100)
    with pytest.raises(Exception, match=r"cannot be read|requires a buffer"):
        read_archive(squeezed.getvalue() if cut < 0 else whole[:cut])
