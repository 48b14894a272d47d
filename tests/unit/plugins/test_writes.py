"""What a plugin writes into somebody else's table: asked before, told after, with its effects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.config import Setting
from plexihub_sdk.errors import ConfigError, InputError, LimitExceededError, NotFoundError, Veto
from tests.unit.plugins.conftest import World

pytestmark = pytest.mark.anyio
Install = Callable[[str, str], Path]
# Calls what a test wants done, in plain code, as its own.
WRITER = """
class WriterPlugin:
    def __init__(self, context):
        self.db = context.get_service("database")
        self.users = context.get_service("users")
        context.get_service("hooks").add("writer.writing", self.write)

    def write(self, payload):
        payload["answer"] = payload["do"](self)
"""
NOTES = """
from plexihub_sdk.models import Model, column
from plexihub_sdk.ids import new_id


class Note(Model, table="notes", entity="note"):
    id: str = column(primary_key=True, default=new_id)
    text: str = column()
    code: str = column(default="", hidden=True)


class NotesPlugin:
    def __init__(self, context):
        self.db = context.get_service("database")
        [self.notes] = self.db.register_models([Note], shown={"note": self.show})
        context.get_service("hooks").add("notes.writing", self.write)

    async def show(self, note):
        return {"id": note.id, "text": note.text.upper()}

    def write(self, payload):
        self.notes.create(text="its own")
"""


class Journal:
    """What hooks asked and events told, in order."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.told: list[tuple[str, dict[str, Any]]] = []

    def keep(self, *entities: str) -> Journal:
        """Listen to everything about some entities."""
        for entity in entities:
            for verb in ("creating", "updating", "deleting"):
                self._on(f"{entity}.{verb}", self.asked)
            for verb in ("created", "updated", "deleted"):
                self._on(f"{entity}.{verb}", self.told)
        return self

    def _on(self, name: str, kept: list[tuple[str, dict[str, Any]]]) -> None:
        events = self.world.kernel.services.get("events")
        events.on(name, lambda data: kept.append((name, dict(data))))


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Write a plugin of one file."""

    def write(name: str, code: str) -> Path:
        path = tmp_path / name / f"{name}.py"
        path.parent.mkdir()
        path.write_text(code, encoding="utf-8")
        return path

    return write


@pytest.fixture
async def writer(world: World, install: Install) -> Callable[[Callable[[Any], Any]], Any]:
    """Do something as a plugin, in plain code, and answer what came of it."""
    await world.add(install("writer", WRITER))
    hooks = world.kernel.hooks

    async def do(work: Callable[[Any], Any]) -> Any:
        failures: list[Any] = []
        payload = await hooks.call("writer.writing", {"do": work}, failures=failures)
        for _plugin, error in failures:
            raise error
        return payload["answer"]

    return do


async def test_create_is_asked_changed_and_told(world: World, writer: Any) -> None:
    """The row is what the hook left of it; nobody is shown the hash."""
    journal = Journal(world).keep("user")
    world.kernel.hooks.add("user.creating", lambda payload: payload["tags"].append("new"))
    work = {"username": "eve", "password_hash": "a secret hash"}
    await writer(lambda plugin: plugin.db.get_model("User").create(work))
    await world.kernel.events.settle()
    eve = await world.users.find("eve")
    assert eve is not None
    assert (eve.tags, eve.password_hash) == (["new"], "a secret hash")
    [(asked, draft)], [(told, data)] = journal.asked, journal.told
    assert (asked, told) == ("user.creating", "user.created")
    assert draft["role"] == "member"
    assert data["user"] == world.users.public(eve)
    assert "secret hash" not in repr((draft, data))


@pytest.mark.checklist("P-39")
async def test_saved_user_reaches_pages_and_audit(world: World, writer: Any) -> None:
    """A person's record, found by the plain code of a plugin, is saved, told to pages, recorded."""
    ada = await world.join("ada")

    def promote(plugin: Any) -> None:
        user = plugin.db.get_model("User").find_one({"username": "ada"})
        user.role, user.display_name = "admin", "Countess"
        user.save()

    await writer(promote)
    await world.kernel.events.settle()
    assert ada.id in world.pushed("user.changed", "id")
    found = await world.users.get(ada.id)
    assert (found.role, found.display_name) == ("admin", "Countess")
    await world.kernel.audit.flush()
    [record] = await world.kernel.audit.read(AuditQuery(action="data.write"))
    assert (record.actor.id, record.target) == ("writer", f"User {ada.id}")
    assert record.details == {"operation": "update", "columns": "display_name, role"}


