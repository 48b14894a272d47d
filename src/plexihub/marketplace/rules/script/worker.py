"""`js-worker`: further threads."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import BLOCKED, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-worker",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`Worker` and its kin, which run code where nobody counts",
    next="Do it in the plugin, or ask for a job in plugin.json.",
    check=script_names(
        "{} runs code beside the plugin.",
        "Worker",
        "SharedWorker",
        "ServiceWorker",
        "importScripts",
        "AudioWorklet",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
