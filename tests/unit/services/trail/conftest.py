"""A log of twenty thousand records, and an index of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.audit_material import write_log
from plexihub.kernel.audit import AuditRecord, Place, read_after
from plexihub.kernel.audit.follow import read_placed
from plexihub.services.trail.index import Index

RECORDS = 20_000


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the segments."""
    folder = tmp_path_factory.mktemp("trail") / "audit"
    write_log(folder, RECORDS, segment=6000)
    return folder


@pytest.fixture(scope="session")
def records(folder: Path) -> list[AuditRecord]:
    """Read every record, the newest first."""
    found, _ = read_after(folder, Place(), RECORDS + 1)
    assert len(found) == RECORDS
    return found[::-1]


def fill(folder: Path, path: Path, *, to: int = RECORDS) -> None:
    """Index the records up to a number."""
    index, place = Index(path), Place()
    while place.seq < to:
        found, place = read_placed(folder, place, min(1000, to - place.seq))
        index.add(found, place)
    index.close()


@pytest.fixture(scope="session")
def index(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Index all but the last five hundred: those are found by reading."""
    path = tmp_path_factory.mktemp("index") / "index.db"
    fill(folder, path, to=RECORDS - 500)
    return path
