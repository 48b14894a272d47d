"""Attacks on tables of plugins' own: by names, conditions, values and declarations."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import (
    InputError,
    LimitExceededError,
    PlexiHubError,
)
from plexihub_sdk.ids import PluginId
from tests.attacks.storage.conftest import TABLES, Field

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-20")]


# --- Tables ---


@pytest.mark.parametrize(
    "table",
    [
        "users",
        "sessions",
        "settings",
        "plugin_values",
        "own_victim__notes",
        "own_attacker__notes",
        "victim.notes",
        "../notes",
        'notes"; DROP TABLE users; --',
        "notes; DELETE FROM users",
        "sqlite_master",
        "NOTES",
        "notes\0",
        "__proto__",
        "main.users",
    ],
)
async def test_no_name_of_a_table_leads_elsewhere(field: Field, table: str) -> None:
    """A table is one of those that the plugin declared, letter by letter."""
    await field.refused(InputError, "tables.find", table=table)
    await field.refused(InputError, "tables.insert", table=table, values={"text": "x"})
    await field.refused(InputError, "tables.update", table=table, where={}, changes={"text": "x"})
    await field.refused(InputError, "tables.delete", table=table, where={})


@pytest.mark.parametrize(
    "where",
    [
        {"text = '' OR 1=1 --": 1},
        {"text\" = '' OR \"1": 1},
        {"row_bytes": 0},
        {"rowid": 1},
        {"text": {"like": "%"}},
        {"text": {"$gt": ""}},
        {"text": {"gt; DROP TABLE users": ""}},
        {"text": {"in": "abc"}},
        {"text": {"in": [{"x": 1}]}},
        {"text": {"in": ["x"] * 101}},
        {"text": 1},
        {"text": ["a"]},
        {"text": {"gt": None}},
        {"rank": "1 OR 1=1"},
        {"rank": True},
        {"rank": 2**60},
        {"rank": 1.5},
        {"text": "a\0b"},
        {"text": {"eq": {"eq": "x"}}},
        {"or": [{"text": "x"}]},
    ],
    ids=str,
)
async def test_condition_that_is_none_is_refused(field: Field, where: Any) -> None:
    """Conditions are columns, comparisons and values of the column's type; nothing is SQL."""
    await field.ask("tables.insert", table="notes", values={"text": "mine"})
    await field.refused(InputError, "tables.find", table="notes", where=where)
    await field.refused(InputError, "tables.delete", table="notes", where=where)
    await field.refused(
        InputError, "tables.update", table="notes", where=where, changes={"text": "x"}
    )
    assert await field.ask("tables.count", table="notes") == 1


@pytest.mark.parametrize(
    "values",
    [
        {"text": "x", "row_bytes": -(10**9)},
        {"text": "x", "nothing": 1},
        {"text": {"$ref": "x"}},
        {"text": None},
        {"rank": 1},
        {"text": "x", "id": ""},
        {"text": "x", "id": "i" * 65},
        {"text": "x", "id": 7},
        {"text": "x", "rank": "7"},
        {"text": "x\0"},
        {"text": "x", 'rank"; DROP TABLE users; --': 1},
    ],
    ids=str,
)
async def test_row_that_does_not_fit_is_refused(field: Field, values: Any) -> None:
    """Values are of the column's type; the books' own column is nobody's to write."""
    await field.refused(InputError, "tables.insert", table="notes", values=values)
    assert await field.ask("tables.count", table="notes") == 0


@pytest.mark.parametrize(
    "order", ["text; DROP TABLE users", "row_bytes", "-", "--text", "1", "random()"]
)
async def test_order_that_is_no_column_is_refused(field: Field, order: str) -> None:
    """An order names columns."""
    await field.refused(InputError, "tables.find", table="notes", order=[order])


async def test_rows_at_one_time_do_not_pass_the_limit_together(field: Field) -> None:
    """Rows and their bytes have one book: rows that grow are counted as those that come."""
    await field.limit(table_rows=10)
    work = (field.ask("tables.insert", table="notes", values={"text": "x"}) for _ in range(30))
    answers = await asyncio.gather(*work, return_exceptions=True)
    assert sum(isinstance(one, dict) for one in answers) == 10
    await field.limit(tables_mb=0)
    await field.refused(
        LimitExceededError, "tables.update", table="notes", where={}, changes={"text": "xx"}
    )
    assert await field.ask("tables.count", table="notes", where={"text": "x"}) == 10
    assert await field.ask("tables.delete", table="notes", where={}) == 10
    assert (await field.target.hub.keep.rows.usage("attacker")).size == 0


async def test_row_and_answer_that_are_too_large_are_refused(field: Field) -> None:
    """A row has its limit, and so have the rows of one answer."""
    await field.refused(
        LimitExceededError, "tables.insert", table="notes", values={"text": "x" * 70_000}
    )
    for _ in range(40):
        await field.ask("tables.insert", table="notes", values={"text": "x" * 60_000})
    await field.refused(LimitExceededError, "tables.find", table="notes")
    assert len(await field.ask("tables.find", table="notes", limit=30)) == 30


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("victim-", "notes"),
        ("vic", "tim__notes"),
        ("squatter", "Users"),
        ("squatter", "a__b"),
        ("squatter", "notes; DROP TABLE users"),
        ("squatter", "x" * 41),
        ("squatter", '"users"'),
    ],
)
async def test_no_declaration_takes_anybody_elses_table(
    field: Field, tmp_path: Path, name: str, table: str
) -> None:
    """Names that would meet another plugin's in the database cannot be declared."""
    tables = {table: TABLES["notes"]}
    with pytest.raises(PlexiHubError):
        await field.install(tmp_path / "s", name, tables=tables)


async def test_plugins_with_names_that_nearly_meet_have_tables_of_their_own(
    field: Field, tmp_path: Path
) -> None:
    """`a-b` with `c` and `a` with `b_c`, and ids too long for a name in the database."""
    long = "x" * 30 + "-" + "y" * 30
    names = [("a-b", "c"), ("a", "b_c"), (f"{long}1", "notes"), (f"{long}2", "notes")]
    for at, (name, table) in enumerate(names):
        await field.install(tmp_path / str(at), name, tables={table: TABLES["notes"]})
        await field.ask("tables.insert", name, table=table, values={"text": name})
    for name, table in names:
        assert [row["text"] for row in await field.ask("tables.find", name, table=table)] == [name]
    for name, _ in names:
        await field.target.hub.installer.remove(PluginId(name), CallContext())
        await field.target.hub.database.purge(name)
        await field.target.hub.keep.purge(name)
