"""`install-script`: programs that run when a package is set up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot

_RUN = ("preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare")


def _check(file: File) -> Iterator[Spot]:
    name = PurePosixPath(file.path).name
    if file.path == "setup.py":
        yield Spot(file.path, "setup.py is a program that runs where somebody installs it.")
    if name != "package.json" or file.text is None:
        return
    try:
        said = json.loads(file.text)
    except (ValueError, RecursionError):
        return
    scripts = said.get("scripts") if isinstance(said, dict) else None
    for script in _RUN:
        if isinstance(scripts, dict) and script in scripts:
            line = next((at for at, text in enumerate(file.lines, 1) if f'"{script}"' in text), 0)
            yield Spot(file.path, f"{script!r} runs where somebody installs it.", line)


RULE = Rule(
    id="install-script",
    group="malicious",
    about="file",
    levels=SUSPECT,
    looks_for="`postinstall` and its kin in package.json, and setup.py",
    next="Remove it: the hub runs nothing of the kind, and people might.",
    check=_check,
)