async def test_record_of_a_service_is_asked_too(world: World, writer: Any) -> None:
    """What `users.get` answers is saved through the hooks as well."""
    ada = await world.join("ada")
    journal = Journal(world).keep("user")

    def rename(plugin: Any) -> None:
        user = plugin.users.get(ada.id)
        user.display_name = "Countess"
        user.save()

    await writer(rename)
    assert journal.asked == [
        ("user.updating", {"id": ada.id, "changes": {"display_name": "Countess"}})
    ]


async def test_veto_changes_nothing(world: World, writer: Any) -> None:
    """A refused write leaves rows and listeners as they were, and stands in the audit."""
    ada = await world.join("ada")
    journal = Journal(world).keep("user")

    def refuse(_payload: dict[str, Any]) -> None:
        raise Veto("not her")

    for verb in ("creating", "updating", "deleting"):
        world.kernel.hooks.add(f"user.{verb}", refuse)

    def rename(plugin: Any) -> None:
        user = plugin.users.get(ada.id)
        user.display_name = "Nobody"
        user.save()

    for work in (
        rename,
        lambda plugin: plugin.db.get_model("User").create(username="eve"),
        lambda plugin: plugin.db.get_model("User").delete({"username": "ada"}),
        lambda plugin: plugin.users.get(ada.id).delete(),
    ):
        with pytest.raises(Veto, match="not her"):
            await writer(work)
    await world.kernel.events.settle()
    assert [(one.username, one.display_name) for one in await world.users.list()] == [
        ("ada", "ada")
    ]
    assert journal.told == []
    await world.kernel.audit.flush()
    records = await world.kernel.audit.read(AuditQuery(action="data.write"))
    assert {one.outcome for one in records} == {"vetoed"}
    assert len(records) == 4


async def test_one_refused_deletion_keeps_all(world: World, writer: Any) -> None:
    """Deleting many is one unit of work: each record is asked about, and all go or none."""
    for name in ("ada", "eve", "mallory"):
        await world.join(name)
    undo = world.kernel.hooks.add("user.deleting", _keeps("eve"))
    delete = lambda plugin: plugin.db.get_model("User").delete({"role": "member"})  # noqa: E731
    with pytest.raises(Veto):
        await writer(delete)
    assert len(await world.users.list()) == 3
    undo()
    assert await writer(delete) == 3
    assert await world.users.list() == []


def _keeps(name: str) -> Callable[[dict[str, Any]], None]:
    def handle(payload: dict[str, Any]) -> None:
        if payload["username"] == name:
            raise Veto("she stays")

    return handle


