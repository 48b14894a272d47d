"""`js-deno`: Deno's own interface."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, argument, folded


def _check(source: ScriptFile) -> Iterator[Spot]:
    for _, node in source.globals(("Deno",)):
        parent = node.parent()
        key = parent.field("property") if parent is not None else None
        is_test = key is not None and key.text() == "test" and source.file.is_test
        if not is_test:
            yield source.spot(node, "Deno reaches files, programs and the network.")
    for key in source.keys.get("Deno", ()):
        if source.is_of_global_object(key):
            yield source.spot(key, "Deno reaches files, programs and the network.")
    for one in source.find("Symbol.for($NAME)"):
        first = argument(one)
        if first is not None and (folded(first) or "").startswith("Deno."):
            yield source.spot(one, "This symbol leads to the inside of Deno.")


RULE = Rule(
    id="js-deno",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`Deno`, also as `globalThis.Deno`, and the symbols of its inside",
    next="Use what plugin.api offers.",
    check=_check,
    tiers=("sandboxed",),
    never_allowed=True,
)
