"""`js-string-timer`: timers that run text."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, argument

_TEXTS = frozenset({"string", "template_string", "binary_expression"})


def _check(source: ScriptFile) -> Iterator[Spot]:
    for name, call in source.calls(("setTimeout", "setInterval", "setImmediate")):
        first = argument(call)
        if first is not None and first.kind() in _TEXTS:
            yield source.spot(call, f"{name} runs text as code here.")


RULE = Rule(
    id="js-string-timer",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`setTimeout` and `setInterval` with a text in the place of a function",
    next="Hand it a function.",
    check=_check,
    never_allowed=True,
)
