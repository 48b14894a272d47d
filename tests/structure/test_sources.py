"""What the sources may use: the SDK the standard library alone, and one module starts processes."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src"
RUNTIMES = SOURCES / "plexihub" / "runtimes"
SPAWN = RUNTIMES / "_spawn.py"
#: Forks in the launcher, which `_spawn` starts and which is no part of the hub's process.
BIRTH = RUNTIMES / "process" / "birth.py"
#: Forks in the keeper of the audit log, which is none, either.
KEEPER = RUNTIMES / "scribe" / "__main__.py"
PROCESS_STARTERS = re.compile(
    r"create_subprocess_\w+|subprocess_(exec|shell)|Popen|ProcessPoolExecutor|fork(pty)?"
    r"|posix_spawnp?|popen|system|exec[lv]p?e?|spawn[lv]p?e?",
)


def nodes_of(source: str) -> Iterator[ast.AST]:
    """Walk everything in one source."""
    return ast.walk(ast.parse(source))


def imported_by(source: str) -> set[str]:
    """Name the top-level packages that a source imports."""
    found = set()
    for node in nodes_of(source):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


def starters_in(source: str) -> set[str]:
    """Name what a source mentions that would start a process."""
    found = set()
    for node in nodes_of(source):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return set(filter(PROCESS_STARTERS.fullmatch, found))


@pytest.mark.parametrize("package", ["plexihub_sdk", "plexihub_plugins"])
def test_packages_import_standard_library_alone(package: str) -> None:
    """The SDK stands on the standard library; built-in plugins on that and the SDK."""
    allowed = sys.stdlib_module_names | {"plexihub_sdk", package}
    strangers = {
        str(path.relative_to(SOURCES)): sorted(foreign)
        for path in (SOURCES / package).rglob("*.py")
        if (foreign := imported_by(path.read_text(encoding="utf-8")) - allowed)
    }
    assert strangers == {}


def test_one_module_starts_processes() -> None:
    """Nothing in the hub but runtimes/_spawn.py mentions a way to start a process."""
    found = {
        str(path.relative_to(SOURCES)): sorted(starters)
        for path in SOURCES.rglob("*.py")
        if path not in {SPAWN, BIRTH, KEEPER}
        and (starters := starters_in(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import asyncio\nasyncio.create_subprocess_exec('x')",
        "from os import posix_spawn",
        "from asyncio.subprocess import create_subprocess_shell as quiet",
        "import os as o\nstart = o.fork",
    ],
)
def test_process_start_noticed(source: str) -> None:
    """The search sees through the usual spellings."""
    assert starters_in(source)
