"""What a file may be called, and what it may say that it is."""

from __future__ import annotations

import mimetypes
import re
from typing import Any

from plexihub_sdk.errors import InputError

LONGEST_NAME = 255
UNKNOWN = "application/octet-stream"
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\Z")


def file_name(given: Any) -> str:
    """Read a file's name: the last part of a path, one line of printable text.

    It is a label for people; on the disk no file is called so.

    Raises:
        InputError: Nothing is left of it, or it is too long.
    """
    text = given if isinstance(given, str) else ""
    name = re.split(r"[/\\]", text)[-1].strip()
    fits = name.strip(".") and name.isprintable() and len(name) <= LONGEST_NAME
    if not fits:
        raise InputError(
            f"A file needs a name of 1 to {LONGEST_NAME} printable characters.", where="name"
        )
    return name


def content_type(given: Any, name: str) -> str:
    """Read what a file says that it is; where it says nothing usable, guess by its name."""
    text = given.partition(";")[0].strip().lower() if isinstance(given, str) else ""
    if _TYPE.match(text) and text != UNKNOWN:
        return text
    return mimetypes.guess_type(name, strict=True)[0] or UNKNOWN
