"""`py-exec`: text that is run as Python."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-exec",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`exec`, `eval`, `compile`, under any name: what runs is then not what can be read",
    next="Write the code itself; for data use json.",
    check=python_names(
        "{} runs text as code.",
        "builtins.exec",
        "builtins.eval",
        "builtins.compile",
    ),
    never_allowed=True,
)
