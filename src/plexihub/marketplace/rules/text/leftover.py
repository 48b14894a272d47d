"""`leftover-file`: what an editor, a system or a build left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import ADVICE, Rule, Spot

_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "npm-debug.log", ".coverage"})
_ENDS = (".orig", ".rej", ".swp", ".bak", "~", ".tmp", ".log")


def _check(file: File) -> Iterator[Spot]:
    name = PurePosixPath(file.path).name.lower()
    if name in _NAMES or name.endswith(_ENDS):
        yield Spot(file.path, "Nobody needs this in the package.")


RULE = Rule(
    id="leftover-file",
    group="structure",
    about="file",
    levels=ADVICE,
    looks_for="files that editors and systems leave",
    next="Delete it.",
    check=_check,
)
