"""`py-import-hook`: the way modules are found, and code is traced."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-import-hook",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`sys.meta_path`, `sys.modules`, `sys.settrace`, audit hooks: another meaning"
    " for other people's imports and code",
    next="Import what you need; no plugin changes how that works.",
    check=python_names(
        "{} changes how modules are found or code runs.",
        "sys.meta_path",
        "sys.path_hooks",
        "sys.path_importer_cache",
        "sys.modules",
        "sys.settrace",
        "sys.setprofile",
        "sys.addaudithook",
        "sys.monitoring.",
        "sys.set_coroutine_origin_tracking_depth",
        "threading.settrace",
        "threading.setprofile",
        "sys.setrecursionlimit",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
