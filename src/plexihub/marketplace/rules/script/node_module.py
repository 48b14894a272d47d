"""`js-node-module`: Node.js's ways to files, programs and the network."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile

_NAMES = frozenset(
    [
        "child_process",
        "fs",
        "fs/promises",
        "net",
        "tls",
        "dgram",
        "dns",
        "http",
        "https",
        "http2",
        "os",
        "vm",
        "v8",
        "worker_threads",
        "cluster",
        "inspector",
        "module",
        "process",
        "repl",
        "perf_hooks",
        "async_hooks",
        "ffi",
        "sqlite",
        "wasi",
    ]
)


def is_of_node(name: str) -> bool:
    """Whether a module is one of Node.js's that reach out of the process."""
    return name.removeprefix("node:") in _NAMES or name.startswith("node:")


def _check(source: ScriptFile) -> Iterator[Spot]:
    for name, node in source.imports:
        if is_of_node(name) and not source.file.is_test:
            yield source.spot(node, f"{name!r} reaches out of the sandbox.")


RULE = Rule(
    id="js-node-module",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`child_process`, `fs`, `net`, `vm`, `worker_threads` and whatever else is Node.js's",
    next="Use what plugin.api offers.",
    check=_check,
    tiers=("sandboxed",),
    never_allowed=True,
)
