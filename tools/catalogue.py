"""Reads the catalogue for the tools that write about it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from plexihub_sdk.events import EVENTS, EventType
from plexihub_sdk.hooks import HOOKS, HookType


def payloads() -> list[type[Any]]:
    """List every payload of the catalogue, by name."""
    entries: list[HookType | EventType] = [*HOOKS.values(), *EVENTS.values()]
    found = {entry.payload.__name__: entry.payload for entry in entries}
    return [found[name] for name in sorted(found)]


def fields_of(payload: type[Any]) -> list[tuple[str, Any, bool]]:
    """List the fields of a payload: name, type, and whether it is always there."""
    required: frozenset[str] = payload.__required_keys__
    return [(name, hint, name in required) for name, hint in get_type_hints(payload).items()]


def description_of(payload: type[Any]) -> str:
    """Answer what a payload says of itself, without the line breaks of the source."""
    return " ".join(inspect.cleandoc(payload.__doc__ or "").split())


def spelled(hint: Any, names: Callable[[type], str], shapes: Callable[[Any, Any], str]) -> str:
    """Spell a type.

    Args:
        hint: As declared.
        names: Spells a plain type.
        shapes: Spells a list or dictionary of another type, already spelled.
    """
    arguments = get_args(hint)
    if get_origin(hint) in {Union, UnionType}:
        return " | ".join(spelled(one, names, shapes) for one in arguments)
    if arguments:
        return shapes(get_origin(hint), spelled(arguments[-1], names, shapes))
    return names(hint)


def is_none(hint: Any) -> bool:
    """Whether a type is that of None."""
    return hint is NoneType


def joined(lines: Iterable[str]) -> str:
    """Put lines together to a file."""
    return "\n".join(lines) + "\n"
