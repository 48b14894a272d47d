"""`native-code`: programs and libraries for a processor."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.text.magic import native


def _check(file: File) -> Iterator[Spot]:
    if name := native(file.data):
        yield Spot(file.path, f"This is {name}, whatever its name says.")


RULE = Rule(
    id="native-code",
    group="native",
    about="file",
    levels=BLOCKED,
    looks_for="ELF, PE, Mach-O and other native code, by the first bytes",
    next="Remove it: a plugin is source.",
    check=_check,
    never_allowed=True,
)
