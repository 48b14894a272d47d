"""The code blocks of the second design, byte for byte."""

from __future__ import annotations

import re
from pathlib import Path

SEED = Path(__file__).parents[1] / "seeds" / "apex-omnihub-plugin-architecture.md"


def block(title: str, number: int = 0) -> str:
    """Answer a TypeScript block under a heading of the design.

    Args:
        title: Of the heading, without its `#`.
        number: Which of the blocks under it.
    """
    text = SEED.read_text(encoding="utf-8")
    section = re.split(rf"^#+ {re.escape(title)}\n", text, flags=re.MULTILINE)[1]
    section = re.split(r"^#", section, flags=re.MULTILINE)[0]
    found: list[str] = re.findall(r"```typescript\n(.*?)```", section, re.DOTALL)
    return found[number]