async def test_too_many_deletions_are_refused(
    world: World, writer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More records than can be asked about are not deleted."""
    monkeypatch.setattr("plexihub.services.database.writes.MOST_AT_ONCE", 1)
    for name in ("ada", "eve"):
        await world.join(name)
    with pytest.raises(LimitExceededError, match="More than 1 records of User"):
        await writer(lambda plugin: plugin.db.get_model("User").delete({}))
    assert len(await world.users.list()) == 2


async def test_sessions_follow_people(world: World, writer: Any) -> None:
    """Deactivating or deleting somebody, or a session's row, signs out by `user.logout`."""
    sessions = world.kernel.services.get("sessions")
    heard: list[str] = []
    world.kernel.events.subscribe("user.logout", lambda data: heard.append(data["sessionId"]))

    async def sign_in(name: str) -> str:
        user = await world.users.find(name)
        _token, session = await sessions.create(world.core, user)
        return str(session.id)

    def deactivate(plugin: Any) -> None:
        user = plugin.db.get_model("User").find_one({"username": "ada"})
        user.is_active = False
        user.save()

    for name in ("ada", "eve", "bob"):
        await world.join(name)
    ended = [await sign_in(name) for name in ("ada", "eve", "bob")]
    await writer(deactivate)
    await writer(lambda plugin: plugin.db.get_model("User").delete({"username": "eve"}))
    await writer(lambda plugin: plugin.db.get_model("Session").delete({"id": ended[2]}))
    await world.kernel.events.settle()
    assert heard == ended


@pytest.mark.checklist("P-40", "P-12")
async def test_deleted_setting_falls_to_its_default(world: World, writer: Any) -> None:
    """Rows of the settings are the settings: written, refused and deleted, each told at once."""
    config = world.kernel.config
    config.declare([Setting("test.size", int, 3, "A size.", check=_is_small)])
    heard: list[dict[str, Any]] = []
    world.kernel.events.subscribe("config.changed", heard.append)
    await writer(lambda plugin: plugin.db.get_model("Setting").create(key="test.size", value=4))
    assert config.get("test.size") == 4

    def enlarge(value: object) -> Callable[[Any], None]:
        def work(plugin: Any) -> None:
            row = plugin.db.get_model("Setting").find_one({"key": "test.size"})
            row.value = value
            row.save()

        return work

    await writer(enlarge(5))
    for refused in (99, "five"):
        with pytest.raises(ConfigError):
            await writer(enlarge(refused))
    assert config.get("test.size") == 5
    assert (
        await writer(lambda plugin: plugin.db.get_model("Setting").delete({"key": "test.size"}))
        == 1
    )
    await world.kernel.events.settle()
    assert config.get("test.size") == 3
    assert [(one["old"], one["new"]) for one in heard] == [(3, 4), (4, 5), (5, 3)]


def _is_small(value: int) -> str:
    return "" if value < 10 else "must be small."


async def test_plugin_row_switches_its_plugin(world: World, writer: Any, install: Install) -> None:
    """`enabled` is what the plugin is; what was installed cannot be rewritten."""
    record = await world.add(install("notes", NOTES))

    def switch(**changes: object) -> Callable[[Any], None]:
        def work(plugin: Any) -> None:
            row = plugin.db.get_model("Plugin").find_one({"id": "notes"})
            for name, value in changes.items():
                setattr(row, name, value)
            row.save()

        return work

    states = []
    for enabled in (False, True):
        await writer(switch(enabled=enabled))
        states.append(record.state)
    assert states == ["disabled", "enabled"]
    with pytest.raises(InputError, match="only `enabled`"):
        await writer(switch(granted=["admin:users"]))
    with pytest.raises(InputError, match="installed, not written"):
        await writer(
            lambda plugin: plugin.db.get_model("Plugin").create(
                id="x", manifest={}, runtime="trusted", root="/"
            )
        )
    await writer(lambda plugin: plugin.db.get_model("Plugin").delete({"id": "notes"}))
    with pytest.raises(NotFoundError):
        world.kernel.registry.get("notes")


async def test_own_model_is_written_at_once(world: World, writer: Any, install: Install) -> None:
    """A plugin's own write asks nobody; another's is asked, shown as the owner shows it, hidden."""
    journal = Journal(world).keep("note")
    await world.add(install("notes", NOTES))
    await world.kernel.hooks.call("notes.writing", {})
    assert (journal.asked, journal.told) == ([], [])
    note = await writer(lambda plugin: plugin.db.get_model("Note").create(text="hi", code="1234"))
    await world.kernel.events.settle()
    assert journal.asked == [("note.creating", {"id": note.id, "text": "hi"})]
    assert journal.told == [("note.created", {"note": {"id": note.id, "text": "HI"}})]
    assert note.code == "1234"
