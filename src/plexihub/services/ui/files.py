"""Files of plugins that pages may load: those that a plugin named, and while it is enabled.

A file is read once, when it is named: what pages load is what stood in the folder then, and no
request reaches the disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import InputError, LimitExceededError, NotFoundError, TooLargeError
from plexihub_sdk.ids import PluginId

PREFIX = "plugins/"
MOST_FILES = 50
MOST_BYTES = 1024 * 1024
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


@dataclass(slots=True)
class ServedFile:
    """A file as pages get it.

    Args:
        data: Its bytes.
        content_type: By its suffix.
        version: Changes with its bytes.
        uses: How many contributions need it.
    """

    data: bytes
    content_type: str
    version: str
    uses: int = 0


class PluginFiles:
    """What is served below `plugins/<id>/`.

    Args:
        folder_of: Tells a plugin's folder; None where it has none.
    """

    def __init__(self, folder_of: Callable[[PluginId], Path | None]) -> None:
        self._folder_of = folder_of
        self._files: dict[tuple[PluginId, str], ServedFile] = {}

    def find(self, plugin: str, name: str) -> ServedFile | None:
        """Answer a file that its plugin named; None for any other."""
        return self._files.get((PluginId(plugin), name))

    def has(self, plugin: PluginId, name: str) -> bool:
        """Whether a plugin's folder has such a file."""
        folder = self._folder_of(plugin)
        return folder is not None and _is_plain(name) and (folder / name).is_file()

    def serve(self, plugin: PluginId, name: str) -> tuple[str, Undo]:
        """Serve a file of the plugin's folder until the answered undo is called.

        Returns:
            Its address below the hub's base, and the undo.

        Raises:
            InputError: The name leads out of the folder, or its kind is not served.
            NotFoundError: There is no such file.
            TooLargeError: It is too large.
            LimitExceededError: The plugin serves too many.
        """
        if (plugin, name) in self._files:
            return self._count(plugin, name)
        return self.serve_text(plugin, name, self._read(plugin, name))

    def serve_text(self, plugin: PluginId, name: str, data: bytes) -> tuple[str, Undo]:
        """Serve bytes under a name, as `serve` does.

        Raises:
            InputError: The kind is not served.
            TooLargeError: They are too many.
            LimitExceededError: The plugin serves too many files.
        """
        kind = _kind_of(name)
        if len(data) > MOST_BYTES:
            raise TooLargeError(f"{name} is larger than {MOST_BYTES} bytes.", where=name)
        if sum(whose == plugin for whose, _ in list(self._files)) >= MOST_FILES:
            raise LimitExceededError(f"A plugin may serve {MOST_FILES} files.", where=name)
        version = hashlib.sha256(data).hexdigest()[:16]
        self._files.setdefault((plugin, name), ServedFile(data, kind, version))
        return self._count(plugin, name)

    def _count(self, plugin: PluginId, name: str) -> tuple[str, Undo]:
        file = self._files[plugin, name]
        file.uses += 1

        def undo() -> None:
            file.uses -= 1
            if file.uses == 0:
                self._files.pop((plugin, name), None)

        return f"{PREFIX}{plugin}/{name}?v={file.version}", undo

    def _read(self, plugin: PluginId, name: str) -> bytes:
        folder = self._folder_of(plugin)
        _kind_of(name)
        if folder is None or not self.has(plugin, name):
            raise NotFoundError(
                f"{plugin} has no file {name!r} in its folder.",
                where=name,
                next="Put it beside plugin.json, and name it from there.",
            )
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise InputError(f"{name!r} leads out of the plugin's folder.", where=name)
        if path.stat().st_size > MOST_BYTES:
            raise TooLargeError(f"{name} is larger than {MOST_BYTES} bytes.", where=name)
        return path.read_bytes()


def _is_plain(name: str) -> bool:
    parts = name.split("/")
    is_relative = all(part and not part.startswith(".") for part in parts)
    return is_relative and name.isprintable() and not set(name) & set("\\:?#%")


def _kind_of(name: str) -> str:
    kind = _TYPES.get(PurePosixPath(name).suffix)
    if kind is None or not _is_plain(name):
        raise InputError(
            f"{name!r} cannot be served to pages.",
            where=name,
            next=f"Name a file of the plugin's folder that ends in: {', '.join(_TYPES)}.",
        )
    return kind
