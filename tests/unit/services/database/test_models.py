"""Every core model can be created, read, changed and deleted, from plain and from async code."""

from datetime import timedelta
from typing import Any

import pytest

from plexihub.kernel import plain
from plexihub.services.database import Database
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, TooLargeError
from plexihub_sdk.models import now

pytestmark = pytest.mark.anyio

USER = {"username": "alice"}
PLUGIN = {"id": "demo", "manifest": {"id": "demo"}, "runtime": "python", "root": "/demo"}
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("User", USER, {"display_name": "Alice"}),
    ("Setting", {"key": "hub.name", "value": "Ours"}, {"value": ["Theirs"]}),
    ("Plugin", PLUGIN, {"enabled": True}),
]


@pytest.mark.checklist("P-34", "P-35", "P-36", "P-37", "P-38", "P-44")
@pytest.mark.parametrize(("name", "values", "changes"), CASES)
async def test_core_model_goes_through_its_whole_life(
    database: Database, name: str, values: dict[str, Any], changes: dict[str, Any]
) -> None:
    """A record is created, found, changed with save, and deleted."""

    def life() -> None:
        model = database.get_model(name)
        model.create(values)
        record = model.find_one()
        for column, value in changes.items():
            setattr(record, column, value)
        record.save()
        assert [one.to_dict() for one in model.find()] == [record.to_dict()]
        assert changes.items() <= model.find_one().to_dict().items()
        record.delete()
        assert model.count() == 0

    await plain.run(life)


@pytest.mark.checklist("P-34", "P-35", "P-36", "P-37", "P-38", "P-44")
async def test_session_goes_through_its_whole_life(database: Database) -> None:
    """A session, which needs its person, is created, found, changed and deleted by async code."""
    person = await database.get_model("User").create(USER)
    model = database.get_model("Session")
    values = {"user_id": person.id, "token_hash": "0" * 64, "csrf": "1", "expires_at": now()}
    record = await model.create(values)
    record.expires_at += timedelta(days=1)
    await record.save()
    assert (await model.find_one({"id": record.id})).expires_at == record.expires_at
    assert await model.delete({"user_id": person.id}) == 1
    assert await model.find() == []


async def test_deleted_person_takes_sessions_along(database: Database) -> None:
    """Rows that refer to a deleted one are deleted with it."""
    person = await database.get_model("User").create(USER)
    sessions = database.get_model("Session")
    await sessions.create(user_id=person.id, token_hash="0", csrf="1", expires_at=now())  # noqa: S106
    await person.delete()
    assert await sessions.count() == 0


async def test_save_writes_only_what_changed(database: Database) -> None:
    """Two copies of a record that change different columns do not undo each other."""
    users = database.get_model("User")
    first = await users.create(USER)
    second = await users.find_one(USER)
    first.display_name = "Alice A."
    second.tags.append("new")
    await first.save()
    await second.save()
    stored = await users.find_one(USER)
    assert (stored.display_name, stored.tags) == ("Alice A.", ["new"])


async def test_same_username_in_another_case_is_refused(database: Database) -> None:
    """Names are unique whatever their case."""
    users = database.get_model("User")
    await users.create(USER)
    with pytest.raises(ConflictError) as caught:
        await users.create(username="ALICE")
    assert caught.value.where == "username"


async def test_conditions_and_order_select_records(database: Database) -> None:
    """Operators, order, limit and offset work together."""
    settings = database.get_model("Setting")
    for letter in "abcdef":
        await settings.create(key=letter)
    found = await settings.find(
        {"key": {"gt": "a", "le": "e", "ne": "c"}}, order="-key", limit=2, offset=1
    )
    assert [one.key for one in found] == ["d", "b"]
    assert await settings.count({"key": {"in": ["a", "z"]}}) == 1
    assert await settings.count({"key": {"like": "%f"}}) == 1
    assert await settings.count({"key": None}) == 0


async def test_mistyped_column_gets_a_suggestion(database: Database) -> None:
    """An unknown column is refused everywhere with the close one named."""
    users = database.get_model("User")
    record = await users.create(USER)
    with pytest.raises(InputError, match="'username'"):
        await users.find({"user_name": "x"})
    with pytest.raises(InputError, match="'role'"):
        record.rol = "admin"
    with pytest.raises(InputError, match="no comparison"):
        await users.find({"username": {"is": "x"}})


@pytest.mark.parametrize(
    ("values", "error", "where"),
    [
        ({"username": 5}, InputError, "username"),
        ({"username": None}, InputError, "username"),
        ({}, InputError, "username"),
        ({"username": "a" * 33}, TooLargeError, "username"),
        ({"username": "a", "is_active": 1}, InputError, "is_active"),
        ({"username": "a", "tags": {1}}, InputError, "tags"),
    ],
)
async def test_wrong_value_is_refused_with_its_column(
    database: Database, values: dict[str, Any], error: type[InputError], where: str
) -> None:
    """What does not fit a column is refused before the database sees it."""
    with pytest.raises(error) as caught:
        await database.get_model("User").create(values)
    assert caught.value.where == where
    assert await database.get_model("User").count() == 0


async def test_unknown_model_lists_the_known(database: Database) -> None:
    """The error for an unknown model names those there are."""
    with pytest.raises(NotFoundError) as caught:
        database.get_model("Usr")
    assert "'User'" in caught.value.message
    assert "Setting" in caught.value.next


async def test_saving_a_deleted_record_is_refused(database: Database) -> None:
    """A record that is gone is not brought back by save."""
    record = await database.get_model("User").create(USER)
    await database.get_model("User").delete({"id": record.id})
    record.role = "admin"
    with pytest.raises(NotFoundError):
        await record.save()


@pytest.mark.checklist("P-43")
async def test_raw_sql_takes_effect(database: Database) -> None:
    """Any statement runs, past the models: rows, positional and named values, schema changes."""

    def work() -> list[dict[str, Any]]:
        database.execute("CREATE TABLE pets (name TEXT)")
        database.execute("INSERT INTO pets VALUES (?), (?)", ["cat", "dog"])
        database.execute("DELETE FROM pets WHERE name = :name", {"name": "dog"})
        database.execute("VACUUM")
        rows: list[dict[str, Any]] = database.execute("SELECT name FROM pets")
        return rows

    assert await plain.run(work) == [{"name": "cat"}]


@pytest.mark.parametrize("sql", ["BEGIN", " commit", "ROLLBACK", "Savepoint a", "END"])
async def test_transaction_in_sql_is_refused(database: Database, sql: str) -> None:
    """Nobody leaves a transaction open behind the hub's back."""
    with pytest.raises(InputError, match="Transactions"):
        await database.execute(sql)
    await database.get_model("Setting").create(key="a")


async def test_wrong_sql_says_why(database: Database) -> None:
    """What the database complains of reaches the caller."""
    with pytest.raises(InputError, match="no such table: nowhere"):
        await database.execute("SELECT * FROM nowhere")
