"""`secret-private-key`: private keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:\\n|[\s\"'+,#/*]|\\r)*[A-Za-z0-9+/]{16}"
    r"|\bAGE-SECRET-KEY-1[A-Z0-9]{50,}|PuTTY-User-Key-File-\d"
)


def _check(file: File) -> Iterator[Spot]:
    text = file.text or ""
    if "PRIVATE KEY" not in text and "AGE-SECRET" not in text and "PuTTY" not in text:
        return
    for found in _KEY.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Spot(file.path, "A private key stands here.", line, hidden=True)


RULE = Rule(
    id="secret-private-key",
    group="secrets",
    about="file",
    levels=BLOCKED,
    looks_for="private keys in PEM, OpenSSH, PGP, age and PuTTY form",
    next="Remove it, and make a new one: this one is known now.",
    check=_check,
)
