"""`file-encoding`: sources that are no plain text."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import MOST_SOURCE_BYTES, File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_UTF_8 = frozenset({"utf-8", "utf-8-sig"})
#: What old files name that hold ASCII alone.
_LIKE_ASCII = frozenset({"ascii", "us-ascii", "iso-8859-1", "iso-8859-15", "cp1252"})


def _check(file: File) -> Iterator[Spot]:
    if file.kind == "other":
        return
    if len(file.data) > MOST_SOURCE_BYTES:
        size = f"{len(file.data) / 1_048_576:.1f} MB"
        yield Spot(file.path, f"A source of {size} cannot be checked.", next="Split it.")
    elif file.text is None:
        yield Spot(file.path, "It is no UTF-8, so what it says depends on who reads it.")
    elif "\0" in file.text:
        yield Spot(file.path, "It holds a NUL, behind which some readers see nothing.")
    elif file.kind == "python" and not _is_plain(file.data):
        yield Spot(file.path, "Its first lines have Python read it in another encoding.", 1)


def _is_plain(data: bytes) -> bool:
    """Whether Python reads a file as it is read here.

    In UTF-7, which a first line can ask for, code hides in what looks like a comment.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError:
        return False
    return encoding in _UTF_8 or (encoding in _LIKE_ASCII and data.isascii())


RULE = Rule(
    id="file-encoding",
    group="structure",
    about="file",
    levels=BLOCKED,
    looks_for="sources that are no UTF-8, hold a NUL or have more than 4 MB: they cannot be"
    " checked",
    next="Save it as plain UTF-8.",
    check=_check,
    never_allowed=True,
)
