"""`js-module-missing`: imports that a sandboxed plugin does not have."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import MISTAKE, Rule, Spot
from plexihub.marketplace.rules.script.node_module import is_of_node
from plexihub.marketplace.rules.script.tree import ScriptFile

_THERE = frozenset({"@plexihub/sdk", "@/lib/extensibility/pluginRegistry", "zod"})
_TOLD = ("http:", "https:", "data:", "blob:", "file:", "//")


def _check(source: ScriptFile) -> Iterator[Spot]:
    for name, node in source.imports:
        is_own = name.startswith(("./", "../", "/")) or name in _THERE
        is_told = is_of_node(name) or name.lower().startswith(_TOLD)
        if not (is_own or is_told or source.file.is_test):
            yield source.spot(node, f"{name[:80]!r} is not there in the sandbox.")


RULE = Rule(
    id="js-module-missing",
    group="structure",
    about="script",
    levels=MISTAKE,
    looks_for="imports of packages that are neither in the folder nor in the sandbox",
    next="Bundle it into the package: plexihub plugin pack.",
    check=_check,
    tiers=("sandboxed",),
)
