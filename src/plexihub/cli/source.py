"""Which file or folder is meant by what is typed after `plugin install`: a path, or a name.

A name is looked for in a folder of packages that the operator named: by `--from`, or by the setting
`plugins.packages`. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from packaging.version import InvalidVersion, Version

from plexihub.cli.common import Api
from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.ids import plugin_id

SUFFIX = ".plexi"
SETTING = "plugins.packages"
_BARE = (".ts", ".js", ".py")
_MOST_CHECKSUM = 1024


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be installed.

    Args:
        path: Where it is.
        sha256: Its checksum, as the file beside it says; None where there is none.
    """

    path: Path
    sha256: str | None = None


async def find_source(api: Api, typed: Path, folder: Path | None) -> Source:
    """Find what was meant; a path that is there goes before a name.

    Args:
        api: Knows the setting.
        typed: What was typed.
        folder: Where packages are, as `--from` says.

    Raises:
        NotFoundError: There is nothing of this name.
    """
    if folder is None and (os.path.lexists(typed) or not _is_name(typed)):  # noqa: ASYNC240 - one look
        return _beside(typed)
    place = folder if folder is not None else await _named_folder(api)
    if place is None:
        raise NotFoundError(
            f"There is no file or folder {str(typed)!r}, and no folder of packages is named.",
            where=str(typed),
            next=f"Name a .plexi package or a folder, or where packages are: --from FOLDER, or"
            f" the setting {SETTING} in plexihub.toml",
        )
    found = _in_folder(place, str(typed))
    if found is None:
        raise NotFoundError(
            f"There is no package {str(typed)!r} in {place}.",
            where=str(typed),
            next=f"It would be called {typed}-1.0.0{SUFFIX}; make it: plexihub plugin pack FOLDER",
        )
    return _beside(found)


async def _named_folder(api: Api) -> Path | None:
    value = (await api.call("GET", f"/config/{SETTING}"))["value"]
    return Path(value) if value else None


def _is_name(typed: Path) -> bool:
    try:
        plugin_id(str(typed))
    except ValueError:
        return False
    return True


def _in_folder(folder: Path, name: str) -> Path | None:
    """Find a plugin in a folder: the highest version of its packages, else its source."""
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder.", where="from")
    canonical = plugin_id(name) if _is_name(Path(name)) else name
    packages = [
        (version, path)
        for path in folder.glob(f"*{SUFFIX}")
        if path.name.startswith(f"{canonical}-")
        and (version := _version(path.name[len(canonical) + 1 : -len(SUFFIX)])) is not None
    ]
    if packages:
        return max(packages)[1]
    if (folder / canonical / "plugin.json").is_file():
        return folder / canonical
    bare = (folder / f"{canonical}{suffix}" for suffix in _BARE)
    return next((path for path in bare if path.is_file()), None)


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _beside(path: Path) -> Source:
    """Take the checksum from the file that `sha256sum` wrote beside a package, where it is."""
    listed = path.with_name(f"{path.name}.sha256")
    if not listed.is_file():
        return Source(path)
    with listed.open(encoding="utf-8", errors="replace") as reader:
        words = reader.read(_MOST_CHECKSUM).split()
    return Source(path, words[0] if words else "")
