"""`py-breakpoint`: places where the author stopped to look."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import MISTAKE, Rule

RULE = Rule(
    id="py-breakpoint",
    group="structure",
    about="python",
    levels=MISTAKE,
    looks_for="`breakpoint()` and `input()`, which wait for somebody who is not there",
    next="Remove it.",
    check=python_names(
        "{} waits for somebody at a terminal.", "builtins.breakpoint", "builtins.input"
    ),
    tiers=("sandboxed",),
)
