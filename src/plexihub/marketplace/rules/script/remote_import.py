"""`js-remote-import`: code that is fetched when the plugin runs."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_AWAY = ("http:", "https:", "data:", "blob:", "file:", "//")


def _check(source: ScriptFile) -> Iterator[Spot]:
    for name, node in source.imports:
        if name.lower().startswith(_AWAY) and not source.file.is_test:
            yield source.spot(
                node, f"{name[:80]!r} is not in the package, and can change any time."
            )


RULE = Rule(
    id="js-remote-import",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="imports from an address, and from code packed into a text (`data:`)",
    next="Put the module into the package.",
    check=_check,
    never_allowed=True,
)
