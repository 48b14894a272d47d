"""`js-process`: the runtime around the plugin, Node.js-style."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import SUSPECT, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-process",
    group="malicious",
    about="script",
    levels=SUSPECT,
    looks_for="`process`, `require`, `Bun`, `Buffer` and other names of runtimes that a plugin"
    " does not have",
    next="Use what plugin.api offers; vendored code is bundled for browsers.",
    check=script_names(
        "{} is Node.js's or Bun's, and not there.",
        "process",
        "require",
        "Bun",
        "__dirname",
        "__filename",
        "setImmediate",
    ),
    tiers=("sandboxed",),
)
