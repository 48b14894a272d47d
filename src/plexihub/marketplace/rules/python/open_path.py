"""`py-open-path`: files outside of the package."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.python.literal import folded
from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_OPENERS = frozenset(
    [
        "builtins.open",
        "io.open",
        "io.FileIO",
        "io.open_code",
        "codecs.open",
        "os.open",
        "os.listdir",
        "os.scandir",
        "os.walk",
        "pathlib.Path",
        "tokenize.open",
        "linecache.getline",
        "linecache.getlines",
    ]
)
_OUTWARD = ("/", "~", "..", "\\", "file:")


def _check(source: PythonFile) -> Iterator[Spot]:
    for name, call in source.calls:
        path = folded(call.args[0]) if name in _OPENERS and call.args else None
        if path is not None and (path.startswith(_OUTWARD) or path[1:3] == ":\\"):
            yield source.spot(call, f"{path[:80]!r} is no file of the plugin's.")


RULE = Rule(
    id="py-open-path",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`open` and the like on an absolute path, the home folder or a folder above",
    next="Read the package's files with importlib.resources; keep files by plugin.api.files.",
    check=_check,
    tiers=("sandboxed",),
    never_allowed=True,
)
