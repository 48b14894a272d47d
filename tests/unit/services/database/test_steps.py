"""Tables of a plugin from one of its versions to the next, seen by another connection."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel import plain
from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub_sdk import Model, Tables, column, new_id, now
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import PluginId

pytestmark = pytest.mark.anyio
NOTES = PluginId("notes")
Look = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Read the file with a connection of our own."""

    def read(sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(tmp_path / "hub.db")) as connection:
            return connection.execute(sql).fetchall()

    return read


async def upgrade(database: Database, ownership: Ownership, *models: Any, **more: Any) -> Any:
    """Stop the plugin and start its next version, from plain code as a constructor does."""
    ownership.drop(NOTES)
    token = owner.set(NOTES)
    try:
        return await plain.run(lambda: database.register_models(models, **more))
    finally:
        owner.reset(token)


class First(Model, table="notes"):
    """The notes of the first version."""

    id: str = column(primary_key=True, default=new_id)
    text: str = column(max_length=200)
    stars: str = column(default="0", index=True)
    at: datetime = column(default=now)


class Second(Model, table="notes_entries"):
    """The notes of the second: renamed, and counted."""

    id: str = column(primary_key=True, default=new_id)
    body: str = column(max_length=200)
    stars: int | None = column(index=True)
    at: datetime = column(default=now, index=True)
    words: int = column(default=0)


class Tag(Model, table="notes_tags"):
    """A table that is new with the second version."""

    id: str = column(primary_key=True)
    entry_id: str = column(references="Second.id")


def two(tables: Tables) -> None:
    """Rename and retype."""
    tables.rename_table("notes", "notes_entries")
    tables.rename_column("notes_entries", "text", "body")
    tables.change_type("notes_entries", "stars", int, int)


def three(tables: Tables) -> None:
    """Move data: each note's first word becomes a tag."""
    tables.execute("CREATE TABLE notes_old AS SELECT * FROM notes_entries")
    tables.execute("UPDATE notes_entries SET body = upper(body) WHERE body = :one", {"one": "a b"})
    tables.execute("DROP TABLE notes_old")


