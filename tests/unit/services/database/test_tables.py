"""Plugins bring their own tables."""

from datetime import datetime
from typing import Any

import pytest

from plexihub.kernel import plain
from plexihub.kernel.context import owner
from plexihub.kernel.events import EventBus
from plexihub.kernel.ownership import Ownership
from plexihub.services.database import Database
from plexihub_sdk import Model, column, new_id, now
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError
from plexihub_sdk.ids import PluginId

pytestmark = pytest.mark.anyio

NOTES = PluginId("notes")


class Book(Model, table="notes_books"):
    """A book of notes."""

    id: str = column(primary_key=True, default=new_id)
    title: str = column(max_length=40, unique=True)


class Note(Model, table="notes_notes"):
    """A note in a book."""

    id: int = column(primary_key=True)
    book_id: str = column(references="Book.id", index=True)
    author_id: str | None = column(references="User.id")
    number: int = column(unique_with=("book_id",))
    text: str = column(default="")
    marks: list[str] = column(default=list)
    written_at: datetime = column(default=now)


async def register(database: Database, *models: type[Model], plugin: PluginId = NOTES) -> Any:
    """Register models as the plugin's code would."""
    token = owner.set(plugin)
    try:
        return await database.register_models(models)
    finally:
        owner.reset(token)


@pytest.mark.checklist("P-42")
async def test_own_models_work_like_the_hubs(database: Database) -> None:
    """Rows of declared models are created with defaults, found, and refer to each other."""
    books, notes = await register(database, Book, Note)
    book = await books.create(title="First")
    note = await notes.create(book_id=book.id, number=1)
    assert (note.id, note.marks, note.text, note.written_at.tzinfo is not None) == (1, [], "", True)
    assert await database.get_model("Note").find_one({"book_id": book.id}) == note
    await book.delete()
    assert await notes.count() == 0


async def test_models_register_from_plain_code(database: Database) -> None:
    """A plugin's constructor registers and uses models without await."""

    def construct() -> str:
        (books,) = database.register_models([Book])
        books.create(title="First")
        return str(books.find_one({"title": "First"}).title)

    assert await plain.run(construct) == "First"


async def test_uniqueness_across_columns_is_kept(database: Database) -> None:
    """Columns that are unique together are refused together."""
    books, notes = await register(database, Book, Note)
    book = await books.create(title="First")
    await notes.create(book_id=book.id, number=1)
    with pytest.raises(ConflictError) as caught:
        await notes.create(book_id=book.id, number=1)
    assert caught.value.where == "number, book_id"


async def test_reference_to_nothing_is_refused(database: Database) -> None:
    """A row cannot refer to one that is not there."""
    _, notes = await register(database, Book, Note)
    with pytest.raises(ConflictError):
        await notes.create(book_id="nowhere", number=1)


@pytest.mark.checklist("P-42")
async def test_disabled_plugins_models_are_gone_and_data_stays(
    database: Database, ownership: Ownership
) -> None:
    """Dropping a plugin takes its models away; the next start finds the rows again."""
    (books,) = await register(database, Book)
    await books.create(title="First")
    ownership.drop(NOTES)
    with pytest.raises(NotFoundError):
        database.get_model("Book")
    (books,) = await register(database, Book)
    assert [one.title for one in await books.find()] == ["First"]


@pytest.mark.checklist("P-42")
async def test_new_columns_are_added_on_the_next_start(
    database: Database, url: str, bus: EventBus, ownership: Ownership
) -> None:
    """A later version's columns appear with their defaults, and old rows survive the restart."""
    (books,) = await register(database, Book)
    await books.create(title="First")
    await database.close()

    class Newer(Model, table="notes_books"):
        id: str = column(primary_key=True, default=new_id)
        title: str = column(max_length=40, unique=True)
        pages: int = column(default=7, index=True)
        code: str = column(default=new_id, unique=True)

    again = Database(url, bus, ownership)
    await again.start()
    (newer,) = await register(again, Newer)
    await newer.create(title="Second", pages=9)
    found = await newer.find(order="pages")
    assert [(one.title, one.pages) for one in found] == [("First", 7), ("Second", 9)]
    assert len({one.code for one in found}) == 2
    with pytest.raises(ConflictError):
        await newer.create(title="Third", code=found[0].code)
    await again.close()


@pytest.mark.checklist("P-42")
async def test_purge_drops_a_plugins_tables_and_no_others(database: Database) -> None:
    """Its rows, models and names are free again; other people's tables stay."""

    class Theirs(Model, table="theirs"):
        id: str = column(primary_key=True, default=new_id)

    books, notes = await register(database, Book, Note)
    await register(database, Theirs, plugin=PluginId("other"))
    book = await books.create(title="First")
    await notes.create(book_id=book.id, number=1)
    assert await database.purge(NOTES) == ["notes_books", "notes_notes"]
    with pytest.raises(NotFoundError):
        database.get_model("Book")
    assert await database.get_model("Theirs").count() == 0
    (books,) = await register(database, Book, plugin=PluginId("heir"))
    assert await books.count() == 0


async def test_column_without_a_value_for_old_rows_is_refused(
    database: Database, ownership: Ownership
) -> None:
    """A new column that may not be empty needs a default; the table stays as it was."""
    (books,) = await register(database, Book)
    ownership.drop(NOTES)

    class Newer(Model, table="notes_books"):
        id: str = column(primary_key=True)
        title: str
        pages: int

    with pytest.raises(InputError, match="'pages'"):
        await register(database, Newer)
    assert "pages" not in (await books.create(title="x")).to_dict()


@pytest.mark.parametrize("table", ["users", "sessions", "alembic_version", "notes_books"])
async def test_table_of_somebody_else_is_refused(database: Database, table: str) -> None:
    """No plugin takes over the hub's tables or another plugin's."""
    await register(database, Book)

    class Mine(Model, table=table):
        id: str = column(primary_key=True)

    with pytest.raises(ConflictError, match=table):
        await register(database, Mine, plugin=PluginId("thief"))
    with pytest.raises(NotFoundError):
        database.get_model("Mine")


async def test_name_of_another_model_is_refused(database: Database) -> None:
    """A plugin cannot put its own model in the place of User."""
    fake = type("User", (Model,), {"__annotations__": {"id": str}, "id": column(primary_key=True)})
    with pytest.raises(ConflictError, match="User"):
        await register(database, fake)


class Dangling(Model):
    """Refers to nothing."""

    id: str = column(primary_key=True)
    other: str = column(references="Nobody.id")


class Keyless(Model):
    """Has no identity."""

    text: str


class Odd(Model):
    """Has a type that no column has."""

    id: str = column(primary_key=True)
    numbers: set[int]


class Shadow(Model):
    """Has a column that hides a method."""

    id: str = column(primary_key=True)
    save: bool


@pytest.mark.parametrize("model", [Dangling, Keyless, Odd, Shadow])
async def test_wrong_declaration_is_refused(database: Database, model: type[Model]) -> None:
    """A declaration that cannot work says so and leaves nothing."""
    with pytest.raises(InputError, match=model.__name__):
        await register(database, model)
    with pytest.raises(NotFoundError):
        database.get_model(model.__name__)
