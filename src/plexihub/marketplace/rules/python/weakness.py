"""`py-weakness`: what bandit knows of calls that are easily wrong."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import Rule, Spot, levels

#: Modules whose calls bandit judges; other files need none of its half a second to load.
_ROOTS = frozenset(
    [
        "subprocess",
        "os",
        "ssl",
        "requests",
        "httpx",
        "hashlib",
        "yaml",
        "tarfile",
        "jinja2",
        "mako",
        "paramiko",
        "xml",
        "lxml",
        "ftplib",
        "telnetlib",
        "random",
        "tempfile",
        "flask",
        "django",
        "sqlite3",
        "logging",
        "torch",
        "huggingface_hub",
        "pysnmp",
    ]
)
#: What other rules here say better, or what is usual in a plugin.
_LEFT_OUT = frozenset({"B101", "B110", "B112", "B404", "B403", "B311", "B301", "B302", "B307"})


def _check(source: PythonFile) -> Iterator[Spot]:
    wanted = [(name, call) for name, call in source.calls if name.partition(".")[0] in _ROOTS]
    if not wanted:
        return
    tests = _tests()
    for name, call in wanted:
        for test in tests:
            if (issue := _asked(test, source, name, call)) is not None:
                yield source.spot(call, f"{issue.text} (bandit {issue.test_id})")


@cache
def _tests() -> tuple[tuple[str, Any, Any], ...]:
    # Loading bandit takes longer than reading most packages.
    from bandit.core.extension_loader import MANAGER  # noqa: PLC0415

    calls = (one.plugin for one in MANAGER.plugins if "Call" in getattr(one.plugin, "_checks", ()))
    return tuple(
        (identity, check, _config(check))
        for check in calls
        if (identity := getattr(check, "_test_id", "")) not in _LEFT_OUT
    )


def _config(check: Any) -> Any:
    name = getattr(check, "_takes_config", None)
    return None if name is None else sys.modules[check.__module__].gen_config(name)


def _asked(test: tuple[str, Any, Any], source: PythonFile, name: str, call: ast.Call) -> Any:
    from bandit.core.context import Context  # noqa: PLC0415 - loaded by the tests already

    identity, check, config = test
    context = Context(
        {
            "node": call,
            "call": call,
            "qualname": name,
            "name": name.rpartition(".")[2],
            "imports": {module for module, _ in source.imports()},
            "import_aliases": source.aliases,
            "filename": source.path,
            "lineno": call.lineno,
            "file_data": None,
        }
    )
    try:
        issue = check(context, config) if config is not None else check(context)
    except Exception:  # noqa: BLE001 - bandit stumbles over code it did not foresee; it is advice
        return None
    if issue is not None:
        issue.test_id = identity
    return issue


RULE = Rule(
    id="py-weakness",
    group="weakness",
    about="python",
    levels=levels("warning", "off", "warning"),
    looks_for="calls that bandit warns of: shells, certificates that are not checked, weak hashes,"
    " unpacking without a filter and others",
    next="Follow what the sentence says; bandit's pages explain each number.",
    check=_check,
)
