"""The one folder that holds everything a hub keeps, and the lock that one hub has on it."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from plexihub_sdk.errors import StartupError

CONNECT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class DataDir:
    """Where what is kept.

    Args:
        path: The folder.
    """

    path: Path

    @property
    def audit(self) -> Path:
        """Segments of the audit log."""
        return self.path / "audit"

    @property
    def audit_index(self) -> Path:
        """Where the audit log has what; made from it, and no backup holds it."""
        return self.path / "audit-index" / "index.db"

    @property
    def plugins(self) -> Path:
        """Installed plugins, a folder each."""
        return self.path / "plugins"

    @property
    def plugin_data(self) -> Path:
        """Folders that trusted plugins write in."""
        return self.path / "plugin-data"

    @property
    def files(self) -> Path:
        """Content of the files that people and plugins keep."""
        return self.path / "files"

    @property
    def recordings(self) -> Path:
        """Recorded calls of sandboxed plugins, a folder each."""
        return self.path / "recordings"

    @property
    def backups(self) -> Path:
        """Archives of everything else here."""
        return self.path / "backups"

    @property
    def secrets_key(self) -> Path:
        """Key to the secrets of plugins; no backup holds it."""
        return self.path / "secrets.key"

    @property
    def database_url(self) -> str:
        """The embedded database."""
        return f"sqlite+aiosqlite:///{self.path / 'hub.db'}"

    @property
    def control_socket(self) -> Path:
        """Where the command line reaches a running hub."""
        return self.path / "hub.sock"

    def is_served(self) -> bool:
        """Whether a running hub answers on the control socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(CONNECT_SECONDS)
            try:
                probe.connect(str(self.control_socket))
            except (OSError, ValueError):
                return False
        return True

    def prepare(self) -> None:
        """Make the folder, readable by its owner alone.

        Raises:
            StartupError: It cannot be made or written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.path.stat().st_mode & 0o077:
                with suppress(PermissionError):  # another's folder that was lent to us
                    self.path.chmod(0o700)
            probe = self.path / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            is_file = isinstance(error, FileExistsError | NotADirectoryError)
            why = "a file is in its place" if is_file else error.strerror
            raise StartupError(
                f"The data folder {self.path} cannot be written: {why}.",
                next="Give it to the user who runs the hub, or choose another with PLEXIHUB_DATA.",
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep every other hub off the folder.

        Raises:
            StartupError: Another process has it.
        """
        handle = os.open(self.path / "hub.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._taken(handle) from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(handle)

    def sweep(self) -> None:
        """Delete what a hub that was killed left half done; only for who holds the lock."""
        for left in (
            *self.plugins.glob(".staging-*"),
            *(self.path / "deno").glob("describe-*"),
            *self.backups.glob(".making-*"),
            *self.files.glob(".staging-*"),
        ):
            shutil.rmtree(left, ignore_errors=True)

    def _taken(self, handle: int) -> StartupError:
        pid = os.pread(handle, 32, 0).decode(errors="replace") or "unknown"
        return StartupError(
            f"Another hub uses the data folder {self.path} (process {pid}).",
            next="Stop it first, or choose another folder with PLEXIHUB_DATA. If it is being "
            "started or stopped just now, try again in a moment.",
        )
