"""What dashboards and widgets must be like, whoever wrote them: a person or a hook."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from plexihub_sdk.errors import InputError

from .model import MAX_KEY, MAX_TITLE

#: What people make themselves; plugins have the whole kit.
COMPONENTS = ("Text", "Stat", "List", "Chart")
WIDEST = 2
MAX_PROPS = 20_000
MAX_WIDGETS = 100
#: What may be changed of a widget.
FIELDS = ("title", "props", "span", "hidden", "position")


def title(value: Any, *, least: int = 1) -> str:
    """Read a title.

    Raises:
        InputError: It is empty, too long or not printable.
    """
    text = value.strip() if isinstance(value, str) else ""
    is_short = least <= len(text) <= MAX_TITLE
    if not isinstance(value, str) or not is_short or not text.isprintable():
        raise InputError(f"`title` must have {least} to {MAX_TITLE} characters.", where="title")
    return text


def component(value: Any) -> str:
    """Read the component of a person's own widget.

    Raises:
        InputError: There is none of this name.
    """
    if value not in COMPONENTS:
        raise InputError(f"`component` is one of: {', '.join(COMPONENTS)}.", where="component")
    return str(value)


def props(value: Any) -> dict[str, Any]:
    """Read what a widget shows.

    Raises:
        InputError: It is no object, or too large.
    """
    if not isinstance(value, Mapping):
        raise InputError("`props` must be an object.", where="props")
    try:
        size = len(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        raise InputError("`props` must be JSON.", where="props") from None
    if size > MAX_PROPS:
        raise InputError(f"`props` may have {MAX_PROPS} characters at most.", where="props")
    return dict(value)


def changes(given: Any) -> dict[str, Any]:
    """Read the changes of a widget.

    Raises:
        InputError: A field is unknown, or its value cannot be.
    """
    if not isinstance(given, Mapping):
        raise InputError("`changes` must be an object.", where="changes")
    for name in given:
        if name not in FIELDS:
            raise InputError(f"`{name}` of a widget cannot be changed.", where=str(name))
    readers: dict[str, Callable[[Any], Any]] = {
        "title": lambda value: title(value, least=0),
        "props": props,
        "span": lambda value: _number(value, "span", WIDEST),
        "position": lambda value: _number(value, "position", MAX_WIDGETS),
        "hidden": _truth,
    }
    return {name: readers[name](value) for name, value in given.items()}


def _number(value: Any, where: str, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise InputError(f"`{where}` must be a whole number from 0 to {most}.", where=where)
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError("`hidden` is true or false.", where="hidden")
    return value


def order(value: Any) -> list[str]:
    """Read the keys of widgets in their new order.

    Raises:
        InputError: It is no list of different keys, or a long one.
    """
    is_list = isinstance(value, list) and len(value) <= MAX_WIDGETS
    if not is_list or not all(isinstance(key, str) and 0 < len(key) <= MAX_KEY for key in value):
        raise InputError(f"`order` must list {MAX_WIDGETS} keys at most.", where="order")
    if len(set(value)) != len(value):
        raise InputError("`order` names a widget twice.", where="order")
    return list(value)
