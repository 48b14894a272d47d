"""What plugins add to the records of a model: properties, which are stored, and methods.

A property's value is kept in the record's column `extensions`, also while its plugin is away; an
extension is on the record only while the plugin runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, Protocol, get_args

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import PluginId

Visible = Literal["everyone", "self", "admin", "nobody"]
KINDS: tuple[type, ...] = (str, int, float, bool)
LONGEST_TEXT = 2000
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


class Extended(Protocol):
    """A record that can be extended."""

    extensions: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A property that a plugin added.

    Args:
        name: As an attribute.
        kind: `str`, `int`, `float` or `bool`.
        default: Where a record has no value.
        title: Its label on the record's page; empty where it is not shown there.
        visible: Who sees it outside of the hub's own code; `self` is the person and who manages
            people, `admin` the latter alone.
        owner: Whose it is.
    """

    name: str
    kind: type
    default: Any
    title: str
    visible: Visible
    owner: PluginId | None

    def accept(self, value: Any) -> Any:
        """Answer a value as it is to be kept.

        Raises:
            InputError: It is of another type, or too long.
        """
        if self.kind is float and type(value) is int:
            value = float(value)
        if value is not None and type(value) is not self.kind:
            raise InputError(
                f"`{self.name}` must be {_WORDS[self.kind]}, not {type(value).__name__}.",
                where=self.name,
            )
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise InputError(
                f"`{self.name}` may have {LONGEST_TEXT} characters at most.", where=self.name
            )
        return value


@dataclass(frozen=True, slots=True)
class _Method:
    call: Callable[..., Any]
    owner: PluginId | None


class Extensions:
    """The properties and methods that plugins added to one model's records."""

    def __init__(self, ownership: Ownership) -> None:
        self._ownership = ownership
        self._all: dict[str, Property | _Method] = {}

    def add_property(self, extension: Property, taken: type) -> Undo:
        """Give every record a property, until the answered undo is called.

        Raises:
            InputError: The name, type or default cannot be.
            ConflictError: The name is a column's, a method's or another plugin's.
        """
        if extension.kind not in KINDS:
            names = ", ".join(one.__name__ for one in KINDS)
            raise InputError(f"The type of a property is one of: {names}.", where=extension.name)
        if extension.visible not in get_args(Visible):
            words = ", ".join(get_args(Visible))
            raise InputError(f"`visible` is one of: {words}.", where=extension.name)
        extension.accept(extension.default)
        return self._add(extension.name, extension, taken)

    def add_method(self, name: str, function: Callable[..., Any], taken: type) -> Undo:
        """Give every record a method, which is called with the record first.

        Raises:
            InputError: The name cannot be.
            ConflictError: The name is a column's, a method's or another plugin's.
        """
        if not callable(function):
            raise InputError(f"`{name}` is no function.", where=name)
        plugin = owner.get()
        return self._add(name, _Method(_owned(function, plugin), plugin), taken)

    def _add(self, name: str, extension: Property | _Method, taken: type) -> Undo:
        if not name.isidentifier() or name.startswith("_"):
            raise InputError(f"{name!r} is no name for an attribute.", where=name)
        if hasattr(taken, name) or name in taken.__annotations__:
            raise ConflictError(
                f"`{name}` is {taken.__name__}'s own.", where=name, next="Choose another name."
            )
        if (there := self._all.get(name)) is not None:
            raise ConflictError(
                f"`{name}` was added by {there.owner or 'the hub'} already.",
                where=name,
                next="Choose another name.",
            )
        self._all[name] = extension
        return self._ownership.note(lambda: self._remove(name, extension))

    def _remove(self, name: str, extension: Property | _Method) -> None:
        if self._all.get(name) is extension:
            del self._all[name]

    def properties(self) -> list[Property]:
        """Answer the properties that there are now, in the order in which they came."""
        return [one for one in self._all.values() if isinstance(one, Property)]

    def get(self, name: str) -> Property | None:
        """Answer one property; None where there is none now."""
        found = self._all.get(name)
        return found if isinstance(found, Property) else None

    def read(self, record: Extended, name: str, otherwise: Callable[[str], Any]) -> Any:
        """Answer the attribute of a record that is no column."""
        found = self._all.get(name)
        if isinstance(found, Property):
            value = record.extensions.get(name)
            return found.default if value is None else value
        return otherwise(name) if found is None else found.call.__get__(record)

    def write(self, record: Extended, name: str, value: Any) -> bool:
        """Set a property of a record, which its `save` stores; answers whether it is one.

        Raises:
            InputError: The value is of another type.
        """
        found = self._all.get(name)
        if found is None:
            return False
        if not isinstance(found, Property):
            raise InputError(f"`{name}` is a method and cannot be set.", where=name)
        value = found.accept(value)
        if value is None:
            record.extensions.pop(name, None)
        else:
            record.extensions[name] = value
        return True


def _owned(function: Callable[..., Any], plugin: PluginId | None) -> Callable[..., Any]:
    """Let a function run as its own plugin, whoever calls it."""
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def later(*args: Any, **kwargs: Any) -> Any:
            token = owner.set(plugin)
            try:
                return await function(*args, **kwargs)
            finally:
                owner.reset(token)

        return later

    @wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        token = owner.set(plugin)
        try:
            return function(*args, **kwargs)
        finally:
            owner.reset(token)

    return now
