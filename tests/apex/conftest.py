"""The hub that the words of the second design are tried in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.apex.stage import Stage
from tests.attacks.conftest import Target, target

__all__ = ("target",)


@pytest.fixture
def stage(target: Target, tmp_path: Path) -> Stage:
    """Give the hub, and a folder for plugins."""
    return Stage(target, tmp_path / "plugins")
