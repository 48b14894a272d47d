"""`secret-password`: random texts under the name of a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub.marketplace.rules.text.entropy import is_random

_NAMED = re.compile(
    r"(?i)(?:pass(?:word|wd|phrase)|secret|api_?key|auth_?key|access_?key|token|private_?key|"
    r"client_?secret|credential)s?[\"']?\s*(?::\s*[A-Za-z<>|. ]{0,30})?(?:=|:|=>)\s*[rbf]?"
    r"(?P<quote>[\"'`])(?P<value>[^\"'`\s]{12,200})(?P=quote)"
)
_NONE = re.compile(
    r"(?i)example|placeholder|change.?me|your|dummy|test|sample|secret|password|token|{{|\$\{|<|"
    r"^https?:|^[a-z]+([-_./:][a-z]+)*$|^[A-Z_]+$|xxx|\.\.\."
)
_BITS = 3.4


def _check(file: File) -> Iterator[Spot]:
    if file.is_test or file.text is None or file.suffix == ".md":
        return
    for number, line in enumerate(file.lines, 1):
        for found in _NAMED.finditer(line[:4_000]):
            value = found["value"]
            has_digit = any(one.isdigit() for one in value)
            if has_digit and not _NONE.search(value) and is_random(value, _BITS):
                said = "A random text stands here under the name of a secret."
                yield Spot(file.path, said, number, found.start() + 1, hidden=True)


RULE = Rule(
    id="secret-password",
    group="secrets",
    about="file",
    levels=SUSPECT,
    looks_for="texts with the randomness of a key, given to a name such as `password` or `apiKey`",
    next="Let people put theirs into the plugin's settings (a secret).",
    check=_check,
)
