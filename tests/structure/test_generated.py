"""What is generated from the catalogue stands in the repository as it would be written now."""

from pathlib import Path

import pytest

from tools.generate import FILES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", FILES)
def test_file_is_as_generated(name: str) -> None:
    """Otherwise: `make generate`."""
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name](), "run: make generate"
