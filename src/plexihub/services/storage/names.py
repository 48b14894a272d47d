"""What a plugin's own files may be called: names that mean the same on every system."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from plexihub_sdk.errors import InputError

LONGEST_PATH = 200
DEEPEST = 8
_FORBIDDEN = frozenset('\\:*?"<>|')
#: Devices of Windows, with whatever ending: a backup may be unpacked there.
_DEVICES = frozenset(
    {"aux", "con", "conin$", "conout$", "nul", "prn"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}
)


def parts_of(path: str) -> tuple[str, ...]:
    """Split a path into folders and a name, each checked.

    Raises:
        InputError: It leads elsewhere, or a name in it is not the same everywhere.
    """
    parts = tuple(path.split("/"))
    if not path or len(path) > LONGEST_PATH or len(path.encode()) > LONGEST_PATH:
        raise InputError(f"A path has 1 to {LONGEST_PATH} bytes.", where="path")
    if len(parts) > DEEPEST:
        raise InputError(f"A path has {DEEPEST} parts at most.", where="path")
    for part in parts:
        if problem := _problem(part):
            raise InputError(
                f"The path cannot be used: {problem}.",
                where="path",
                next="Write it as 'reports/2026.csv'.",
            )
    return parts


def folded(name: str) -> str:
    """Answer what two names have in common that some systems take for one."""
    return unicodedata.normalize("NFKC", name).casefold()


def _problem(part: str) -> str:
    return next((says for is_wrong, says in _RULES if is_wrong(part)), "")


_RULES: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda part: not part, "a part of it is empty"),
    (
        lambda part: part.startswith(".") or part.endswith("."),
        "a part of it begins or ends with a dot",
    ),
    (lambda part: part != part.strip(), "a part of it begins or ends with a space"),
    (
        lambda part: not part.isprintable() or _FORBIDDEN & set(part),
        "it has a sign that names of files cannot have everywhere",
    ),
    (
        lambda part: not unicodedata.is_normalized("NFC", part),
        "it is not in Unicode's composed form (NFC)",
    ),
    (
        lambda part: part.partition(".")[0].rstrip().lower() in _DEVICES,
        "a part of it is the name of a device",
    ),
)
