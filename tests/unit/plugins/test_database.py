"""What a trusted plugin does to the database, seen by a connection that is not the hub's."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, Integer, Table

from plexihub.kernel import plain
from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.context import entered, owner
from plexihub.runtimes.trusted import TrustedInstance
from plexihub.services.database import Handle
from plexihub.services.database.models import ModelSpec
from plexihub.settings import SETTINGS
from plexihub_sdk import new_id
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.models import now
from tests.unit.plugins.conftest import BUILTIN, World

pytestmark = pytest.mark.anyio
CODE = """
class KeeperPlugin:
    def __init__(self, context):
        self.db = context.get_service("database")

    def plain_create(self, name, values):
        return self.db.get_model(name).create(values)

    def plain_save(self, name, key, changes):
        record = self.db.get_model(name).find_one(key)
        for column, value in changes.items():
            setattr(record, column, value)
        record.save()
        return [one.to_dict() for one in self.db.get_model(name).find(key)]

    def plain_delete(self, name, key):
        self.db.get_model(name).find_one(key).delete()
        return self.db.get_model(name).find_one(key)

    async def async_create(self, name, values):
        return await self.db.get_model(name).create(values)

    async def async_save(self, name, key, changes):
        record = await self.db.get_model(name).find_one(key)
        for column, value in changes.items():
            setattr(record, column, value)
        await self.db.get_model(name).save(record)
        return [one.to_dict() for one in await self.db.get_model(name).find(key)]

    async def async_delete(self, name, key):
        assert await self.db.get_model(name).delete(key) == 1
        return await self.db.get_model(name).find_one(key)

    def sql(self, text, params=None):
        return self.db.execute(text, params)

    async def together(self, fails):
        async with self.db.unit_of_work():
            await self.db.execute("UPDATE users SET role = 'admin' WHERE username = ?", ["grace"])
            seen = await self.db.get_model("User").find_one({"username": "grace"})
            assert seen.role == "admin"
            if fails:
                raise RuntimeError("no")
"""
VICTIM = """
class VictimPlugin:
    def __init__(self, context):
        self.context = context
"""
SETTING = {"key": "hub.name", "value": "Ours"}
Look = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Read the file with a connection of our own."""

    def read(sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(tmp_path / "hub.db")) as connection:
            return connection.execute(sql, params).fetchall()

    return read


def write(path: Path, code: str) -> Path:
    """Write a plugin of one file."""
    path.parent.mkdir()
    path.write_text(code, encoding="utf-8")
    return path


@pytest.fixture
async def keeper(world: World, tmp_path: Path) -> Callable[..., Any]:
    """Run a trusted plugin, and answer how to call its methods as the hub does."""
    record = await world.add(write(tmp_path / "keeper" / "keeper.py", CODE))
    assert isinstance(record.instance, TrustedInstance)
    plugin = record.instance.plugin

    async def call(method: str, *args: Any) -> Any:
        token = owner.set(record.id)
        try:
            with entered(world.core):
                return await plain.call(getattr(plugin, method), *args)
        finally:
            owner.reset(token)

    return call


def spec_of(model: Handle) -> ModelSpec:
    """Answer what is behind a live model."""
    return model._rows.spec


def make_value(column: Column[Any]) -> Any:
    """Make a value that no other row has."""
    fresh = new_id()
    for kind, value in (
        (JSON, [fresh]),
        (Boolean, True),
        (DateTime, now()),
        (Float, 1.5),
        (Integer, int(fresh[:8], 16) % 100_000),
    ):
        if isinstance(column.type, kind) or isinstance(getattr(column.type, "impl", None), kind):
            return value
    return fresh[-min(12, getattr(column.type, "length", None) or 12) :]


async def make_values(world: World, table: Table) -> dict[str, Any]:
    """Make a whole row, and the rows that it refers to."""
    values: dict[str, Any] = {}
    for column in table.c:
        if foreign := next(iter(column.foreign_keys), None):
            other = foreign.column.table
            if other is table:  # it may refer to another of its kind, and this one to none
                continue
            model = next(one for one in world.database.models() if spec_of(one).table is other)
            row = await model.create(await make_values(world, other))
            values[column.name] = getattr(row, foreign.column.name)
        else:
            values[column.name] = make_value(column)
    return values


def changed_column(table: Table) -> Column[Any]:
    """Choose a column that may be changed."""
    free = [one for one in table.c if not one.primary_key and not one.foreign_keys]
    return next((one for one in free if isinstance(make_value(one), str)), free[-1])


