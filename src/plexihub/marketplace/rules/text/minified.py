"""`minified`: code that was made small, so that nobody reads it."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_LEAST_BYTES = 4_000
_LINE = 300
_LONGEST = 2_000


def _check(file: File) -> Iterator[Spot]:
    if not file.is_code or len(file.data) < _LEAST_BYTES:
        return
    filled = [line for line in file.lines if line.strip()]
    average = sum(map(len, filled)) / max(1, len(filled))
    longest = max(range(len(file.lines)), key=lambda at: len(file.lines[at]))
    code = file.lines[longest]
    spaces = sum(one in " \t" for one in code) / max(1, len(code))
    if average > _LINE or (len(code) > _LONGEST and spaces < 0.12 and _is_code(code)):  # noqa: PLR2004 - written code has more
        yield Spot(file.path, "This was made small by a program.", longest + 1)


def _is_code(line: str) -> bool:
    """Whether a long line is statements rather than one long text or a table."""
    return line.count(";") + line.count("=>") + line.count("function") > len(line) / 200


RULE = Rule(
    id="minified",
    group="obfuscation",
    about="file",
    levels=SUSPECT,
    looks_for="sources of long lines without spaces, as minifiers write them",
    next="Publish the source as it was written; the hub has no need of small files.",
    check=_check,
)
