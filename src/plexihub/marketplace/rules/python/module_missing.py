"""`py-module-missing`: imports that a sandboxed plugin does not have."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.rule import Rule, Spot, levels
from plexihub_sdk.guest.modules import ALLOWED, PARENTS, SDK, refusal

_KNOWN = ALLOWED | SDK | PARENTS
#: Told by a rule of their own, with what they are for.
_TOLD = frozenset(
    [
        "subprocess",
        "ctypes",
        "cffi",
        "mmap",
        "pty",
        "multiprocessing",
        "signal",
        "socket",
        "ssl",
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "ftplib",
        "smtplib",
        "imaplib",
        "poplib",
        "telnetlib",
        "socketserver",
        "xmlrpc",
        "websockets",
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
        "jsonpickle",
        "joblib",
        "gc",
        "plexihub",
    ]
)


def _check(source: PythonFile) -> Iterator[Spot]:
    if source.file.is_test:
        return
    told = set()
    for name, statement in source.imports():
        root = name.partition(".")[0]
        is_known = root in {one.partition(".")[0] for one in _KNOWN} or root in _TOLD
        is_own = root in source.own_modules or statement.lineno in source.guarded
        if not is_known and not is_own and root not in told and root != "sys":
            told.add(root)
            yield source.spot(statement, refusal(root).capitalize() + ".")


RULE = Rule(
    id="py-module-missing",
    group="structure",
    about="python",
    levels=levels("warning", "off", "error"),
    looks_for="imports of modules that are neither in the package nor in the sandbox",
    next="Put a pure Python package into the folder, or do without.",
    check=_check,
    tiers=("sandboxed",),
)
