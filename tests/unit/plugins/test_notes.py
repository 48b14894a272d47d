"""The example with its own table and REST routes, through the hub's own door."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import InstallRequest
from tests.unit.plugins.conftest import EXAMPLES, PASSWORD
from tests.unit.plugins.test_rest import signed_in

pytestmark = pytest.mark.anyio


@pytest.mark.checklist("P-42", "P-66", "P-80")
async def test_everybody_has_their_own_notes(tmp_path: Path) -> None:
    """Written, listed and deleted by their writer alone; rows survive a restart; 404 when off."""
    options = HubOptions(
        data=tmp_path / "data", settings_file=tmp_path / "none.toml", builtin=(), listen=False
    )
    async with Hub(options) as hub:
        for name in ("ada", "grace"):
            await hub.users.create(CallContext(), username=name, password=PASSWORD)
        order = InstallRequest(source=EXAMPLES / "notes", tier="trusted", consent="I trust notes")
        await hub.installer.install(order, CallContext())
        await hub.kernel.lifecycle.enable("notes", CallContext())
        async with signed_in(hub, "ada") as ada, signed_in(hub, "grace") as grace:
            first = await ada.post("/notes", json={"text": " Buy milk "})
            assert (first.status_code, first.json()["text"]) == (201, "Buy milk")
            refused = [
                (await ada.post("/notes", json=body)).status_code
                for body in ({"text": " "}, {"text": 5}, {}, {"text": "x" * 4001})
            ]
            assert refused == [400, 400, 400, 413]
            assert (await grace.get("/notes")).json() == {"items": []}
            place = f"/notes/{first.json()['id']}"
            assert (await grace.delete(place)).status_code == 404
            described = (await ada.get("/openapi.json")).json()["paths"]["/api/v1/notes"]
            assert described["post"]["summary"] == "Write a note."
    with closing(sqlite3.connect(tmp_path / "data" / "hub.db")) as connection:
        assert connection.execute("SELECT text FROM notes_notes").fetchall() == [("Buy milk",)]
    async with Hub(options) as hub, signed_in(hub, "ada") as ada:
        assert [one["text"] for one in (await ada.get("/notes")).json()["items"]] == ["Buy milk"]
        assert (await ada.delete(place)).status_code == 204
        await hub.kernel.lifecycle.disable("notes", CallContext())
        assert (await ada.get("/notes")).status_code == 404
        assert "/api/v1/notes" not in (await ada.get("/openapi.json")).json()["paths"]