@pytest.mark.checklist("P-34", "P-35", "P-36", "P-37", "P-38", "P-44", "P-77")
@pytest.mark.parametrize("kind", ["plain", "async"])
async def test_plugin_manages_records_of_every_model(
    world: World, keeper: Callable[..., Any], look: Look, tmp_path: Path, kind: str
) -> None:
    """Created, found, saved and deleted: each shows in the file, for each model that there is."""
    for builtin in ("chat", "dashboards"):
        await world.add(BUILTIN / builtin)
    world.kernel.config.declare([one for one in SETTINGS if one.key == SETTING["key"]])
    victim = await world.add(write(tmp_path / "victim" / "victim.py", VICTIM))
    names = [model.name for model in world.database.models()]
    assert {"User", "Session", "Setting", "Plugin", "Job", "Log"} < set(names)
    assert len(names) > 8
    for name in names:
        table = spec_of(world.database.get_model(name)).table
        key = next(iter(table.primary_key)).name
        values: dict[str, Any]
        new: Any
        if name == "Plugin":  # its row comes by installing it, and saying `enabled` switches it
            values, column, new = {key: victim.id}, "enabled", False
        else:
            values = await make_values(world, table) if name != "Setting" else SETTING
            chosen = changed_column(table)
            column, new = chosen.name, "Theirs" if name == "Setting" else make_value(chosen)
            await keeper(f"{kind}_create", name, values)
        rows = f"SELECT {column} FROM {table.name} WHERE {key} = ?"  # noqa: S608
        before = look(rows, values[key])
        found = await keeper(f"{kind}_save", name, {key: values[key]}, {column: new})
        after = look(rows, values[key])
        assert [one[column] for one in found] == [new], name
        assert len(before) == len(after) == 1, name
        assert before != after, name
        assert await keeper(f"{kind}_delete", name, {key: values[key]}) is None
        assert look(rows, values[key]) == [], name


@pytest.mark.checklist("P-43", "P-77")
async def test_plugins_sql_takes_effect_and_is_on_record(
    world: World, keeper: Callable[..., Any], look: Look
) -> None:
    """Any statement works past the models; the audit has its text without a value in it."""
    await world.join("grace")
    await keeper("sql", "UPDATE users SET role = :role WHERE username = 'grace'", {"role": "admin"})
    assert look("SELECT role FROM users") == [("admin",)]
    await keeper("sql", "CREATE TABLE odd (\n  n INTEGER\n)")
    await keeper("sql", "INSERT INTO odd VALUES (?)", [7])
    assert await keeper("sql", "WITH one AS (SELECT n FROM odd) SELECT n + 1 AS n FROM one") == [
        {"n": 8}
    ]
    await keeper("sql", "DROP TABLE odd")
    records = await world.kernel.audit.read(AuditQuery(action="database.execute"))
    assert {(one.actor.kind, one.actor.id, one.outcome) for one in records} == {
        ("plugin", "keeper", "ok")
    }
    told = [one.target for one in reversed(records)]
    assert told[0] == "UPDATE users SET role = :role WHERE username = '…'"
    assert told[1] == "CREATE TABLE odd ( n INTEGER )"


@pytest.mark.checklist("P-43")
async def test_plugins_sql_joins_the_unit_of_work(
    world: World, keeper: Callable[..., Any], look: Look
) -> None:
    """What a block runs is stored together, or not at all."""
    await world.join("grace")
    with pytest.raises(RuntimeError):
        await keeper("together", True)
    assert look("SELECT role FROM users") == [("member",)]
    await keeper("together", False)
    assert look("SELECT role FROM users") == [("admin",)]


@pytest.mark.parametrize(
    ("sql", "params", "error", "says"),
    [
        ("SELEKT 1", None, InputError, "syntax error"),
        ("SELECT 1; DROP TABLE users", None, InputError, "one statement"),
        ("SELECT * FROM nowhere", None, InputError, "no such table"),
        ("SELECT ?", [1, 2], InputError, "bindings"),
        ("COMMIT", None, InputError, "unit_of_work"),
        (5, None, InputError, "text"),
        (
            "INSERT INTO users SELECT * FROM users",
            None,
            ConflictError,
            "Another row has the same username",
        ),
    ],
)
async def test_wrong_sql_is_refused_with_a_sentence(
    world: World, keeper: Callable[..., Any], sql: Any, params: Any, error: Any, says: str
) -> None:
    """The plugin gets a typed error that says what was wrong; the hub goes on; it is on record."""
    await world.join("grace")
    with pytest.raises(error) as refused:
        await keeper("sql", sql, params)
    assert says in f"{refused.value.message} {refused.value.next}"
    async with asyncio.timeout(10):
        assert await keeper("sql", "SELECT count(*) AS n FROM users") == [{"n": 1}]
    records = await world.kernel.audit.read(AuditQuery(action="database.execute"))
    assert [one.outcome for one in records] == ["ok", "failed"]
