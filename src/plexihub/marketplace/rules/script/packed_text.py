"""`js-packed-texts`: tables of texts that nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_PACKED = re.compile(r"['\"](?:[A-Za-z0-9+/]{6,}={0,2}|(?:\\x[0-9a-f]{2}|\\u[0-9a-f]{4})+)['\"]\Z")
_DIGITS = re.compile(r"[0-9+/=\\]")
_LEAST = 24


def _check(source: ScriptFile) -> Iterator[Spot]:
    for one in source.nodes("array"):
        texts = [part.text() for part in one.children() if part.kind() == "string"]
        if len(texts) < _LEAST:
            continue
        packed = [text for text in texts if _PACKED.match(text) and _DIGITS.search(text)]
        if len(packed) > 0.7 * len(texts):
            yield source.spot(one, f"{len(packed)} texts stand here in a form nobody can read.")


RULE = Rule(
    id="js-packed-texts",
    group="obfuscation",
    about="script",
    levels=SUSPECT,
    looks_for="lists of 24 and more texts in base64 or escapes",
    next="Write the texts where they are used.",
    check=_check,
)
