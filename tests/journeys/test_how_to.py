"""The code of the how-tos, run in the real sandbox as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub_sdk.testing import open_hub
from tests.support.guide import Block, blocks

PAGE = Path(__file__).parents[2] / "docs" / "plugin-guide" / "how-to.md"
WRITTEN = [block for block in blocks(PAGE) if block.label]
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60), pytest.mark.sandbox]


@pytest.mark.parametrize("block", WRITTEN, ids=lambda block: block.kind)
async def test_plugin_goes_on_without_its_permission(block: Block, tmp_path: Path) -> None:
    """It says what is missing, and keeps the value where nothing is."""
    source = tmp_path / block.label.replace("main", "careful")
    source.write_text(block.text, encoding="utf-8")
    assert await said(source, []) == ("Not kept: storage:own is missing.", {})
    assert await said(source, None) == ("kept", {"last": "try"})


async def said(source: Path, grant: list[str] | None) -> tuple[object, dict[str, object]]:
    """Ask the plugin in a hub of its own, and see what it kept."""
    async with open_hub() as hub:
        plugin = await hub.load(source, grant=grant)
        answer = await plugin.call("onActionExecute", action="try", context={})
        return answer["result"], await plugin.stored()
