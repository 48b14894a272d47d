"""Rules that are a list of names: where one of them is used, that is the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from plexihub.marketplace.rules.rule import Spot
from plexihub.marketplace.rules.script.tree import ScriptFile


def script_names(says: str, *names: str) -> Callable[[ScriptFile], Iterator[Spot]]:
    """Make a check that finds where one of these global names is used, also as `globalThis.x`.

    Args:
        says: The message; `{}` is the name.
        names: The names.
    """

    def check(source: ScriptFile) -> Iterator[Spot]:
        for name, node in source.globals(names):
            yield source.spot(node, says.format(name))
        for name in names:
            for key in source.keys.get(name, ()):
                if source.is_of_global_object(key):
                    yield source.spot(key, says.format(name))

    return check
