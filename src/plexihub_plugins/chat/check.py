"""What a channel and a message must be like, whoever wrote them: a person or a hook."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from plexihub_sdk.errors import InputError

from .model import MAX_EMOJI, MAX_NAME, MAX_TEXT, MAX_TOPIC

_PART = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]{0,2}[\U000e0020-\U000e007f]{0,7}"
)
#: A picture and its variants, joined ones, a flag, or a keycap. Letters are none.
_EMOJI = re.compile(
    f"[0-9#*]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{{2}}|{_PART}(?:\u200d{_PART}){{0,5}}"
)


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


def text(value: Any, *, least: int = 1) -> str:
    """Read a message's text; `least` characters, because a message of files needs none.

    Raises:
        InputError: It is empty or too long.
    """
    return _text(value, "text", least=least, most=MAX_TEXT)


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


def emoji(value: Any) -> str:
    """Read the emoji of a reaction.

    Raises:
        InputError: It is not exactly one emoji.
    """
    if not isinstance(value, str) or len(value) > MAX_EMOJI or not _EMOJI.fullmatch(value):
        raise InputError("A reaction is one emoji.", where="emoji", next="Choose one of the list.")
    return value


def changes(draft: dict[str, Any], fields: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Read the fields that are to change, by the person or after a hook.

    Args:
        draft: Fields and their new values.
        fields: What may change, and how each is read.

    Raises:
        InputError: A field may not change or has a wrong value.
    """
    if not isinstance(draft, dict):
        raise InputError("`changes` must be an object.", where="changes")
    for name in draft:
        if name not in fields:
            raise InputError(
                f"`{name}` cannot be changed.",
                where=str(name),
                next=f"These can: {', '.join(fields)}.",
            )
    return {name: fields[name](value) for name, value in draft.items()}
