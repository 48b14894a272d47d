"""Which names of files a package may have: those that mean one file on every machine.

Two names that some file system takes for one would let a reader see another file than the one that
runs. So names are compared as the most forgiving file system does, and what any common one cannot
hold is refused everywhere.
"""

from __future__ import annotations

import re
import unicodedata

from plexihub_sdk.errors import PackageError

MAX_DEPTH = 12
#: Bytes of one part of a path; file systems hold 255.
LONGEST_PART = 200
LONGEST = 400
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{kind}{number}" for kind in ("com", "lpt") for number in "0123456789¹²³"}
)
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
#: Folders that tools leave; what stands in them is no part of a package, nor of its digest.
LEFT_OUT = frozenset(
    {"__pycache__", ".git", ".venv", "node_modules", ".mypy_cache", ".ruff_cache", ".plexihub"}
)
RENAME = "Rename it, and pack it again."


class Names:
    """The names of one package, each allowed once."""

    def __init__(self) -> None:
        #: By how a forgiving file system sees them: as they are written, and whether it is a file.
        self._seen: dict[str, tuple[str, bool]] = {}

    def add(self, name: str) -> None:
        """Take in the path of a file.

        Raises:
            PackageError: It is no plain path, or a file system could take it for another one.
        """
        check_name(name)
        parts = name.split("/")
        for depth in range(1, len(parts)):
            self._put("/".join(parts[:depth]), is_file=False)
        self._put(name, is_file=True)

    def _put(self, path: str, *, is_file: bool) -> None:
        folded = _folded(path)
        if folded not in self._seen:
            self._seen[folded] = (path, is_file)
            return
        known, was_file = self._seen[folded]
        if known != path:
            raise _bad(path, f"is the same as {known!r} on some machines")
        if was_file != is_file:
            raise _bad(path, "is a file and a folder at once")
        if is_file:
            raise _bad(path, "is there twice")


def check_name(name: str) -> None:
    """See that a path names one file inside a package, on every machine.

    Raises:
        PackageError: It does not; `where` is the path.
    """
    if not name.isprintable():
        raise _bad(name, "has a character that cannot be seen")
    if name.startswith("/") or re.match(r"[A-Za-z]:(?:/|\\)", name):
        raise _bad(name, "is an absolute path")
    if "\\" in name:
        raise _bad(name, "has a backslash")
    if unicodedata.normalize("NFC", name) != name:
        raise _bad(name, "is not written in Unicode's normal form C")
    parts = name.split("/")
    if len(parts) > MAX_DEPTH + 1 or len(name.encode()) > LONGEST:
        raise _bad(name, f"is nested more than {MAX_DEPTH} deep, or longer than {LONGEST} bytes")
    for part in parts:
        _check_part(name, part)


def _check_part(name: str, part: str) -> None:
    if part in {"", ".", ".."}:
        raise _bad(name, "leads out of the package, or nowhere")
    if len(part.encode()) > LONGEST_PART:
        raise _bad(name, f"has a part of more than {LONGEST_PART} bytes")
    if _FORBIDDEN.search(part) or part[-1] in ". ":
        raise _bad(name, "cannot be a file's name on Windows")
    if part.partition(".")[0].rstrip(" ").lower() in _DEVICES:
        raise _bad(name, "is the name of a device on Windows")


def _folded(path: str) -> str:
    # Compatibility forms as well: HFS+ and some archivers take them for the plain letter.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _bad(name: str, problem: str) -> PackageError:
    shown = name.encode("unicode_escape").decode() if not name.isprintable() else name
    return PackageError(f"The name {shown[:200]!r} {problem}.", where=shown[:200], next=RENAME)
