"""What an author's editor needs beside a plugin: types of the SDKs and the manifest's schema."""

from __future__ import annotations

import shutil
from pathlib import Path

import plexihub_sdk
from plexihub.scaffold.folder import HIDDEN
from plexihub_sdk.errors import InputError

_HERE = Path(__file__).resolve()
#: Packaged with the hub, or the folder of a clone.
_SDK_JS = (_HERE.parents[1] / "sdk_js", _HERE.parents[3] / "sdk-js")
_SCHEMAS = (_HERE.parents[1] / "schemas", _HERE.parents[3] / "schemas")
_SCHEMA = "manifest.json"
#: What is written in that folder, and the folders on the way.
_WRITTEN = (".gitignore", "sdk", "python", "python/plexihub_sdk", "plugin.schema.json")
_IGNORED = shutil.ignore_patterns("__pycache__", "*_test.ts", "node_modules", "deno.json")


def equip(plugin: Path) -> Path:
    """Put the types and the schema of this hub into a plugin's `.plexihub/`.

    Args:
        plugin: The plugin's folder.

    Returns:
        That folder.

    Raises:
        InputError: It cannot be written, or leads somewhere else.
    """
    home = plugin / HIDDEN
    _require_no_link(home)
    try:
        home.mkdir(mode=0o700, exist_ok=True)
        # Whatever the author's repository is told to ignore, this is not to be kept in it.
        (home / ".gitignore").write_text("*\n", encoding="utf-8")
        if (sdk := _found(_SDK_JS, "mod.ts")) is not None:
            _renew(sdk, home / "sdk")
        _renew(Path(plexihub_sdk.__file__).parent, home / "python" / "plexihub_sdk")
        if (schemas := _found(_SCHEMAS, _SCHEMA)) is not None:
            shutil.copyfile(schemas / _SCHEMA, home / "plugin.schema.json")
    except OSError as error:
        raise InputError(
            f"{home} cannot be written: {error.strerror}.",
            where=str(home),
            next="Give the folder to your account, or delete it: it is made anew.",
        ) from error
    return home


def _require_no_link(home: Path) -> None:
    """Refuse a folder that came with somebody's plugin and has this command write elsewhere."""
    places = (home, *(home / name for name in _WRITTEN))
    linked = next((one for one in places if one.is_symlink()), None)
    if linked is not None:
        raise InputError(
            f"{linked} is a link, and what is written there would end up elsewhere.",
            where=str(linked),
            next=f"Delete {home}: it is made anew.",
        )


def _found(folders: tuple[Path, ...], name: str) -> Path | None:
    return next((folder for folder in folders if (folder / name).is_file()), None)


def _renew(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, ignore=_IGNORED)
