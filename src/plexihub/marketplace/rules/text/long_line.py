"""`hidden-code`: code far behind the right edge of the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_FAR = re.compile(r"\S.*?[ \t]{120,}[^\s/#*]")


def _check(file: File) -> Iterator[Spot]:
    if not file.is_code or " " * 120 not in (file.text or ""):
        return
    for number, line in enumerate(file.lines, 1):
        if len(line) > 120 and (found := _FAR.match(line[:20_000])):  # noqa: PLR2004 - a screen's width
            yield Spot(file.path, "Code stands here behind a long gap.", number, found.end())


RULE = Rule(
    id="hidden-code",
    group="obfuscation",
    about="file",
    levels=BLOCKED,
    looks_for="statements behind 120 blanks and more, where an editor does not show them",
    next="Put it on a line of its own.",
    check=_check,
    never_allowed=True,
)
