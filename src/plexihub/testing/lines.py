"""Which lines of a plugin can run, and which did: by file, for a table, lcov and one percentage.

What can run is read here from the files. What did run is counted inside the sandbox by the
platform, and counts only where it can; nothing that a plugin prints or brings is believed.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import CodeType

from plexihub.scaffold import HIDDEN

_CODE = (".py", ".ts", ".js", ".mts", ".mjs")
#: What is no part of the plugin: its tests, what was recorded, and what others wrote.
_LEFT_OUT = (
    "tests/*",
    "test_*.py",
    "*_test.*",
    "*.test.*",
    "conftest.py",
    "recordings/*",
    "*.d.ts",
)
_OTHERS = frozenset({"node_modules", "__pycache__", ".git", ".venv", "vendor", HIDDEN})
Lines = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class FileLines:
    """One file.

    Args:
        path: In the plugin's folder.
        lines: Each line that can run, and how often it did.
    """

    path: str
    lines: Lines

    @property
    def total(self) -> int:
        """How many lines can run."""
        return len(self.lines)

    @property
    def covered(self) -> int:
        """How many did."""
        return sum(1 for count in self.lines.values() if count)

    @property
    def missing(self) -> list[int]:
        """Those that did not."""
        return [line for line, count in sorted(self.lines.items()) if not count]


@dataclass(frozen=True, slots=True)
class Coverage:
    """All of a plugin's files.

    Args:
        files: In the order of their paths.
    """

    files: tuple[FileLines, ...] = field(default=())

    @property
    def share(self) -> Fraction:
        """Which part of the lines ran, exactly; of no line, all."""
        total = sum(one.total for one in self.files)
        return Fraction(sum(one.covered for one in self.files), total) if total else Fraction(1)

    def reaches(self, percent: float) -> bool:
        """Whether at least so many percent ran: 70.0 reaches 70, 69.9 does not."""
        return self.share * 100 >= Fraction(str(percent))

    def lcov(self) -> str:
        """Write it in the form that lcov and most editors read."""
        return "".join(f"{line}\n" for line in self._lcov())

    def _lcov(self) -> Iterator[str]:
        for one in self.files:
            yield f"SF:{one.path}"
            yield from (f"DA:{line},{count}" for line, count in sorted(one.lines.items()))
            yield f"LF:{one.total}"
            yield f"LH:{one.covered}"
            yield "end_of_record"


def percent(covered: int, total: int) -> str:
    """Show a share with one digit, rounded down: what is not reached is not shown as reached."""
    tenths = covered * 1000 // total if total else 1000
    return f"{tenths // 10}.{tenths % 10}"


def code_files(folder: Path) -> list[str]:
    """List a plugin's own files of code, by their path in its folder."""
    found = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return [path.as_posix() for path in found if path.suffix in _CODE and _is_own(path)]


def _is_own(path: Path) -> bool:
    if not _OTHERS.isdisjoint(path.parts):
        return False
    return not any(
        fnmatch.fnmatch(name, one) for one in _LEFT_OUT for name in (path.as_posix(), path.name)
    )


def python_lines(source: str, name: str) -> set[int]:
    """Answer the lines of a Python file that can run.

    Raises:
        SyntaxError: It is no Python.
    """
    return set(_lines_of(compile(source, name, "exec", dont_inherit=True)))


def _lines_of(code: CodeType) -> Iterator[int]:
    # The line of a `def` runs with what holds it, not with the function.
    own = {line for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    if code.co_name == "<module>":
        own |= {line for _, _, line in code.co_lines() if line}
    yield from own
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _lines_of(inner)


def measured(folder: Path, ran: Mapping[str, Iterable[tuple[int, int]]]) -> Coverage:
    """Put together what can run and what did.

    Args:
        folder: The plugin's.
        ran: By file the lines, and how often each ran; of a file that V8 loaded also those that did
            not run.

    Raises:
        SyntaxError: A file is no Python.
        OSError: A file cannot be read.
    """
    return Coverage(tuple(_file(folder, name, ran.get(name)) for name in code_files(folder)))


def _file(folder: Path, name: str, ran: Iterable[tuple[int, int]] | None) -> FileLines:
    source = (folder / name).read_text(encoding="utf-8", errors="replace")
    counts = dict(ran or ())
    if name.endswith(".py"):
        return FileLines(name, {line: counts.get(line, 0) for line in python_lines(source, name)})
    # V8 says itself which lines of a file there are; of one that was never loaded nobody does.
    return FileLines(name, counts or dict.fromkeys(_written(source), 0))


def _written(source: str) -> Iterator[int]:
    for number, line in enumerate(source.splitlines(), 1):
        text = line.strip()
        if text and not text.startswith(("//", "/*", "*")):
            yield number
