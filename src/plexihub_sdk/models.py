"""How a plugin declares its own tables: classes with annotated columns, no database library needed.

    class Note(Model, table="notes"):
        id: str = column(primary_key=True, default=new_id)
        text: str = column(max_length=4000)
        written_at: datetime = column(default=now, index=True)

`database.register_models([Note])` creates the table and answers with the live models, which
have `find`, `find_one`, `create`, and records with `save` and `delete`.

A later version of the plugin may declare more: tables, columns (with a default, or `| None`) and
indexes are added by themselves. What the hub cannot guess is a step of the plugin's own:

    def two(tables: Tables) -> None:
        tables.rename_column("notes", "text", "body")

    database.register_models([Note], steps={2: two})

Each step runs once, in order, before the rest, all in one transaction: where one fails, the tables
and rows stay as they were. A new installation begins at the newest step.

With `entity="note"`, what *another* plugin writes into it runs `note.creating`, `note.updating` and
`note.deleting` before, and tells `note.created`, `note.updated` and `note.deleted` after; its own
plugin writes at once, and runs the hooks in its actions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, ClassVar, Protocol, Union, get_args, get_origin, get_type_hints

__all__ = (
    "Column",
    "Model",
    "ModelHandle",
    "Record",
    "Step",
    "Tables",
    "column",
    "columns_of",
    "now",
)

_ABSENT: Any = object()
COLUMN_TYPES = (str, int, float, bool, datetime, dict, list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Args:
        name: Filled in from the class.
        type: One of str, int, float, bool, datetime, dict and list (both kept as JSON).
        nullable: True where the annotation says `| None`.
        primary_key: The row's identity; one a model.
        unique: No two rows share a value.
        index: Looked up often.
        max_length: Characters, for text.
        default: A value, or a callable that makes one for a new row.
        references: `Model.column` of another model: rows die with what they refer to.
        unique_with: Names of other columns that with this one are unique together.
        hidden: Never shown in hooks, events and audit: a secret, or a hash of one.
    """

    name: str = ""
    type: type = str
    nullable: bool = False
    primary_key: bool = False
    unique: bool = False
    index: bool = False
    max_length: int | None = None
    default: Any = _ABSENT
    references: str | None = None
    unique_with: tuple[str, ...] = ()
    hidden: bool = False

    @property
    def has_default(self) -> bool:
        """Whether a new row may leave this column out."""
        return self.default is not _ABSENT

    def make_default(self) -> Any:
        """Make the value of a new row that leaves this column out."""
        return self.default() if callable(self.default) else self.default


def column(  # noqa: PLR0913 - keyword-only declaration
    *,
    primary_key: bool = False,
    unique: bool = False,
    index: bool = False,
    max_length: int | None = None,
    default: Any = _ABSENT,
    references: str | None = None,
    unique_with: tuple[str, ...] = (),
    hidden: bool = False,
) -> Any:
    """Declare a column; its name and type are read from the annotation."""
    return Column(
        primary_key=primary_key,
        unique=unique,
        index=index,
        max_length=max_length,
        default=default,
        references=references,
        unique_with=unique_with,
        hidden=hidden,
    )


def now() -> datetime:
    """Tell the present moment in UTC, the default of most time columns."""
    return datetime.now(UTC)


class Model:
    """Base of a declared table; subclass with `table="..."`, and `entity="..."` for its hooks."""

    __table__: ClassVar[str] = ""
    __entity__: ClassVar[str] = ""
    __columns__: ClassVar[tuple[Column, ...]] = ()

    def __init_subclass__(cls, *, table: str = "", entity: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__table__ = table or cls.__name__.lower()
        cls.__entity__ = entity


def columns_of(model: type[Model]) -> tuple[Column, ...]:
    """Read the columns a model declares, in order.

    Raises:
        TypeError: An annotation is of no column type, or there is not exactly one primary key.
    """
    hints = get_type_hints(model)
    found = []
    for name, hint in hints.items():
        if name.startswith("_"):
            continue
        declared = getattr(model, name, _ABSENT)
        base = declared if isinstance(declared, Column) else Column(default=declared)
        found.append(_typed(model, name, hint, base))
    if sum(one.primary_key for one in found) != 1:
        msg = f"{model.__name__} must declare exactly one column with primary_key=True"
        raise TypeError(msg)
    return tuple(found)


def _typed(model: type[Model], name: str, hint: Any, base: Column) -> Column:
    nullable = False
    if get_origin(hint) in {Union, UnionType}:
        options = [option for option in get_args(hint) if option is not NoneType]
        nullable = len(options) < len(get_args(hint))
        hint = options[0] if len(options) == 1 else hint
    kind = get_origin(hint) or hint
    if kind not in COLUMN_TYPES:
        msg = f"{model.__name__}.{name} has the type {hint!r}; use one of {COLUMN_TYPES}"
        raise TypeError(msg)
    values = {slot: getattr(base, slot) for slot in Column.__slots__}
    return Column(**(values | {"name": name, "type": kind, "nullable": nullable}))


class Record(Protocol):
    """One row: columns are attributes; a change is kept by `save`.

    In plain code (a handler that is no coroutine) the methods do their work and answer; in
    `async` code they answer with something to await.
    """

    def __getattr__(self, name: str) -> Any:
        """Read a column."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Change a column of this object; `save` stores it."""

    def save(self) -> Any:
        """Store what was changed."""

    def delete(self) -> Any:
        """Delete the row."""

    def to_dict(self) -> dict[str, Any]:
        """Copy the columns into a plain dictionary."""


class ModelHandle(Protocol):
    """A live model, as `database.get_model(name)` answers it.

    `where` maps a column to a value, or to an operator: `{"seq": {"gt": 5}}` with `gt`, `ge`,
    `lt`, `le`, `ne`, `in`, `like`. `order` names columns, a leading `-` for descending.
    """

    name: str

    def find(
        self,
        where: dict[str, Any] | None = None,
        *,
        order: str | tuple[str, ...] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> Any:
        """Answer the matching records as a list."""

    def find_one(self, where: dict[str, Any] | None = None) -> Any:
        """Answer the first matching record, or None."""

    def count(self, where: dict[str, Any] | None = None) -> Any:
        """Answer how many records match."""

    def create(self, values: dict[str, Any] | None = None, **more: Any) -> Any:
        """Store a new record and answer it."""

    def delete(self, where: dict[str, Any]) -> Any:
        """Delete every matching record and answer how many."""


class Tables(Protocol):
    """What a step may do to the plugin's own tables, inside the transaction of all steps."""

    def rename_table(self, old: str, new: str) -> None:
        """Give a table another name."""

    def drop_table(self, table: str) -> None:
        """Delete a table with its rows."""

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Give a column another name."""

    def change_type(
        self, table: str, column: str, kind: type, convert: Callable[[Any], Any]
    ) -> None:
        """Give a column another type; `convert` makes the new value of each old one."""

    def drop_column(self, table: str, column: str) -> None:
        """Delete a column with its values."""

    def execute(self, sql: str, params: Any = None) -> list[dict[str, Any]]:
        """Run any SQL, to move or mend rows; the same as `database.execute`."""


Step = Callable[[Tables], None]
