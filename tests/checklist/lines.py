"""The lines of the checklist, as data: an identifier and what it asks for."""

import tomllib
from pathlib import Path

SOURCE = Path(__file__).with_name("ids.toml")


def load_lines() -> dict[str, str]:
    """Read the lines in their order."""
    tables: dict[str, dict[str, str]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return {line: text for table in tables.values() for line, text in table.items()}
