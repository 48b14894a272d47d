"""`js-dom`: the page around the plugin."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import SUSPECT, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-dom",
    group="malicious",
    about="script",
    levels=SUSPECT,
    looks_for="`document`, `window`, `localStorage` and others of a page, which a sandboxed"
    " plugin never has",
    next="Answer widgets: they are data that the hub draws.",
    check=script_names(
        "{} belongs to a page, and a sandboxed plugin is in none.",
        "document",
        "window",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "cookieStore",
        "caches",
        "navigator",
        "history",
        "alert",
        "prompt",
        "opener",
    ),
    tiers=("sandboxed",),
)
