"""One running plugin under watch: what it may do, what it did, and what it started."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Callable, Collection
from pathlib import Path
from types import FrameType
from typing import Any

from plexihub.runtimes.access.held import Held
from plexihub.runtimes.access.usage import Usage
from plexihub.runtimes.access.uses import READERS, Use
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.ids import PluginId

_HUB = str(Path(__file__).resolve().parents[2])
_NOTHING = frozenset({os.devnull, "/dev/urandom"})
_LIBRARIES = tuple(
    f"{os.path.realpath(sysconfig.get_path(name))}{os.sep}"
    for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


class Watch:
    """Judges and notes what a plugin does.

    Args:
        plugin: Whose code it is.
        package: Of its modules in this load.
        folders: Its own folder or file, and the folder that is its own to write in.
        granted: Tells the system grants it has at this moment.
        usage: Where what it did is written down.
    """

    def __init__(
        self,
        plugin: PluginId,
        package: str,
        *,
        folders: tuple[Path, Path],
        granted: Callable[[], Collection[str]],
        usage: Usage,
    ) -> None:
        self.plugin = plugin
        self.package = package
        root, data = folders
        self.held = Held(plugin, root)
        self._root = os.path.realpath(root)
        self._data = f"{os.path.realpath(data)}{os.sep}"
        self._granted = granted
        self._usage = usage

    def told(self, event: str, args: tuple[Any, ...], frame: FrameType | None) -> None:
        """Judge one audit event.

        Raises:
            PermissionDenied: The grant it needs was taken back.
        """
        use = READERS[event](args)
        if use is None or self._is_own(use):
            return
        self.judge(use)
        self.held.note(event, args, frame)

    def judge(self, use: Use) -> None:
        """Write a use down, and refuse it where its grant was taken back.

        Raises:
            PermissionDenied: The grant it needs was taken back.
        """
        allowed = use.grant in self._granted()
        self._usage.note(use, allowed=allowed)
        if not allowed:
            raise PermissionDenied(
                use.grant,
                f"{self.plugin} may not {use.verb} {use.target}: "
                f"the grant {SYSTEM_GRANTS[use.grant].title!r} was taken back.",
                where=self.plugin,
                next=f"An administrator gives it again: plexihub plugin grant {self.plugin} "
                f"{use.grant}",
            )

    def _is_own(self, use: Use) -> bool:
        return bool(use.paths) and all(self._is_own_path(path, use.verb) for path in use.paths)

    def _is_own_path(self, path: str, verb: str) -> bool:
        if f"{path}{os.sep}".startswith(self._data) or path in _NOTHING:
            return True
        if verb not in {"read", "list"}:
            return False
        if path.startswith(_LIBRARIES):
            return not path.startswith(_HUB)
        return f"{path}{os.sep}".startswith(f"{self._root}{os.sep}")
