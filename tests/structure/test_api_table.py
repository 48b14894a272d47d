"""`plugin.api` and the gateway say the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from plexihub.app import Hub, HubOptions
from plexihub_sdk.api import API
from tools.data_page import OFFERED

pytestmark = pytest.mark.anyio


async def test_table_has_what_the_gateway_takes(tmp_path: Path) -> None:
    """Every method, its permission, and its parameters with what may be left out."""
    async with Hub(HubOptions(data=tmp_path, listen=False)) as hub:
        offered = {
            method.name: (
                method.permission,
                {
                    field.encode_name: not field.required
                    for field in msgspec.structs.fields(method.params)
                },
            )
            for method in hub.kernel.gateway.methods()
        }
    told = {
        method.name: (method.permission, {one.name: one.optional for one in method.params})
        for method in API
    }
    assert told == offered


def test_names_are_unique() -> None:
    """Nothing in the table hides another."""
    assert len({method.path for method in API}) == len({method.name for method in API}) == len(API)


async def test_page_of_data_lists_all_that_is_offered(tmp_path: Path) -> None:
    """What a plain hub offers to be read is what the guide says."""
    async with Hub(HubOptions(data=tmp_path, listen=False)) as hub:
        offered = hub.data.readables()
    assert {one.name for one, _ in OFFERED} == {one.name for one in offered}
    assert all(one in offered for one, _ in OFFERED)
