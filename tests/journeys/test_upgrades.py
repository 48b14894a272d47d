"""Another version takes an installed plugin's place, or the old one goes on as before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.plugins import CTX, Running, hub_here, traces, write_plugin

pytestmark = pytest.mark.anyio
NOTES = """
self.db = context.get_service("database")
self.db.register_models([Note])
context.get_service("api").register_route("GET", "/api/v1/notes", self.show)
context.get_service("api").register_route("POST", "/api/v1/notes", self.keep)
"""
BEFORE = """
from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, column

class Note(Model, table="notes_rows"):
    id: str = column(primary_key=True, default=new_id)
    text: str = column(max_length=40)
    {column}
"""
METHODS = """
def show(self, request):
    Note = self.db.get_model("Note")
    return {"version": VERSION, "notes": [[n.text, getattr(n, "stars", None)] for n in Note.find()]}

def keep(self, request):
    self.db.get_model("Note").create({"text": request.json["text"]})
    return {}
"""


def write(folder: Path, version: str, *, column: str = "", **fields: Any) -> Path:
    """Write a version of the plugin."""
    before = BEFORE.format(column=column) + f"VERSION = '{version}'\n"
    return write_plugin(
        folder, "notes", NOTES, version=version, methods=METHODS, before=before, **fields
    )


async def install(running: Running, path: Path, **more: Any) -> httpx.Response:
    """Install it as the operator does."""
    return await running.order(path, **more)


async def add_first(running: Running) -> None:
    """Install and enable the first version, and keep a note in its table."""
    assert (await install(running, write(running.folder, "1.0.0"))).status_code == 201
    assert (await running.post("/plugins/notes/enable")).status_code == 200
    assert (await running.post("/notes", text="milk")).status_code == 200


async def notes(running: Running) -> Any:
    """Ask the plugin which version answers, and what it keeps."""
    return (await running.get("/notes")).json()


async def test_upgrade_keeps_everything_and_rolls_back(tmp_path: Path) -> None:
    """Rows, a new column and the plugin itself: after the upgrade, a restart, and back again."""
    async with hub_here(tmp_path) as running:
        await add_first(running)
        fresh = write(
            running.folder,
            "1.1.0",
            column="stars: int = column(default=3)",
            permissions=["ui:render"],
        )
        order = {"source": str(fresh), "tier": "trusted"}
        shown = (await running.post("/plugins/describe", **order)).json()
        assert shown["installed"] == {"version": "1.0.0", "granted": [], "wider": []}
        assert shown["permissions"]["asked"] == ["ui:render"]
        done = (await install(running, fresh)).json()
        assert (done["version"], done["state"], done["previous_version"]) == (
            "1.1.0",
            "enabled",
            "1.0.0",
        )
        # What it asks for beyond the version before is given only where somebody says so.
        assert done["permissions"]["asked"] == ["ui:render"]
        assert "ui:render" not in done["permissions"]["granted"]
        assert await notes(running) == {"version": "1.1.0", "notes": [["milk", 3]]}
        assert ("operator", "notes", "ok") in await running.audited("plugin.upgrade")
    async with hub_here(tmp_path) as running:
        assert (await notes(running))["version"] == "1.1.0"
        back = (await running.post("/plugins/notes/rollback")).json()
        assert (back["version"], back["previous_version"]) == ("1.0.0", "1.1.0")
        assert (await notes(running))["version"] == "1.0.0"
        forth = (await running.post("/plugins/notes/rollback")).json()
        assert forth["version"] == "1.1.0"
        assert (await notes(running))["notes"] == [["milk", 3]]
        third = write(running.folder, "1.2.0", column="stars: int = column(default=3)")
        assert (await install(running, third)).status_code == 201
        # The two versions that are kept, and no other.
        assert len(list(running.hub.folder.plugins.iterdir())) == 2
        assert (await running.client.delete("/api/v1/plugins/notes")).status_code == 204
        assert list(running.hub.folder.plugins.iterdir()) == []


@pytest.mark.parametrize("fault", ["at load", "at start", "no value", "refused"])
async def test_version_that_does_not_start_changes_nothing(running: Running, fault: str) -> None:
    """Files, row, registrations and answers are those of the version before; the reason is told."""
    await add_first(running)
    if fault == "refused":
        await running.add(
            "guard",
            "context.get_service('events').on('plugin.upgrading', refuse)",
            before="""
            from plexihub_sdk.errors import Veto
            def refuse(data):
                raise Veto(f"no {data['to_version']} after {data['from_version']}")
            """,
        )
    record = running.hub.kernel.registry.get("notes")
    before, stored = traces(running.hub), record.stored
    files = sorted(running.hub.folder.plugins.rglob("*"))
    # A column without a value for the rows there are is refused when the table is changed.
    fresh = write(
        running.folder, "2.0.0", column="stars: int = column()" if fault == "no value" else ""
    )
    code = (fresh / "plugin.py").read_text()
    if fault == "at load":
        (fresh / "plugin.py").write_text("import nowhere_to_be_found\n" + code)
    elif fault == "at start":
        (fresh / "plugin.py").write_text(code.replace("self.context = context", "1 / 0"))
    answer = await install(running, fresh)
    says = {
        "at load": "nowhere_to_be_found",
        "at start": "ZeroDivisionError",
        "no value": "has no value for the rows there are",
        "refused": "no 2.0.0 after 1.0.0",
    }
    assert answer.status_code in {422, 502}
    assert says[fault] in answer.json()["error"]["message"]
    assert (record.stored, record.state) == (stored, "enabled")
    assert traces(running.hub) == before
    assert sorted(running.hub.folder.plugins.rglob("*")) == files
    assert await notes(running) == {"version": "1.0.0", "notes": [["milk", None]]}
    rows = await running.hub.kernel.lifecycle._stored().load_all()
    assert [one.manifest.version for one in rows if one.id == "notes"] == ["1.0.0"]


async def test_only_what_is_newer(running: Running, tmp_path: Path) -> None:
    """The same files, an older version and another tier are refused; an older one on demand."""
    await add_first(running)
    same = (await install(running, running.folder / "notes")).json()["error"]
    assert same["message"] == "notes 1.0.0 is installed already, file by file."
    older = write(running.folder, "0.9.0")
    refused = (await install(running, older)).json()["error"]
    assert refused["message"] == "notes 1.0.0 is installed already, and 0.9.0 is not newer."
    assert "--allow-downgrade" in refused["next"]
    assert (await install(running, older, allow_downgrade=True)).json()["version"] == "0.9.0"
    guest = tmp_path / "notes.ts"
    guest.write_text('export default { id: "notes", version: "3.0.0", hooks: {} };')
    other = await running.post("/plugins", source=str(guest), tier="sandboxed")
    assert other.json()["error"]["message"] == "notes is installed already, as trusted."
    await running.hub.kernel.lifecycle.disable("notes", CTX)
    done = (await install(running, write(running.folder, "1.5.0"))).json()
    assert (done["version"], done["state"]) == ("1.5.0", "disabled")


async def test_version_suits_those_that_need_it(running: Running) -> None:
    """A version outside the range of a running dependent is refused, naming it."""
    await add_first(running)
    await running.add("reader", dependencies={"notes": "<2"})
    error = (await install(running, write(running.folder, "2.0.0"))).json()["error"]
    assert error["message"] == "reader needs notes <2, and this is 2.0.0."
    assert (await notes(running))["version"] == "1.0.0"
    assert (await install(running, write(running.folder, "1.9.0"))).json()["version"] == "1.9.0"


async def test_nothing_to_go_back_to(running: Running) -> None:
    """Without a version before there is no rollback."""
    await add_first(running)
    error = (await running.post("/plugins/notes/rollback")).json()["error"]
    assert error["message"] == "No version of notes before 1.0.0 is kept."
