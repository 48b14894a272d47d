"""JSON types of plugins' routes: what fits them is decoded, and OpenAPI shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from plexihub.services.http.errors import describe_validation
from plexihub_sdk.errors import InputError

REFERENCE = "#/components/schemas/{name}"
Schema = dict[str, Any]


def check_type(kind: Any, name: str) -> None:
    """Refuse what is no type that JSON can be checked against.

    Args:
        kind: A dataclass, a `TypedDict`, or anything msgspec can describe.
        name: Of the argument, for the message.

    Raises:
        InputError: It is none.
    """
    try:
        schemas_of([kind])
    except Exception as error:  # noqa: BLE001 - a foreign class may raise anything when looked at
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"`{name}` is no type that JSON can be checked against: {problem.rstrip('.:')}.",
            where=name,
            next="Use a dataclass or a TypedDict of str, int, float, bool, list and dict.",
        ) from None


def decoded(body: bytes, kind: Any) -> Any:
    """Decode a body as a type.

    Raises:
        InputError: It is no JSON, or a field is wrong; the field is named.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        message, where = describe_validation(error)
        raise InputError(message, where=where or "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError("The body is no JSON.", where="body") from None


def schemas_of(kinds: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """Answer the JSON Schema of each type, and of each type that they refer to, by name.

    Raises:
        TypeError: One of them is no type that JSON can be checked against.
    """
    schemas, components = msgspec.json.schema_components(kinds, ref_template=REFERENCE)
    return list(schemas), components
