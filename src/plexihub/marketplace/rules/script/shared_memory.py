"""`js-shared-memory`: memory shared between threads, as precise clocks are made of."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import SUSPECT, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-shared-memory",
    group="malicious",
    about="script",
    levels=SUSPECT,
    looks_for="`SharedArrayBuffer` and `Atomics`",
    next="Use an ArrayBuffer.",
    check=script_names(
        "{} shares memory between threads.",
        "SharedArrayBuffer",
        "Atomics",
    ),
    tiers=("sandboxed",),
)
