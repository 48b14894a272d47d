"""Recorded calls on disk: a folder for each plugin, a file for each call, bounded in every way.

Everything here blocks: the book calls it in threads. A file that is no recording is left alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from plexihub.kernel.recording import Recording, is_call_id, read_recording, write_recording
from plexihub_sdk.errors import InputError, NotFoundError

_SUFFIX = ".json"
_DAY = 24 * 3600.0
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept of one plugin.

    Args:
        calls: Files.
        mb: All of them together.
        days: Age of the oldest.
    """

    calls: int
    mb: int
    days: int


class Ring:
    """The files.

    Args:
        folder: Holds a folder for each plugin.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, recording: Recording, bounds: Bounds) -> None:
        """Keep a recording, and delete what is beyond the bounds.

        Raises:
            OSError: The disk refuses it.
        """
        folder = self._folder / recording.plugin
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / f"{recording.id}{_SUFFIX}"
        part = target.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(write_recording(recording))
        part.replace(target)
        self._prune(folder, bounds)

    def _prune(self, folder: Path, bounds: Bounds) -> None:
        oldest = datetime.now(UTC).timestamp() - bounds.days * _DAY
        room = bounds.mb * _MIB
        for count, path in enumerate(self._files(folder)):
            with contextlib.suppress(FileNotFoundError):
                facts = path.stat()
                room -= facts.st_size
                if count >= bounds.calls or room < 0 or facts.st_mtime < oldest:
                    path.unlink()

    @staticmethod
    def _files(folder: Path) -> list[Path]:
        """List the files of a plugin, the newest first."""
        with contextlib.suppress(FileNotFoundError):
            found = [path for path in folder.iterdir() if path.suffix == _SUFFIX]
            return sorted((one for one in found if is_call_id(one.stem)), reverse=True)
        return []

    def list(self, plugin: str, most: int) -> list[Recording]:
        """Read the newest recordings of a plugin."""
        found = []
        for path in self._files(self._folder / plugin)[:most]:
            with contextlib.suppress(FileNotFoundError, InputError):
                found.append(read_recording(path.read_bytes(), path.name))
        return found

    def find(self, call: str) -> Recording:
        """Read one recording.

        Raises:
            NotFoundError: There is none, or no more.
            InputError: The file was altered.
        """
        if is_call_id(call):
            for path in self._folder.glob(f"*/{call}{_SUFFIX}"):
                with contextlib.suppress(FileNotFoundError):
                    return read_recording(path.read_bytes(), path.name)
        raise NotFoundError(
            f"There is no recorded call {call!r}.",
            where=call[:100],
            next="List them: plexihub plugin calls PLUGIN",
        )

    def forget(self, plugin: str) -> None:
        """Delete everything of a plugin."""
        shutil.rmtree(self._folder / plugin, ignore_errors=True)
