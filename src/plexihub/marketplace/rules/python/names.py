"""Rules that are a list of names: where one of them is used, that is the finding."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import Spot


def python_names(says: str, *names: str) -> Callable[[PythonFile], Iterator[Spot]]:
    """Make a check that finds where one of these is read, called or not.

    Args:
        says: The message; `{}` is the name.
        names: With dots, from the module on; one that ends in `.` stands for everything below it.
    """

    def check(source: PythonFile) -> Iterator[Spot]:
        lines = set()
        for name, node in source.uses(names):
            if node.lineno not in lines:
                lines.add(node.lineno)
                yield source.spot(node, says.format(name.removeprefix("builtins.")))
        for name, statement in source.imports():
            if _is_meant(name, names) and statement.lineno not in lines | source.guarded:
                lines.add(statement.lineno)
                yield source.spot(statement, says.format(name))

    return check


def _is_meant(name: str, names: Collection[str]) -> bool:
    """Whether importing this is using one of the names: a module whole, or a name out of one."""
    if name.endswith(".*"):  # whatever is in there has a name without dots from here on
        return any(one.startswith(name.removesuffix("*")) for one in names)
    return any(name == one.rstrip(".") or (one.endswith(".") and name.startswith(one))
               for one in names)  # fmt: skip
