"""`py-native`: calls of native code."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-native",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`ctypes`, `cffi`, `mmap`: memory and code beyond Python's own",
    next="Do without: a sandboxed plugin computes in Python.",
    check=python_names(
        "{} reaches native code and memory.",
        "ctypes.",
        "_ctypes.",
        "cffi.",
        "_cffi_backend.",
        "mmap.",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
