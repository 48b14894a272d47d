"""`compiled-python`: Python without its source."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_HEADER = 16


def _check(file: File) -> Iterator[Spot]:
    # Every version's first four bytes end so, and a code object follows the header.
    is_magic = file.data[2:4] == b"\r\n" and file.data[_HEADER : _HEADER + 1] == b"\xe3"
    if is_magic or file.suffix in {".pyc", ".pyo"}:
        yield Spot(file.path, "This is compiled Python, which nobody can read.")


RULE = Rule(
    id="compiled-python",
    group="native",
    about="file",
    levels=BLOCKED,
    looks_for="compiled Python, by the first bytes or the name",
    next="Bring the source.",
    check=_check,
    never_allowed=True,
)
