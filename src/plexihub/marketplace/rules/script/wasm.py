"""`js-wasm`: WebAssembly."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import SUSPECT, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-wasm",
    group="native",
    about="script",
    levels=SUSPECT,
    looks_for="`WebAssembly`: code that nobody can read",
    next="Write it in TypeScript.",
    check=script_names(
        "{} runs compiled code.",
        "WebAssembly",
    ),
    tiers=("sandboxed",),
)
