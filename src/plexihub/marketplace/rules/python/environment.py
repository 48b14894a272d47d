"""`py-environment`: the environment of the process."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import SUSPECT, Rule

RULE = Rule(
    id="py-environment",
    group="malicious",
    about="python",
    levels=SUSPECT,
    looks_for="`os.environ` and `os.getenv`, where operators keep secrets",
    next="Use the plugin's own settings.",
    check=python_names(
        "{} reads the environment, which a sandboxed plugin does not have.",
        "os.environ",
        "os.environb",
        "os.getenv",
        "os.getenvb",
        "os.putenv",
        "os.unsetenv",
    ),
    tiers=("sandboxed",),
)
