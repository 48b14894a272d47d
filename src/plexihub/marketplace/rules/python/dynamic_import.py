"""`py-dynamic-import`: modules imported by a computed name."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-dynamic-import",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`__import__`, `importlib.import_module` and whatever else loads code by a name"
    " that is computed",
    next="Write `import`.",
    check=python_names(
        "{} loads code that nobody can see beforehand.",
        "builtins.__import__",
        "importlib.import_module",
        "importlib.reload",
        "importlib.__import__",
        "importlib.util.",
        "importlib.machinery.",
        "importlib._bootstrap.",
        "imp.",
        "runpy.",
        "pkgutil.",
        "zipimport.",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
