"""A plugin's own steps from one version of its tables to the next, each run once."""

from __future__ import annotations

import inspect as code
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    func,
    inspect,
    select,
    text,
    update,
)

from plexihub.services.database.errors import translated
from plexihub.services.database.schema import owned_tables, schema_versions
from plexihub.services.database.types import type_for
from plexihub_sdk.errors import ConflictError, InputError, PlexiHubError
from plexihub_sdk.models import COLUMN_TYPES, Step

FIRST = 1
Steps = Mapping[int, Step]


class OwnTables:
    """What a step is given; see `plexihub_sdk.models.Tables`.

    Args:
        connection: In the transaction of all steps.
        owner: Whose tables may be changed.
    """

    def __init__(self, connection: Connection, owner: str) -> None:
        self._connection = connection
        self._owner = owner
        self._quote = connection.dialect.identifier_preparer.quote

    def rename_table(self, old: str, new: str) -> None:
        """Give a table another name.

        Raises:
            ConflictError: It is not the plugin's, or the new name is taken.
        """
        self._require(old)
        if new in inspect(self._connection).get_table_names():
            raise ConflictError(f"There is a table {new!r} already.", where=new)
        self._run(f"ALTER TABLE {self._quote(old)} RENAME TO {self._quote(new)}")
        renamed = update(owned_tables).where(owned_tables.c.name == old).values(name=new)
        self._connection.execute(renamed)

    def drop_table(self, table: str) -> None:
        """Delete a table with its rows.

        Raises:
            ConflictError: It is not the plugin's.
        """
        self._require(table)
        self._run(f"DROP TABLE {self._quote(table)}")
        self._connection.execute(owned_tables.delete().where(owned_tables.c.name == table))

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Give a column another name.

        Raises:
            ConflictError: The table is not the plugin's.
            InputError: There is no such column.
        """
        self._require(table, old)
        quote = self._quote
        self._run(f"ALTER TABLE {quote(table)} RENAME COLUMN {quote(old)} TO {quote(new)}")

    def drop_column(self, table: str, column: str) -> None:
        """Delete a column with its values.

        Raises:
            ConflictError: The table is not the plugin's.
            InputError: There is no such column, or the table depends on it.
        """
        self._require(table, column)
        for index in inspect(self._connection).get_indexes(table):
            if column in index["column_names"] and index["name"]:
                self._run(f"DROP INDEX {self._quote(index['name'])}")
        self._run(f"ALTER TABLE {self._quote(table)} DROP COLUMN {self._quote(column)}")

    def change_type(
        self, table: str, column: str, kind: type, convert: Callable[[Any], Any]
    ) -> None:
        """Give a column another type.

        Args:
            table: The plugin's.
            column: Neither the key nor unique; it may be empty afterwards.
            kind: One of str, int, float, bool, datetime, dict and list.
            convert: Makes the new value of an old one; None stays None.

        Raises:
            ConflictError: The table is not the plugin's.
            InputError: There is no such column or type, or the table depends on it.
        """
        self._require(table, column)
        if kind not in COLUMN_TYPES:
            raise InputError(f"{kind!r} is no type of a column.", where=f"{table}.{column}")
        fresh = f"{column}__new"
        old = Table(table, MetaData(), autoload_with=self._connection)
        key = next(iter(old.primary_key)).name
        rows = self._connection.execute(select(old.c[key], old.c[column])).all()
        type_text = type_for(kind).compile(self._connection.dialect)
        self._run(f"ALTER TABLE {self._quote(table)} ADD COLUMN {self._quote(fresh)} {type_text}")
        new = Table(table, MetaData(), Column(key, old.c[key].type), Column(fresh, type_for(kind)))
        for identity, value in rows:
            if value is not None:
                values = {fresh: convert(value)}
                self._connection.execute(update(new).where(new.c[key] == identity).values(values))
        self.drop_column(table, column)
        self.rename_column(table, fresh, column)

    def execute(
        self, sql: str, params: Mapping[str, Any] | Sequence[Any] | None = None
    ) -> list[dict[str, Any]]:
        """Run any SQL and answer its rows as dictionaries.

        Raises:
            InputError: The database refuses the statement, and says why.
        """
        with translated("SQL"):
            if isinstance(params, Mapping):
                result = self._connection.execute(text(sql), dict(params))
            else:
                given = None if params is None else tuple(params)
                result = self._connection.exec_driver_sql(sql, given)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []

    def _require(self, table: str, column: str | None = None) -> None:
        query = select(owned_tables.c.owner).where(owned_tables.c.name == table)
        owner = self._connection.execute(query).scalar_one_or_none()
        if owner != self._owner:
            whose = f"belongs to {owner}" if owner else f"is none of {self._owner}'s"
            raise ConflictError(f"The table {table!r} {whose}.", where=table)
        names = [one["name"] for one in inspect(self._connection).get_columns(table)]
        if column is not None and column not in names:
            raise InputError(
                f"The table {table!r} has no column {column!r}.",
                where=f"{table}.{column}",
                next=f"Columns: {', '.join(names)}.",
            )

    def _run(self, sql: str) -> None:
        with translated("SQL"):
            self._connection.exec_driver_sql(sql)


def check_steps(steps: Steps) -> None:
    """Refuse what cannot be steps.

    Raises:
        InputError: A version is no whole number from 2 on, or a step is no plain function.
    """
    for version, step in steps.items():
        is_number = isinstance(version, int) and not isinstance(version, bool)
        if not is_number or version <= FIRST:
            raise InputError(
                f"{version!r} is no version that a step can lead to.",
                where="steps",
                next="Number the steps from 2 on: {2: rename_text, 3: ...}.",
            )
        if not callable(step) or code.iscoroutinefunction(step):
            raise InputError(
                f"The step to version {version} must be a plain function.",
                where=f"steps[{version}]",
                next="Write `def two(tables): ...`.",
            )


def run_steps(connection: Connection, owner: str, steps: Steps) -> None:
    """Run the steps that an owner's tables have not been through, in order.

    Raises:
        ConflictError: The tables are of a later version than the steps lead to.
        PlexiHubError: A step failed; whoever began the transaction must take it back.
    """
    newest = max(steps, default=FIRST)
    version = _version(connection, owner, newest)
    if version > newest:
        raise ConflictError(
            f"The tables of {owner} are of version {version}, and this {owner} knows only up to "
            f"{newest}.",
            where=owner,
            next="Install the newer version of the plugin again.",
        )
    for number in sorted(steps):
        if number > version:
            _run_step(connection, owner, number, steps[number])
    _keep(connection, owner, newest)


def _version(connection: Connection, owner: str, newest: int) -> int:
    query = select(schema_versions.c.version).where(schema_versions.c.owner == owner)
    version = connection.execute(query).scalar_one_or_none()
    if version is not None:
        return int(version)
    mine = select(func.count()).where(owned_tables.c.owner == owner)
    return FIRST if connection.execute(mine).scalar_one() else newest


def _run_step(connection: Connection, owner: str, number: int, step: Step) -> None:
    try:
        step(OwnTables(connection, owner))
    except Exception as error:
        told = error.message if isinstance(error, PlexiHubError) else repr(error)
        raise InputError(
            f"The step of {owner} to version {number} of its tables failed: {told}"
            f"{'' if told.endswith('.') else '.'} Nothing was changed.",
            where=f"steps[{number}]",
            next="Mend the step, or install the version before it again.",
        ) from error


def _keep(connection: Connection, owner: str, version: int) -> None:
    changed = (
        update(schema_versions).where(schema_versions.c.owner == owner).values(version=version)
    )
    if not connection.execute(changed).rowcount:
        connection.execute(schema_versions.insert().values(owner=owner, version=version))
