"""One row as an object: columns are attributes, `save` writes only what changed."""

from __future__ import annotations

import copy
from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

from plexihub.services.database.extension import Extensions

__all__ = ("Keeper", "Row")


class Keeper(Protocol):
    """What a row needs of the model it came from."""

    name: str
    key: str
    extensions: Extensions

    def check_column(self, name: str) -> None:
        """Refuse a name that is no column."""

    def change_row(self, key: Any, changes: dict[str, Any]) -> Coroutine[Any, Any, dict[str, Any]]:
        """Write columns of one row and answer the row as stored."""

    def erase(self, where: Mapping[str, Any]) -> Coroutine[Any, Any, int]:
        """Delete every matching row and answer how many."""

    def plainly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do the work now in plain code, or answer it to be awaited."""


class Row:
    """A record of any model."""

    _keeper: Keeper
    _values: dict[str, Any]
    _stored: dict[str, Any]

    def __init__(self, keeper: Keeper, values: dict[str, Any]) -> None:
        object.__setattr__(self, "_keeper", keeper)
        self._take(values)

    def _take(self, values: dict[str, Any]) -> None:
        object.__setattr__(self, "_values", values)
        # Lists and dictionaries change in place, so what is stored must be a copy.
        object.__setattr__(self, "_stored", _copy(values))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"{type(self).__name__} has no column {name!r}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._values:
            self._values[name] = value
            return
        self._keeper.check_column(name)

    def __repr__(self) -> str:
        key = self._keeper.key
        return f"<{self._keeper.name} {key}={self._values.get(key)!r}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[str, Any]:
        return self._keeper.name, self._stored.get(self._keeper.key)

    def _changes(self) -> dict[str, Any]:
        return {
            name: value for name, value in self._values.items() if value != self._stored.get(name)
        }

    def to_dict(self) -> dict[str, Any]:
        """Copy the columns into a plain dictionary."""
        return _copy(self._values)

    def save(self) -> Any:
        """Store what was changed, and nothing else.

        Raises:
            NotFoundError: The row was deleted meanwhile.
            InputError: A value does not fit its column.
            ConflictError: Another row has what must be unique.
            Veto: A handler of `ENTITY.updating` refused.
        """
        return self._keeper.plainly(self._store())

    async def _store(self) -> None:
        if changes := self._changes():
            self._take(await self._keeper.change_row(self._stored[self._keeper.key], changes))

    def delete(self) -> Any:
        """Delete the row; nothing happens where it is gone already.

        Raises:
            Veto: A handler of `ENTITY.deleting` refused.
        """
        return self._keeper.plainly(self._erase())

    async def _erase(self) -> None:
        await self._keeper.erase({self._keeper.key: self._stored[self._keeper.key]})


def _copy(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _deep(value) if isinstance(value, list | dict) else value
        for name, value in values.items()
    }


def _deep(value: list[Any] | dict[str, Any]) -> Any:
    # Most are empty, and every request reads some.
    return copy.deepcopy(value) if value else value.copy()
