"""The page of settings tells what the hub has, no more and no less."""

from pathlib import Path

import pytest

from plexihub.app import Hub, HubOptions
from tools.configuration import PAGE, every_setting, page_now


def test_page_of_settings_is_up_to_date() -> None:
    """Its table is what the tool makes of the settings now; each of them is explained."""
    assert page_now() == PAGE.read_text(encoding="utf-8"), "run: make generate"
    assert [one.key for one in every_setting() if not (one.doc and one.title)] == []


@pytest.mark.anyio
async def test_page_knows_every_setting_of_a_hub(tmp_path: Path) -> None:
    """What a hub declares before it has any plugin stands on the page, and nothing else does."""
    options = HubOptions(
        data=tmp_path / "hub", settings_file=tmp_path / "none", start_plugins=False
    )
    async with Hub(options) as hub:
        found = {row["key"] for row in hub.kernel.config.describe()}
    assert found == {one.key for one in every_setting()}
