"""`py-code-object`: code put together by hand."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-code-object",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`types.CodeType`, `types.FunctionType`, `codeop`, `code`: functions made of data",
    next="Write the function.",
    check=python_names(
        "{} makes code out of data.",
        "types.CodeType",
        "types.FunctionType",
        "types.LambdaType",
        "codeop.",
        "code.",
        "bdb.",
        "pdb.",
        "dis.",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
