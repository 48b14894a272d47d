"""`lying-name`: files that are not what their names say."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub.marketplace.rules.text.magic import is_image_of

_TEXTS = frozenset({".md", ".txt", ".json", ".css", ".html", ".svg", ".csv", ".toml", ".yaml"})


def _check(file: File) -> Iterator[Spot]:
    if not is_image_of(file.suffix, file.data):
        yield Spot(file.path, f"The bytes of this {file.suffix} are something else.")
    elif file.suffix in _TEXTS and b"\0" in file.data[:65_536]:
        yield Spot(file.path, f"A {file.suffix} is text, and this is none.")
    elif file.data[:2] == b"#!" and file.kind == "other" and file.suffix not in {".sh", ""}:
        yield Spot(file.path, "This is a program by its first line.", 1)


RULE = Rule(
    id="lying-name",
    group="structure",
    about="file",
    levels=SUSPECT,
    looks_for="pictures, fonts and texts whose bytes are something else",
    next="Give it the name of what it is.",
    check=_check,
)
