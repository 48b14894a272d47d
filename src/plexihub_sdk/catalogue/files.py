"""Files that people and plugins keep."""

from __future__ import annotations

from typing import Any, TypedDict

from plexihub_sdk.catalogue.kind import Entity


class FileCreating(TypedDict):
    """A file is about to be kept; `size` is in bytes."""

    name: str
    content_type: str
    size: int
    owner_id: str


class FileChanged(TypedDict):
    """The file's description after the change."""

    file: dict[str, Any]


_FILE = Entity(name="file", noun="a file", creating=FileCreating, changed=FileChanged)
HOOKS = _FILE.hooks()
EVENTS = _FILE.events()
