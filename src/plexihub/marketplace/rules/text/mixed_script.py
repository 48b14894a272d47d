"""`mixed-script-name`: names with letters that look like others."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_WORD = re.compile(r"[^\W\d]\w*")
_ALIKE = ("CYRILLIC", "GREEK", "FULLWIDTH", "MATHEMATICAL", "CHEROKEE", "ARMENIAN", "LISU")


def _check(file: File) -> Iterator[Spot]:
    if file.kind == "other" or file.text is None or file.text.isascii():
        return
    for number, line in enumerate(file.lines, 1):
        if line.isascii():
            continue
        for found in _WORD.finditer(line):
            if _is_mixed(found[0]):
                said = f"{found[0][:40]!a} mixes letters that look alike."
                yield Spot(file.path, said, number, found.start() + 1)
                break


def _is_mixed(word: str) -> bool:
    if word.isascii():
        return False
    kinds = {_script(one) for one in word if one.isalpha()}
    return ("LATIN" in kinds and bool(kinds & {*_ALIKE})) or "MATHEMATICAL" in kinds


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


RULE = Rule(
    id="mixed-script-name",
    group="obfuscation",
    about="file",
    levels=SUSPECT,
    looks_for="words that mix Latin letters with Cyrillic, Greek or others that look like them",
    next="Write the word in one alphabet.",
    check=_check,
)
