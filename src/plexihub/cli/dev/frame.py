"""The lines of the author's own file around the place where something is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

AROUND = 2
LONGEST_LINE = 160
MOST_BYTES = 2 * 1024 * 1024
_PLACE = re.compile(r"(?P<file>[\w./@+-]{1,300}?\.(?:py|json|[cm]?[jt]sx?)):(?P<line>\d{1,7})")


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a plugin's files.

    Args:
        where: File and line, such as `main.ts:12`.
        lines: The lines around it with their numbers; the one that is meant has a `>`.
    """

    where: str
    lines: tuple[str, ...]


def find_frame(source: Path, *texts: str) -> Frame | None:
    """Find the first place that texts name and that is in the plugin; None where there is none.

    Args:
        source: The plugin's folder, or its one file.
        texts: Of an error, such as where it happened and what it says.
    """
    for text in texts:
        for found in _PLACE.finditer(text):
            path = _inside(source, found["file"])
            if path is not None and (lines := _lines(path, int(found["line"]))):
                return Frame(f"{found['file']}:{found['line']}", lines)
    return None


def _inside(source: Path, name: str) -> Path | None:
    if source.is_file():
        return source if Path(name).name == source.name else None
    path = (source / name).resolve()
    # The text is what a plugin raised: it leads to no file but the plugin's own.
    return path if path.is_relative_to(source.resolve()) and path.is_file() else None


def _lines(path: Path, number: int) -> tuple[str, ...]:
    try:
        if path.stat().st_size > MOST_BYTES:
            return ()
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    if not 1 <= number <= len(lines):
        return ()
    first = max(1, number - AROUND)
    shown = range(first, min(len(lines), number + AROUND) + 1)
    width = len(str(shown[-1]))
    return tuple(
        f"{'>' if at == number else ' '} {at:>{width}} | {lines[at - 1][:LONGEST_LINE]}"
        for at in shown
    )
