"""`js-eval`: text that is run as JavaScript."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import BLOCKED, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-eval",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`eval`, called, passed on, or as a key of the global object",
    next="Write the code itself; for data use JSON.parse.",
    check=script_names(
        "{} runs text as code.",
        "eval",
        "execScript",
    ),
    never_allowed=True,
)
