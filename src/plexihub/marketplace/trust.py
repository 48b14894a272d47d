"""Whether what is handed over is what was meant: the only place that makes a `VerifiedBundle`.

What is installed is what was checked here: an archive is read once, and its bytes are kept from
then on, so nobody can put another file in its place between the check and the use. Today a checksum
is compared; signatures of publishers belong here as well.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from plexihub.marketplace.archive import MAX_ARCHIVE, Member, is_archive, read_archive
from plexihub_sdk.errors import InputError, PackageError

_HEX = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True)
class VerifiedBundle:
    """A package of which it was checked that it is the one that was meant.

    Args:
        source: Where it came from, for messages; a folder is read from here.
        members: Its files; None where it is a folder, which is copied.
        bare: Name of the one file, where it is neither archive nor folder.
    """

    source: Path
    members: tuple[Member, ...] | None = None
    bare: str | None = None


def verify(source: Path, sha256: str | None = None) -> VerifiedBundle:
    """Read a package and compare its checksum, before anything else looks at it; blocks.

    Args:
        source: A folder, an archive, or one file.
        sha256: What the file's SHA-256 has to be; None for any.

    Raises:
        PackageError: There is nothing there, it is no package, or its checksum is another.
        InputError: `sha256` is no checksum, or the source is a folder, which has none.
    """
    wanted = None if sha256 is None else _checksum(sha256)
    kind = _kind(source)
    if stat.S_ISDIR(kind):
        if wanted is not None:
            raise InputError(
                "A folder has no checksum: --sha256 is of a file.",
                where=str(source),
                next="Pack it first: plexihub plugin pack FOLDER",
            )
        return VerifiedBundle(source)
    content = _read(source)
    if wanted is not None:
        _compare(source, content, wanted)
    if is_archive(source.name, content[:4]):
        return VerifiedBundle(source, tuple(read_archive(content)))
    return VerifiedBundle(source, (Member(source.name, content),), source.name)


def _checksum(text: str) -> str:
    found = text.strip().lower().removeprefix("sha256:")
    if not _HEX.match(found):
        raise InputError(
            "A checksum is 64 hexadecimal digits.",
            where="sha256",
            next="It is what `sha256sum FILE` prints.",
        )
    return found


def _compare(source: Path, content: bytes, wanted: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if not hmac.compare_digest(found, wanted):
        raise PackageError(
            f"{source.name} is not the file that was meant: its SHA-256 is {found}, and {wanted}"
            " was expected.",
            where="sha256",
            next="Fetch it again from where you have the checksum; do not install this one.",
        )


def _kind(source: Path) -> int:
    try:
        mode = source.lstat().st_mode
    except (OSError, ValueError) as error:
        raise PackageError(
            f"There is no plugin at {source}: {getattr(error, 'strerror', error)}.",
            where=str(source),
            next="Name a .plexi package, a folder that holds a plugin.json, or one .ts, .js or .py"
            " file.",
        ) from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise PackageError(f"{source} is neither a folder nor a plain file.", where=str(source))
    return mode


def _read(source: Path) -> bytes:
    try:
        # O_NOFOLLOW: the name may have become a link since it was looked at.
        handle = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as reader:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PackageError("Only plain files are taken.", where=str(source))
            content = reader.read(MAX_ARCHIVE + 1)
    except OSError as error:
        raise PackageError(
            f"{source} cannot be read: {error.strerror}.", where=str(source)
        ) from error
    if len(content) > MAX_ARCHIVE:
        raise PackageError(
            f"The package is larger than {MAX_ARCHIVE // 1024 // 1024} MB.", where=str(source)
        )
    return content
