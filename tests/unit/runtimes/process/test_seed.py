"""What the hub puts into a guest's private file system."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.runtimes.process.seed import pack, read_folder, unpack


def test_folder_comes_out_as_it_went_in(tmp_path: Path) -> None:
    """Names, folders and bytes, an empty file among them."""
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "gen" / "deep").mkdir(parents=True)
    target.mkdir()
    (source / "cache_v2").write_bytes(bytes(range(256)) * 1000)
    (source / "gen" / "deep" / "main.ts.js").write_text("export {};\n")
    (source / "gen" / "empty").touch()
    unpack(pack(read_folder(source)), str(target))
    assert read_folder(target) == read_folder(source)


def test_what_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    """A new process begins with an empty folder; anything else is a mistake."""
    (tmp_path / "a").write_text("old")
    with pytest.raises(FileExistsError):
        unpack(pack({"a": b"new"}), str(tmp_path))
    assert (tmp_path / "a").read_text() == "old"


@pytest.mark.parametrize("noise", [b"", b"noise", b"\0\0\0\x09{", b"\0\0\0\x05[1, 2"])
def test_what_is_no_package_is_refused(tmp_path: Path, noise: bytes) -> None:
    """Nothing is written then."""
    with pytest.raises(ValueError, match=r"."):
        unpack(noise, str(tmp_path))
    assert not list(tmp_path.iterdir())
