"""A hub in this process, without built-in plugins."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.plugins import Running, hub_here


@pytest.fixture
async def running(tmp_path: Path, anyio_backend: object) -> AsyncIterator[Running]:
    """Run a hub on an empty folder."""
    del anyio_backend
    async with hub_here(tmp_path) as running:
        yield running
