"""What a channel and a message must be like, whoever wrote them: a person or a hook."""

from __future__ import annotations

import uuid
from typing import Any

from plexihub_sdk.errors import InputError

from .model import MAX_NAME, MAX_TEXT, MAX_TOPIC


def name(value: Any) -> str:
    """Read a channel's name.

    Raises:
        InputError: It is empty, too long or not printable.
    """
    text = _text(value, "name", least=1, most=MAX_NAME)
    if not text.isprintable():
        raise InputError("A channel's name is one line of printable text.", where="name")
    return text


def topic(value: Any) -> str:
    """Read a channel's topic, which may be empty.

    Raises:
        InputError: It is too long.
    """
    return _text(value, "topic", least=0, most=MAX_TOPIC)


def text(value: Any) -> str:
    """Read a message's text.

    Raises:
        InputError: It is empty or too long.
    """
    return _text(value, "text", least=1, most=MAX_TEXT)


def client_id(value: Any) -> str:
    """Read the id that the sender gave a message.

    Raises:
        InputError: It is no UUID.
    """
    try:
        return str(uuid.UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise InputError(
            "`client_id` must be a UUID.",
            where="client_id",
            next="Make a new one for each message, and send it again with a repeated one.",
        ) from None


def _text(value: Any, where: str, *, least: int, most: int) -> str:
    if not isinstance(value, str):
        raise InputError(f"`{where}` must be text.", where=where)
    stripped = value.strip()
    if not least <= len(stripped) <= most or "\0" in stripped:
        raise InputError(f"`{where}` must have {least} to {most} characters.", where=where)
    return stripped