@pytest.mark.checklist("P-42")
async def test_later_version_brings_tables_forward(
    database: Database, ownership: Ownership, look: Look
) -> None:
    """Renames, another type, moved data, new columns, indexes and tables; each step runs once."""
    (notes,) = await upgrade(database, ownership, First)
    moment = datetime(2026, 1, 2, 3, tzinfo=UTC)
    await notes.create(id="1", text="a b", stars="5", at=moment)
    steps = {2: two, 3: three}
    entries, tags = await upgrade(database, ownership, Second, Tag, steps=steps)
    assert look("SELECT id, body, stars, at, words FROM notes_entries") == [
        ("1", "A B", 5, "2026-01-02 03:00:00.000000", 0)
    ]
    indexes = {row[0] for row in look("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"ix_notes_entries_stars", "ix_notes_entries_at"} <= indexes
    assert look("SELECT version FROM schema_versions WHERE owner = 'notes'") == [(3,)]
    await tags.create(id="t", entry_id="1")
    entries, tags = await upgrade(database, ownership, Second, Tag, steps=steps)
    assert (await entries.find_one({"stars": 5})).at == moment
    assert await database.purge(NOTES) == ["notes_entries", "notes_tags"]
    assert look("SELECT * FROM schema_versions") == []


async def test_new_installation_begins_at_the_newest_version(
    database: Database, ownership: Ownership, look: Look
) -> None:
    """No step is run over tables that were made as declared."""

    def never(_tables: Tables) -> None:
        pytest.fail("it ran")

    await upgrade(database, ownership, Second, steps={2: never, 3: never})
    assert look("SELECT version FROM schema_versions") == [(3,)]


@pytest.mark.checklist("P-42")
async def test_failing_step_leaves_everything_as_it_was(
    database: Database, ownership: Ownership, look: Look
) -> None:
    """Schema, rows and version of before are there, and the message names plugin and step."""
    (notes,) = await upgrade(database, ownership, First)
    await notes.create(id="1", text="a b", stars="many")
    before = look("SELECT sql FROM sqlite_master ORDER BY name"), look("SELECT * FROM notes")
    with pytest.raises(InputError, match=r"step of notes to version 2.*many.*Nothing was") as no:
        await upgrade(database, ownership, Second, steps={2: two})
    assert no.value.where == "steps[2]"
    after = look("SELECT sql FROM sqlite_master ORDER BY name"), look("SELECT * FROM notes")
    assert after == before
    (notes,) = await upgrade(database, ownership, First)
    assert await notes.count() == 1


async def test_earlier_version_does_not_touch_later_tables(
    database: Database, ownership: Ownership
) -> None:
    """A plugin that was put back to a version which does not know its tables is told so."""
    await upgrade(database, ownership, Second, steps={2: two})
    with pytest.raises(ConflictError, match="version 2, and this notes knows only up to 1"):
        await upgrade(database, ownership, First)


async def test_step_changes_only_the_plugins_own_tables(
    database: Database, ownership: Ownership
) -> None:
    """People's table is not renamed by a step, and the message says whose it is."""
    await upgrade(database, ownership, First)
    for step, says in (
        (lambda tables: tables.drop_table("users"), "'users' is none of notes's"),
        (lambda tables: tables.rename_column("notes", "title", "x"), "no column 'title'"),
        (lambda tables: tables.rename_table("notes", "users"), "'users' already"),
        (lambda tables: tables.change_type("notes", "stars", set, set), "no type"),
        (lambda tables: tables.drop_column("notes", "id"), "PRIMARY KEY"),
        (lambda tables: tables.execute("SELEKT 1"), "syntax error"),
    ):
        with pytest.raises(InputError, match=says):
            await upgrade(database, ownership, First, steps={2: step})


@pytest.mark.parametrize(
    "steps", [{1: two}, {True: two}, {"2": two}, {2: "two"}, {2: Database.close}]
)
async def test_what_is_no_step_is_refused(
    database: Database, ownership: Ownership, steps: Any
) -> None:
    """Nothing is registered then."""
    with pytest.raises(InputError, match="step"):
        await upgrade(database, ownership, First, steps=steps)
    assert not [one for one in database.models() if one.name == "First"]


class Retyped(Model, table="notes"):
    """Declares a column as another type."""

    id: str = column(primary_key=True)
    text: str
    stars: int = column(default=0)
    at: datetime = column(default=now)


class Widened(Model, table="notes"):
    """Lets a column be empty that the table wants filled."""

    id: str = column(primary_key=True)
    text: str | None
    stars: str = column(default="0")
    at: datetime = column(default=now)


class Unsaid(Model, table="notes"):
    """Leaves out a column that the table wants filled."""

    id: str = column(primary_key=True)
    stars: str = column(default="0")
    at: datetime = column(default=now)


@pytest.mark.parametrize(
    ("model", "step"), [(Retyped, "change_type"), (Widened, "change_type"), (Unsaid, "drop_column")]
)
async def test_change_that_cannot_be_guessed_asks_for_a_step(
    database: Database, ownership: Ownership, model: type[Model], step: str
) -> None:
    """What would fail at the first row is told when the plugin starts, with the step to write."""
    await upgrade(database, ownership, First)
    with pytest.raises(InputError) as refused:
        await upgrade(database, ownership, model)
    assert f"tables.{step}" in refused.value.next


async def test_column_that_is_not_declared_any_more_stays(
    database: Database,
    ownership: Ownership,
    look: Look,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Its values are kept, and the log says so."""
    await upgrade(database, ownership, First)

    class More(Model, table="notes"):
        id: str = column(primary_key=True)
        text: str
        stars: str = column(default="0")
        at: datetime = column(default=now)
        mark: str | None = column(default="x")

    (more,) = await upgrade(database, ownership, More)
    await more.create(id="1", text="a", mark="kept")
    with caplog.at_level(logging.INFO, "plexihub"):
        (notes,) = await upgrade(database, ownership, First)
    assert "keeps the column mark" in caplog.text
    await notes.create(id="2", text="b")
    assert look("SELECT mark FROM notes ORDER BY id") == [("kept",), (None,)]


async def test_new_uniqueness_is_held(database: Database, ownership: Ownership) -> None:
    """A rule that rows break refuses the version; one they keep holds from now on."""
    (notes,) = await upgrade(database, ownership, First)
    await notes.create(id="1", text="a")
    await notes.create(id="2", text="a")

    class Strict(Model, table="notes"):
        id: str = column(primary_key=True)
        text: str = column(unique=True)
        stars: str = column(default="0", unique_with=("at",))
        at: datetime = column(default=now)

    with pytest.raises(ConflictError):
        await upgrade(database, ownership, Strict)
    (notes,) = await upgrade(database, ownership, First)
    await notes.delete({"id": "2"})
    (strict,) = await upgrade(database, ownership, Strict)
    (strict,) = await upgrade(database, ownership, Strict)
    with pytest.raises(ConflictError) as refused:
        await strict.create(id="3", text="a")
    assert refused.value.where == "text"
