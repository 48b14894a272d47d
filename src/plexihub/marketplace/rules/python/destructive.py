"""`py-destructive`: deleting what is not the plugin's."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.python.literal import folded
from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_DELETE = frozenset(
    [
        "shutil.rmtree",
        "os.remove",
        "os.unlink",
        "os.rmdir",
        "os.removedirs",
        "os.truncate",
        "os.rename",
        "os.replace",
        "shutil.move",
    ]
)
_PLACES = ("/", "~", "..", "*")


def _check(source: PythonFile) -> Iterator[Spot]:
    for name, call in source.calls:
        path = folded(call.args[0]) if name in _DELETE and call.args else None
        inner = call.args[0] if call.args else None
        if path is None and inner is not None and name in _DELETE:
            path = _home(source, inner)
        if path is not None and path.startswith(_PLACES):
            yield source.spot(call, f"{name} on {path[:80]!r} deletes what is not the plugin's.")


def _home(source: PythonFile, node: object) -> str | None:
    called = getattr(node, "func", None)
    name = source.meant(called) if called is not None else None
    return "~" if name in {"pathlib.Path.home", "os.path.expanduser"} else None


RULE = Rule(
    id="py-destructive",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="deleting or moving absolute paths, the home folder and folders above",
    next="Keep to the plugin's own folder (`context.data_dir`).",
    check=_check,
    never_allowed=True,
)
