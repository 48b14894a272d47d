"""`file-encoding`: sources that are no plain text."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import MOST_SOURCE_BYTES, File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot


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
