"""Judging a plugin of two megabytes by every rule, against plain parsing of the same files."""

from __future__ import annotations

import ast
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ast_grep_py import SgRoot

from bench.case import Case
from plexihub.marketplace.validate import validate

_HALF = 1_000_000
_SCRIPT = """
export function step{n}(rows: Row[], by: number): Row[] {{
  const kept = rows.filter((row) => row.amount > by && !row.hidden);
  for (const row of kept) row.total = row.amount * by + Math.round(row.tax ?? 0);
  return kept.map((row) => ({{ ...row, label: `${{row.name}}: ${{row.total}}` }}));
}}
"""


def _write(folder: Path) -> None:
    """Half of it is Python's own library, half of it script."""
    manifest = '{"id": "large", "version": "1.0.0", "entrypoint": "main.ts"}'
    (folder / "plugin.json").write_text(manifest, encoding="utf-8")
    size = 0
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        if size < _HALF:
            size += path.stat().st_size
            (folder / path.name).write_bytes(path.read_bytes())
    part = "".join(_SCRIPT.format(n=n) for n in range(300))
    for number in range(_HALF // len(part) + 1):
        (folder / f"part{number}.ts").write_text(part, encoding="utf-8")
    (folder / "main.ts").write_text("export default {};\n", encoding="utf-8")


def _parse(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix == ".py":
            ast.parse(path.read_bytes())
        elif path.suffix == ".ts":
            SgRoot(path.read_text(encoding="utf-8"), "typescript").root()


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def sample() -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) * 1e3

    return sample


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Measure processor time: the machine may have other work."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        _write(folder)
        group = "validate, 2 MB"
        yield [
            Case(
                group=group,
                name="parsing alone",
                sample=_timed(lambda: _parse(folder)),
                unit="ms",
                baseline=True,
                rounds=5,
            ),
            Case(
                group=group,
                name="PlexiHub",
                sample=_timed(lambda: validate(folder, profile="marketplace")),
                unit="ms",
                goal=2000.0,
                rounds=5,
                note="every rule",
            ),
        ]
