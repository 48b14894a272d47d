"""Attacks on the audit log's files that its verifier must name rather than fail on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plexihub.kernel.audit import AuditLog, verify
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry

pytestmark = pytest.mark.anyio


def _folder_for_a_segment(folder: Path) -> None:
    (folder / "audit-000009.jsonl").mkdir()


def _loop_for_a_segment(folder: Path) -> None:
    (folder / "audit-000009.jsonl").symlink_to("audit-000009.jsonl")


def _copy_of_a_segment(folder: Path) -> None:
    (folder / "audit-000009.jsonl").write_bytes((folder / "audit-000001.jsonl").read_bytes())


def _swapped_segments(folder: Path) -> None:
    first, second, aside = (folder / f"audit-00000{one}.jsonl" for one in (1, 2, 3))
    first.rename(aside)
    second.rename(first)
    aside.rename(second)


def _end_cut_off(folder: Path) -> None:
    (folder / "audit-000002.jsonl").unlink()


@pytest.mark.parametrize(
    "tamper",
    [
        _folder_for_a_segment,
        _loop_for_a_segment,
        _copy_of_a_segment,
        _swapped_segments,
        _end_cut_off,
    ],
)
async def test_tampered_folder_is_called_broken(
    tmp_path: Path, tamper: Callable[[Path], None]
) -> None:
    """Whatever was put in place of a segment, the verdict says where it is wrong."""
    for _ in range(2):
        log = AuditLog(tmp_path)
        await log.start()
        log.append(AuditEntry(ctx=CallContext(), action="a.b", target="c"))
        await log.close()
    assert verify(tmp_path).ok
    tamper(tmp_path)
    verdict = verify(tmp_path)
    assert not verdict.ok
    assert verdict.first_bad is not None
    assert verdict.first_bad.problem
