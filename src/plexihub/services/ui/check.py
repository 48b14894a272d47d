"""Refuses contributions that could not work, naming the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from plexihub_sdk.errors import InputError, TooLargeError

MOST_BYTES = 64 * 1024
MOST_TEXT = 100
_API = "/api/v1/"
#: Names with a hyphen that the standards keep for themselves.
_RESERVED = frozenset(
    {
        "annotation-xml",
        "color-profile",
        "font-face",
        "font-face-format",
        "font-face-name",
        "font-face-src",
        "font-face-uri",
        "missing-glyph",
    }
)


def check_fields(thing: Any, kind: str) -> None:
    """See that every field that a contribution has can work.

    Raises:
        InputError: One cannot; it is named.
    """
    for field, is_wrong in _CHECKS.items():
        value = getattr(thing, field, None)
        if value is not None and is_wrong(value):
            raise InputError(
                f"The {kind}'s {field} {value!r} cannot work.", where=field, next=_NEXT[field]
            )


def check_props(props: Mapping[str, Any]) -> None:
    """See that the props of a widget are JSON, and not too large.

    Raises:
        InputError: They are no JSON.
        TooLargeError: They are too large.
    """
    try:
        size = len(msgspec.json.encode(props))
    except (TypeError, ValueError) as error:
        raise InputError(f"The widget's props are no JSON: {error}.", where="props") from None
    if size > MOST_BYTES:
        raise TooLargeError(f"The widget's props have more than {MOST_BYTES} bytes.", where="props")


def _is_no_path(value: Any) -> bool:
    if not isinstance(value, str) or not value.startswith("/"):
        return True
    return value.startswith(("//", "/plugins/", "/assets/"))


def _is_no_element(value: Any) -> bool:
    if not isinstance(value, str) or value in _RESERVED or not value[:1].isalpha():
        return True
    return "-" not in value or value != value.lower() or not value.replace("-", "").isalnum()


def _is_no_module(value: Any) -> bool:
    return not isinstance(value, str) or value.startswith("/") or ".." in value or ":" in value


def _is_no_route(value: Any) -> bool:
    return (
        not isinstance(value, str) or not value.startswith(_API) or bool(set(value) & set("{}?#"))
    )


def _is_no_text(value: Any) -> bool:
    return not isinstance(value, str) or not 1 <= len(value.strip()) <= MOST_TEXT


def _is_no_order(value: Any) -> bool:
    return isinstance(value, bool) or not isinstance(value, int)


_CHECKS = {
    "id": _is_no_text,
    "title": _is_no_text,
    "label": _is_no_text,
    "path": _is_no_path,
    "element": _is_no_element,
    "module": _is_no_module,
    "route": _is_no_route,
    "order": _is_no_order,
}
_NEXT = {
    "id": f"Use 1 to {MOST_TEXT} characters.",
    "title": f"Use 1 to {MOST_TEXT} characters.",
    "label": f"Use 1 to {MOST_TEXT} characters.",
    "path": "Use a path such as `/notes`.",
    "element": "Use lower-case letters and a hyphen, such as `my-notes`.",
    "module": "Use a file of the plugin's folder, such as `notes.js`.",
    "route": f"Use the path of a POST route, such as `{_API}notes/tidy`.",
    "order": "Use a whole number.",
}
