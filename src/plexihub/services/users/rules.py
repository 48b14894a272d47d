"""What a person's record may hold. Pure: a value in, the value or an error naming the field out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from plexihub.services.users.rights import check_permissions
from plexihub_sdk.errors import InputError

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_DISPLAY_NAME = 80
LONGEST_TAG = 64
MOST_TAGS = 100
_USERNAME = re.compile(r"[A-Za-z0-9._-]{3,32}\Z")


def check_username(value: object) -> str:
    """Check a username; its case is kept.

    Raises:
        InputError: It is too short, too long or has other characters.
    """
    if not isinstance(value, str) or not _USERNAME.match(value):
        raise InputError(
            "A username has 3 to 32 characters: letters a to z, digits, dots, underscores and"
            " hyphens.",
            where="username",
        )
    return value


def check_display_name(value: object) -> str:
    """Check a display name, without the blanks around it.

    Raises:
        InputError: It is empty, too long or not printable.
    """
    name = value.strip() if isinstance(value, str) else ""
    if not name or len(name) > LONGEST_DISPLAY_NAME or not name.isprintable():
        raise InputError(
            f"A display name is printable text of 1 to {LONGEST_DISPLAY_NAME} characters.",
            where="display_name",
        )
    return name


def check_password(value: object) -> str:
    """Check a new password.

    Raises:
        InputError: It is too short or too long.
    """
    if not isinstance(value, str) or not SHORTEST_PASSWORD <= len(value) <= LONGEST_PASSWORD:
        raise InputError(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            where="password",
        )
    return value


def check_role(value: object) -> str:
    """Check the name of a role; whether there is such a role is looked up elsewhere.

    Raises:
        InputError: It is no text.
    """
    if not isinstance(value, str):
        raise InputError("A role is named by text.", where="role")
    return value


def check_extensions(value: object) -> dict[str, Any]:
    """Check values of what plugins added; each is judged by its own property.

    Raises:
        InputError: It is no mapping of names.
    """
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise InputError("`extensions` holds values by name.", where="extensions")
    return dict(value)


def check_tags(value: object) -> list[str]:
    """Check tags; each is kept once.

    Raises:
        InputError: It is no list of short texts.
    """
    tags = value if isinstance(value, list | tuple) else [None]
    if len(tags) > MOST_TAGS or not all(_is_tag(tag) for tag in tags):
        raise InputError(
            f"Tags are a list of at most {MOST_TAGS} texts of 1 to {LONGEST_TAG} characters.",
            where="tags",
        )
    return list(dict.fromkeys(tags))


def _is_tag(tag: object) -> bool:
    return isinstance(tag, str) and 0 < len(tag) <= LONGEST_TAG and tag.isprintable()


def check_is_active(value: object) -> bool:
    """Check whether a person may sign in.

    Raises:
        InputError: It is neither true nor false.
    """
    if not isinstance(value, bool):
        raise InputError("`is_active` is true or false.", where="is_active")
    return value


CHECKS: Mapping[str, Callable[[object], Any]] = {
    "username": check_username,
    "display_name": check_display_name,
    "role": check_role,
    "is_active": check_is_active,
    "tags": check_tags,
    "permissions": check_permissions,
    "extensions": check_extensions,
}


def check_fields(values: Mapping[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    """Check the fields of a record.

    Raises:
        InputError: A field is not among those allowed, or its value is wrong.
    """
    for name in values:
        if name not in allowed:
            raise InputError(
                f"`{name}` is no field that can be set here.",
                where=name,
                next=f"Fields: {', '.join(allowed)}.",
            )
    return {name: CHECKS[name](value) for name, value in values.items()}
