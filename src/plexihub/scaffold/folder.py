"""A new plugin's folder: a copy of a template under the plugin's own name, or nothing at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import MAX_PLUGIN_ID, PluginId, plugin_id
from plexihub_sdk.manifest import RESERVED_IDS

Kind = Literal["typescript", "python", "trusted"]

#: Beside a plugin's files: the author's own hub, and what an editor needs. No part of the plugin.
HIDDEN = ".plexihub"
_TEMPLATES = Path(__file__).parent
#: The template's own names, which the plugin's take the place of.
_ID, _NAME, _CLASS = "starter-kit", "Starter Kit", "StarterKitPlugin"
#: A command has no longer name.
_MAX_COMMAND = 32
#: What a tool of the author's leaves in a template's folder.
_LEFT = frozenset({"__pycache__", ".pytest_cache", HIDDEN})


def make(name: str, parent: Path, kind: Kind) -> Path:
    """Make the folder of a new plugin below `parent`.

    Args:
        name: Its id, in kebab-case; underscores are taken for hyphens.
        parent: Where the folder is made.
        kind: Language and tier.

    Returns:
        The new folder.

    Raises:
        InputError: The name is none, or the folder cannot be written.
        ConflictError: Something is in its place; nothing of that is touched.
    """
    identity = read_name(name)
    home = parent / identity
    _refuse_taken(home)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{identity}-", dir=parent))
        try:
            _fill(work, identity, kind)
            work.chmod(0o755)
            # An empty folder gives way to this; one that was filled meanwhile does not.
            work.rename(home)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise InputError(
            f"{home} cannot be written: {error.strerror}.",
            where=str(home),
            next="Go to a folder of yours, or name one with --in.",
        ) from error
    return home


def read_name(text: str) -> PluginId:
    """Read the name of a new plugin.

    Raises:
        InputError: It is none; where one that is meant can be guessed, it is told.
    """
    try:
        identity = plugin_id(text)
    except ValueError as error:
        raise InputError(f"{error}.", where="name", next=_guess(text)) from None
    if identity in RESERVED_IDS:
        raise InputError(
            f"{identity!r} is the hub's own name.", where="name", next="Choose another one."
        )
    return identity


def _guess(text: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text)
    plain = re.sub(r"[^a-z0-9]+", "-", spaced.lower()).strip("-0123456789")
    guess = plain[:MAX_PLUGIN_ID].rstrip("-")
    return f"Did you mean {guess!r}?" if guess else "For example: my-plugin"


def _refuse_taken(home: Path) -> None:
    if home.is_dir() and not home.is_symlink() and not any(home.iterdir()):
        return
    if home.exists() or home.is_symlink():
        raise ConflictError(
            f"{home} is there already, and is left as it is.",
            where=str(home),
            next="Choose another name, or go on in that folder: plexihub plugin dev",
        )


def _fill(home: Path, identity: PluginId, kind: Kind) -> None:
    for source in _files(_TEMPLATES / kind):
        target = home / source.relative_to(_TEMPLATES / kind)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(_renamed(text, identity), encoding="utf-8")


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and _LEFT.isdisjoint(path.relative_to(folder).parts):
            yield path


def _renamed(text: str, identity: PluginId) -> str:
    title = identity.replace("-", " ").title()
    command = identity[:_MAX_COMMAND].rstrip("-")
    text = text.replace(f'"id": "{_ID}"', f'"id": "{identity}"').replace(_NAME, title)
    return text.replace(_CLASS, f"{title.replace(' ', '')}Plugin").replace(_ID, command)
