"""`py-hub-inside`: the inside of the hub and of its guest."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-hub-inside",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="imports of `plexihub` and `plexihub_sdk.guest`, which are no plugin's business",
    next="Import from plexihub_sdk what its pages describe.",
    check=python_names(
        "{} is the inside of the hub.",
        "plexihub.",
        "plexihub_sdk.guest.",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
